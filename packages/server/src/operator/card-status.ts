import { CARD_STATUSES, type Card, maskedPanOf } from '@openissuer/core/card/card.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { type ChangeCardStatus, changeCardStatus } from '../app/change-card-status.ts'
import { closeCard } from '../app/close-card.ts'
import { documented, Form, IdText, InstantText, MaskedPan, nullable } from './answers.ts'
import { idParameter } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { oneOf } from './simulations.ts'

type OfCard = { Params: { partnerId: string; cardId: string } }

const Reason = Type.Object(
  { reason: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })) },
  { additionalProperties: false },
)

const described = documented('Cards')

const CardStatusAnswer = Type.Object(
  {
    cardId: IdText,
    token: Type.String(),
    maskedPan: MaskedPan,
    form: Form,
    status: oneOf(CARD_STATUSES),
    activatedAt: nullable(InstantText),
  },
  { title: 'CardStatus' },
)

const ACTION_CALLS: Readonly<Record<ChangeCardStatus['action'], readonly [operationId: string, summary: string]>> = {
  produce: ['produceCard', 'Say that a physical card is made'],
  activate: ['activateCard', 'Activate a physical card'],
  block: ['blockCard', 'Block a card'],
  unblock: ['unblockCard', 'Unblock a card'],
  'report-lost': ['reportCardLost', 'Report a card lost'],
}

/** `produce` and `activate` are what the maker of physical cards and their holders do; the others partners can do too. */
const ACTIONS: readonly ChangeCardStatus['action'][] = ['produce', 'activate', 'block', 'unblock', 'report-lost']

export const cardStatusRoutes: FastifyPluginAsync<OperatorContext> = async (server, { run }) => {
  for (const action of ACTIONS) {
    server.post<OfCard & { Body: Static<typeof Reason> }>(
      `/partners/:partnerId/cards/:cardId/${action}`,
      {
        schema: {
          ...described(...ACTION_CALLS[action], CardStatusAnswer, ['card-not-found', 'card-status-conflict']),
          body: Reason,
        },
      },
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
    {
      schema: {
        ...described('closeCard', 'Close a card for good', CardStatusAnswer, [
          'card-not-found',
          'card-status-conflict',
          'account-not-found',
        ]),
        body: Reason,
      },
    },
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
