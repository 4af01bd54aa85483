import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { setPin } from '../app/set-pin.ts'
import { documented } from './answers.ts'
import type { OperatorContext } from './operator-api.ts'

const PinBody = Type.Object({ pin: Type.String({ maxLength: 12 }) }, { additionalProperties: false })

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
}
