import { type Card, maskedPanOf } from '@openissuer/core/card/card.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { type ChangeCardStatus, changeCardStatus } from '../app/change-card-status.ts'
import { closeCard } from '../app/close-card.ts'
import { idParameter } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'

type OfCard = { Params: { partnerId: string; cardId: string } }

const Reason = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) },
  { additionalProperties: false },
)

/** `produce` and `activate` are what the maker of physical cards and their holders do; the others partners can do too. */
const ACTIONS: readonly ChangeCardStatus['action'][] = ['produce', 'activate', 'block', 'unblock', 'report-lost']

export const cardStatusRoutes: FastifyPluginAsync<OperatorContext> = async (server, { run }) => {
  for (const action of ACTIONS) {
    server.post<OfCard & { Body: Static<typeof Reason> }>(
      `/partners/:partnerId/cards/:cardId/${action}`,
      { schema: { body: Reason } },
      request => {
        const named = namedBy(request.params)
        const reason = request.body.reason ?? null
        return run(
          request,
          named.partnerId,
          work => changeCardStatus(work, { ...named, action, reason }),
          encodeCardStatus,
        )
      },
    )
  }

  server.post<OfCard & { Body: Static<typeof Reason> }>(
    '/partners/:partnerId/cards/:cardId/close',
    { schema: { body: Reason } },
    request => {
      const named = namedBy(request.params)
      const reason = request.body.reason ?? null
      return run(request, named.partnerId, work => closeCard(work, { ...named, reason }), encodeCardStatus)
    },
  )
}

function namedBy({ partnerId, cardId }: OfCard['Params']) {
  return { partnerId: idParameter(partnerId, 'partner-not-found'), cardId: idParameter(cardId, 'card-not-found') }
}

function encodeCardStatus(card: Card) {
  return {
    cardId: String(card.cardId),
    token: card.token,
    maskedPan: maskedPanOf(card),
    form: card.form,
    status: card.status,
    activatedAt: card.activatedAt?.toString() ?? null,
  }
}
