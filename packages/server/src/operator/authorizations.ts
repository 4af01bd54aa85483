import { type Authorization, ENTRY_MODES } from '@openissuer/core/authorization/authorization.ts'
import { DECLINE_REASONS, type DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import { type AuthorizationEvent, EVENT_KINDS } from '@openissuer/core/authorization/event.ts'
import { explain } from '@openissuer/core/authorization/explanation.ts'
import type { PartnerDecision } from '@openissuer/core/authorization/partner-decision.ts'
import { ECIS, THREE_DS_RESULTS, THREE_DS_VERSIONS } from '@openissuer/core/authorization/three-ds.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, parseDecimal } from '@openissuer/core/money/amount.ts'
import { isCurrency } from '@openissuer/core/money/currency.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Ports } from '../app/ports.ts'
import { DecimalText, documented, IdText, InstantText, Money, nullable, pageSchema } from './answers.ts'
import { CardToken, idOrNull, idParameter, knownPartner } from './ids.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, PERIOD, pageBySearch, periodOf } from './paging.ts'
import { AUTHORIZATION, DeclineReasonText, encodeAuthorization, oneOf, Trace, wireAmount } from './simulations.ts'

const Query = Type.Object({ partnerId: Type.Optional(Type.String({ maxLength: 18 })) }, { additionalProperties: false })

const ListQuery = Type.Object(
  {
    cardToken: Type.Optional(CardToken),
    status: Type.Optional(oneOf(['open', 'closed'])),
    decision: Type.Optional(oneOf(['approved', 'declined'])),
    declineReason: Type.Optional(oneOf(Object.keys(DECLINE_REASONS) as DeclineReason[])),
    lastFour: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
    mcc: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
    merchant: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: 'how its name begins, in capitals or not' }),
    ),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3,5}$', description: 'of the billing amount' })),
    minAmount: Type.Optional(Type.String({ maxLength: 24, description: 'of the billing amount, with its currency' })),
    maxAmount: Type.Optional(Type.String({ maxLength: 24, description: 'inclusive, as minAmount is' })),
    ...PERIOD,
    ...PAGE,
  },
  { additionalProperties: false },
)

const described = documented('Authorizations')

const SUMS = {
  held: Money,
  reversed: Money,
  expired: Money,
  cleared: Money,
  refunded: Money,
}

const Status = oneOf(['open', 'closed'])

const MerchantShown = Type.Object(
  {
    id: nullable(Type.String()),
    name: nullable(Type.String()),
    mcc: nullable(Type.String()),
    country: nullable(Type.String()),
    city: nullable(Type.String()),
    acquirerId: nullable(Type.String()),
  },
  { title: 'Merchant' },
)

const STATE = {
  ...AUTHORIZATION,
  ...SUMS,
  status: Status,
  fee: Money,
  entryMode: nullable(oneOf(ENTRY_MODES)),
  threeDs: nullable(
    Type.Object({
      version: nullable(oneOf(THREE_DS_VERSIONS)),
      eci: oneOf(ECIS),
      result: oneOf(THREE_DS_RESULTS),
      dsTransactionId: nullable(Type.String()),
    }),
  ),
  merchant: MerchantShown,
}

/** A message that follows an authorization, or the decision itself. */
export const EventShown = Type.Object(
  {
    eventId: IdText,
    partnerId: IdText,
    authorizationId: nullable(IdText),
    originalEventId: nullable(IdText),
    kind: oneOf(EVENT_KINDS),
    transactionAmount: Money,
    billingAmount: Money,
    entryId: nullable(IdText),
    effect: nullable(
      Type.Object({
        hold: Money,
        conversionRate: nullable(DecimalText),
        fee: Money,
        feeEntryId: nullable(IdText),
        final: Type.Boolean(),
        forced: Type.Boolean(),
        decision: nullable(oneOf(['approved', 'declined'])),
        declineReason: nullable(DeclineReasonText),
        explanation: nullable(Type.String()),
        approvalCode: nullable(Type.String()),
        trace: Trace,
        authorization: nullable(Type.Object({ status: Status, approvedAmount: Money, ...SUMS })),
      }),
      { description: 'null for the decision, whose own record says all' },
    ),
    createdAt: InstantText,
  },
  { title: 'AuthorizationEvent' },
)

const ShownAuthorization = Type.Object(
  {
    ...STATE,
    trace: Trace,
    events: Type.Array(EventShown, { description: 'the decision first' }),
    partnerDecision: nullable(
      Type.Object({
        decisionSource: oneOf(['partner', 'fallback']),
        outcome: oneOf(['approved', 'declined', 'timeout', 'unreachable', 'bad-answer', 'busy', 'not-set-up', 'lost']),
        approved: Type.Boolean(),
        code: nullable(Type.String()),
        message: nullable(Type.String()),
        latencyMs: nullable(Type.Integer()),
        late: nullable(
          Type.Object({
            approved: Type.Boolean(),
            code: nullable(Type.String()),
            message: nullable(Type.String()),
            latencyMs: Type.Integer(),
          }),
        ),
        decidedAt: InstantText,
      }),
      { description: 'of a partner that decides itself' },
    ),
  },
  { title: 'AuthorizationWithEvents' },
)

/** Authorizations as they stand; each alone with everything that happened to it. */
export const authorizationRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/authorizations',
    {
      schema: {
        ...described(
          'listAuthorizations',
          'List the authorizations of a partner',
          Type.Object({
            ...pageSchema('authorizations', Type.Object(STATE, { title: 'Authorization' })).properties,
            searchedTo: nullable(InstantText, { description: 'how far was looked; null on the last page' }),
          }),
          ['invalid-field', 'invalid-amount', 'unknown-currency'],
        ),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => {
      const { cardToken, status, decision, declineReason, lastFour, mcc, merchant } = query
      const filter = {
        ...periodOf(query),
        partnerId: await knownPartner(ports, params.partnerId),
        cardToken,
        status,
        declined: decision === undefined ? undefined : decision === 'declined',
        declineReason,
        lastFour,
        mcc,
        merchant,
        ...amountsOf(query),
      }
      const { rows, nextCursor, searchedTo } = await pageBySearch(query, page =>
        ports.storage.read.listAuthorizations({ ...filter, ...page }),
      )
      return { authorizations: rows.map(encodeListed), nextCursor, searchedTo: searchedTo?.toString() ?? null }
    },
  )

  server.get<{ Params: { authorizationId: string }; Querystring: Static<typeof Query> }>(
    '/authorizations/:authorizationId',
    {
      schema: {
        ...described('showAuthorization', 'Show an authorization with all that followed it', ShownAuthorization, [
          'authorization-not-found',
        ]),
        querystring: Query,
      },
    },
    async request => {
      const authorizationId = idParameter(request.params.authorizationId, 'authorization-not-found')
      const { partnerId: named } = request.query
      const partnerId =
        named === undefined ? await partnerOf(ports, authorizationId) : idParameter(named, 'authorization-not-found')
      const authorization = await ports.storage.read.authorizationById(partnerId, authorizationId)
      if (authorization === undefined) throw new DomainError('authorization-not-found')
      const decision = await ports.storage.read.authorizationEvent(partnerId, authorizationId)
      const later = await ports.storage.read.eventsAfterDecision(partnerId, authorizationId)
      const asked = await ports.storage.read.partnerDecision(partnerId, authorizationId)
      return {
        ...encodeState(authorization),
        events: (decision === undefined ? later : [decision, ...later]).map(encodeEvent),
        partnerDecision: asked === undefined ? null : encodePartnerDecision(asked),
      }
    },
  )
}

/**
 * The bounds of the billing amount, which need the currency that they are in.
 * @throws DomainError `invalid-field`, `unknown-currency`, `invalid-amount`
 */
function amountsOf({ currency, minAmount, maxAmount }: Static<typeof ListQuery>) {
  if (currency === undefined) {
    if (minAmount !== undefined || maxAmount !== undefined) throw new DomainError('invalid-field', 'currency')
    return {}
  }
  if (!isCurrency(currency)) throw new DomainError('unknown-currency', 'currency')
  const bound = (text: string | undefined, field: string) => {
    const amount = text === undefined ? undefined : parseDecimal(text, currency)
    if (text !== undefined && (amount === undefined || amount.minor < 0n))
      throw new DomainError('invalid-amount', field)
    return amount?.minor
  }
  return { currency, minMinor: bound(minAmount, 'minAmount'), maxMinor: bound(maxAmount, 'maxAmount') }
}

function encodePartnerDecision(decision: PartnerDecision) {
  const { partnerId: _partnerId, authorizationId: _authorizationId, source, createdAt, ...said } = decision
  return { decisionSource: source, ...said, decidedAt: createdAt.toString() }
}

/**
 * Whose authorization it is: ids are unique over all partners.
 * @throws DomainError `authorization-not-found`
 */
export async function partnerOf({ storage }: Ports, authorizationId: bigint): Promise<bigint> {
  const located = await storage.read.locateAuthorization(authorizationId)
  if (located === undefined) throw new DomainError('authorization-not-found')
  return located.partnerId
}

/** Without the trace, which is long. */
export function encodeListed(authorization: Authorization) {
  const { trace: _trace, ...listed } = encodeState(authorization)
  return listed
}

function encodeState(authorization: Authorization) {
  const { reversed, expired, cleared, refunded, fee, merchant, entryMode, threeDs, status } = authorization
  return {
    ...encodeAuthorization(authorization),
    explanation: explain(authorization),
    status,
    reversed: wireAmount(reversed),
    expired: wireAmount(expired),
    cleared: wireAmount(cleared),
    refunded: wireAmount(refunded),
    fee: wireAmount(fee),
    entryMode,
    threeDs: threeDs && { ...threeDs },
    merchant: { ...merchant },
  }
}

/** A message and what came of it, as it was answered and as it is read later. */
export function encodeEvent(event: AuthorizationEvent) {
  const { effect, authorizationId, originalEventId, entryId } = event
  return {
    eventId: String(event.eventId),
    partnerId: String(event.partnerId),
    authorizationId: idOrNull(authorizationId),
    originalEventId: idOrNull(originalEventId),
    kind: event.kind,
    transactionAmount: wireAmount(event.transactionAmount),
    billingAmount: wireAmount(event.billingAmount),
    entryId: idOrNull(entryId),
    effect: effect === null ? null : encodeEffect(event.kind, effect),
    createdAt: event.createdAt.toString(),
  }
}

function encodeEffect(kind: AuthorizationEvent['kind'], effect: NonNullable<AuthorizationEvent['effect']>) {
  const { fee, declineReason, after } = effect
  const hold: Amount = { minor: effect.hold, currency: fee.currency }
  return {
    hold: wireAmount(hold),
    conversionRate: effect.conversionRate,
    fee: wireAmount(fee),
    feeEntryId: idOrNull(effect.feeEntryId),
    final: effect.final,
    forced: effect.forced,
    // only increments are decided
    decision: kind === 'increment' ? (declineReason === null ? 'approved' : 'declined') : null,
    declineReason,
    explanation: declineReason === null ? null : DECLINE_REASONS[declineReason].sentence,
    approvalCode: effect.approvalCode,
    trace: effect.trace.map(check => ({ ...check })),
    authorization:
      after === null
        ? null
        : {
            status: after.status,
            approvedAmount: wireAmount(after.approved),
            held: wireAmount(after.held),
            reversed: wireAmount(after.reversed),
            expired: wireAmount(after.expired),
            cleared: wireAmount(after.cleared),
            refunded: wireAmount(after.refunded),
          },
  }
}
