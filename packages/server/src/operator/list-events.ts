import { CARD_STATUSES, maskedPanOf } from '@openissuer/core/card/card.ts'
import { VERIFICATIONS } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { HAPPENING_KINDS } from '@openissuer/core/event/domain-event.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { ListedEvent } from '../app/list-ports.ts'
import type { JsonValue } from '../app/ports.ts'
import type { Fact } from '../app/webhook-ports.ts'
import { documented, IdText, InstantText, MaskedPan, Money, nullable, pageSchema } from './answers.ts'
import { CardToken, idOrNull, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, PERIOD, pageById, periodOf } from './paging.ts'
import { DeclineReasonText, oneOf, wireAmount } from './simulations.ts'

const ListQuery = Type.Object(
  {
    kind: Type.Optional(oneOf(HAPPENING_KINDS)),
    cardToken: Type.Optional(CardToken),
    after: Type.Optional(
      Type.String({ pattern: '^[0-9]{1,18}$', description: 'an eventId: what came after it, oldest first' }),
    ),
    ...PERIOD,
    ...PAGE,
  },
  { additionalProperties: false },
)

const Event = Type.Object(
  {
    eventId: IdText,
    kind: oneOf(HAPPENING_KINDS),
    example: Type.Boolean({ description: 'made up for one endpoint' }),
    createdAt: InstantText,
    card: nullable(Type.Object({ cardId: IdText, cardToken: CardToken, maskedPan: MaskedPan })),
    message: nullable(
      Type.Object({
        authorizationId: nullable(IdText),
        transactionAmount: Money,
        billingAmount: Money,
        decision: oneOf(['approved', 'declined']),
        declineReason: nullable(DeclineReasonText),
        merchantName: nullable(Type.String()),
      }),
      { description: 'of the network' },
    ),
    fact: nullable(
      Type.Union([
        Type.Object({ applicationId: IdText }),
        Type.Object({ before: oneOf(CARD_STATUSES), after: oneOf(CARD_STATUSES), reason: nullable(Type.String()) }),
        Type.Object({
          cardholderId: IdText,
          before: oneOf(VERIFICATIONS),
          after: oneOf(VERIFICATIONS),
          rejection: nullable(Type.String()),
          codes: Type.Array(Type.String()),
        }),
        Type.Object({ entryId: IdText, amount: Money }),
      ]),
      { description: 'of card-application, card-status, cardholder-verification and card-load' },
    ),
  },
  { title: 'Event' },
)

/** What was announced, whether or not a webhook told anybody. */
export const eventListRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/events',
    {
      schema: {
        ...documented('Events and audit')(
          'listEvents',
          'List the events of a partner, or follow them',
          pageSchema('events', Event),
          ['invalid-field'],
        ),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => {
      const { kind, cardToken, after } = query
      if (after !== undefined && query.cursor !== undefined) throw new DomainError('invalid-field', 'cursor')
      const filter = {
        ...periodOf(query),
        partnerId: await knownPartner(ports, params.partnerId),
        order: after === undefined ? ('newest-first' as const) : ('oldest-first' as const),
        kind,
        cardToken,
      }
      const since = after === undefined ? undefined : { id: BigInt(after) }
      const { rows, nextCursor } = await pageById(
        query,
        page => ports.storage.read.listEvents({ ...filter, limit: page.limit, after: since ?? page.after }),
        event => event.eventId,
      )
      // a reader that follows goes on after the last event it was given
      return { events: rows.map(encodeEvent), nextCursor: since === undefined ? nextCursor : null }
    },
  )
}

function encodeEvent({ eventId, kind, example, createdAt, card, message, fact }: ListedEvent) {
  return {
    eventId: String(eventId),
    kind,
    example,
    createdAt: createdAt.toString(),
    card: card && { cardId: String(card.cardId), cardToken: card.token, maskedPan: maskedPanOf(card) },
    message: message && {
      authorizationId: idOrNull(message.authorizationId),
      transactionAmount: wireAmount(message.transactionAmount),
      billingAmount: wireAmount(message.billingAmount),
      decision: message.declineReason === null ? 'approved' : 'declined',
      declineReason: message.declineReason,
      merchantName: message.merchantName,
    },
    fact: fact && encodeFact(fact),
  }
}

function encodeFact(fact: Fact): JsonValue {
  switch (fact.kind) {
    case 'card-application':
      return { applicationId: String(fact.applicationId) }
    case 'card-status':
      return { before: fact.before, after: fact.after, reason: fact.reason }
    case 'cardholder-verification': {
      const { cardholderId, before, after, rejection, codes } = fact
      return { cardholderId: String(cardholderId), before, after, rejection, codes }
    }
    case 'card-load':
      return { entryId: String(fact.entryId), amount: wireAmount(fact.amount) }
    case 'card-fee':
      return { feeId: String(fact.feeId) }
    case 'partner-decision':
      return { authorizationId: String(fact.authorizationId) }
    // the password is told to the partner alone
    case 'one-time-password':
      return {}
    default:
      return fact satisfies never
  }
}
