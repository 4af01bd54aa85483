import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { revealCard } from '../app/reveal-card.ts'
import { setPin } from '../app/set-pin.ts'
import { actorOf } from './access.ts'
import { documented } from './answers.ts'
import { idParameter, knownPartner } from './ids.ts'
import { expiryText } from './list-cards.ts'
import type { OperatorContext } from './operator-api.ts'

const PinBody = Type.Object({ pin: Type.String({ maxLength: 12 }) }, { additionalProperties: false })

const RevealBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 128, description: 'for the audit log' }) },
  { additionalProperties: false },
)

const Revealed = Type.Object({
  pan: Type.String({ pattern: '^[0-9]{12,19}$' }),
  expiry: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}$' }),
  cvv2: Type.String({ pattern: '^[0-9]{3}$' }),
})

export const cardRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.put<{ Params: { cardToken: string }; Body: Static<typeof PinBody> }>(
    '/cards/:cardToken/pin',
    {
      schema: {
        ...documented('Cards')(
          'setPin',
          'Set the PIN of a card',
          Type.Object({ cardToken: Type.String(), hasPin: Type.Literal(true) }),
          ['card-not-found', 'card-status-conflict', 'invalid-field', 'pin-not-acceptable'],
        ),
        body: PinBody,
      },
    },
    async request => {
      const { cardToken } = request.params
      const located = await ports.storage.read.locateCardByToken(cardToken)
      if (located === undefined) throw new DomainError('card-not-found')
      const { partnerId } = located
      return run(
        request,
        partnerId,
        work => setPin(work, { partnerId, cardToken, pin: request.body.pin }),
        () => ({ cardToken, hasPin: true }),
      )
    },
  )

  server.post<{ Params: { partnerId: string; cardId: string }; Body: Static<typeof RevealBody> }>(
    '/partners/:partnerId/cards/:cardId/reveal',
    {
      config: { role: 'reveal', unrecorded: true },
      schema: {
        ...documented('Cards')('revealCard', 'Show what is on a card', Revealed, ['card-not-found']),
        body: RevealBody,
      },
    },
    async request => {
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const cardId = idParameter(request.params.cardId, 'card-not-found')
      const card = await ports.storage.read.card(partnerId, cardId)
      if (card === undefined) throw new DomainError('card-not-found')
      const { reason } = request.body
      const { pan, cvv2 } = await revealCard(ports, card, { actor: actorOf(request), reason })
      return { pan, expiry: expiryText(card), cvv2 }
    },
  )
}
