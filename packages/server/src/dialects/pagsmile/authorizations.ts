import {
  type Authorization,
  type AuthorizedCard,
  type Merchant,
  PURPOSES,
} from '@openissuer/core/authorization/authorization.ts'
import { APPROVED_RESPONSE_CODE, DECLINE_REASONS } from '@openissuer/core/authorization/decline-reason.ts'
import type { AuthorizationEvent } from '@openissuer/core/authorization/event.ts'
import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { type Amount, formatDecimal, isPositive, negate, subtract, zero } from '@openissuer/core/money/amount.ts'
import { formatRate, parseRate } from '@openissuer/core/money/conversion.ts'
import { type StaticDecode, Type } from 'typebox'
import type { CardRecord, Page, Reader, ShownEventKind, Window } from '../../app/ports.ts'
import { AmountText, CurrencyText, MaskedPan, nullable, numbered, numberFor, TimeText, Token } from './answers.ts'
import { readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import {
  AUTH_STATUSES,
  AUTHORIZATION_TYPES,
  DATA_TYPES,
  type DataType,
  EVENT_DATA_TYPES,
  EVENT_TYPES,
  OLD_PURCHASE_TYPE,
  PROCESS_STATUSES,
  SETTLE_STATUSES,
  TRANSACTION_TYPES,
} from './dictionary.ts'
import { idText, oneOfNumbers } from './fields.ts'
import { parseId } from './ids.ts'
import { LIST_FIELDS, RANGE_DAYS_MAX, windowOf } from './pagination.ts'

const Query = Type.Object({
  card_token: Type.Optional(idText(48)),
  auth_id: Type.Optional(idText(48)),
  data_type: Type.Optional(Type.Enum([...DATA_TYPES])),
  transaction_id: Type.Optional(idText(48)),
  transaction_type: Type.Optional(oneOfNumbers(TRANSACTION_TYPES)),
  ...LIST_FIELDS,
})

type Query = StaticDecode<typeof Query>

const OptionalText = nullable(Type.String())

/** A row of the query, and the content of its notification. */
export const CardRecordRow = Type.Object(
  {
    auth_id: Type.String(),
    data_type: Type.Enum([...DATA_TYPES]),
    card_pan: nullable(MaskedPan),
    card_token: Token,
    transaction_id: OptionalText,
    transaction_type: numbered(TRANSACTION_TYPES),
    process_status: numberFor(PROCESS_STATUSES),
    original_auth_id: OptionalText,
    auth_status: nullable(numberFor(AUTH_STATUSES)),
    auth_code: OptionalText,
    response_code: nullable(Type.String({ pattern: '^[0-9A-Z]{2}$', description: 'ISO 8583 DE 39' })),
    settle_status: nullable(numberFor(SETTLE_STATUSES)),
    acquirer_id: OptionalText,
    mcc_code: OptionalText,
    merchant_id: OptionalText,
    merchant_name: OptionalText,
    note: OptionalText,
    transaction_amount: AmountText,
    transaction_currency: CurrencyText,
    transaction_country_code: OptionalText,
    bill_amount: AmountText,
    bill_currency: CurrencyText,
    fee: AmountText,
    settled_amount: AmountText,
    base_exchange_rate: nullable(Type.String()),
    create_time: TimeText,
    card_remark: OptionalText,
  },
  { title: 'CardRecord' },
)

/** Fields of query and answer, values of `data_type` (seed). */
export const QUERY_AUTHORIZATIONS = readingCall(
  {
    path: '/issuing/card/query-card-authorizations',
    summary: 'Query authorizations, settlements and expiries',
    data: Type.Array(CardRecordRow),
    errors: [],
    bizData: Query,
  },
  async (ports, app, bizData) => {
    const window = windowOf(bizData, app.unlimitedDateRange ? null : RANGE_DAYS_MAX)
    const { rows, total } = await findRecords(ports.storage.read, app.partnerId, bizData, window)
    return { total, data: rows.map(encodeRecord) }
  },
)

const NOTHING: Page<CardRecord> = { rows: [], total: 0 }

const AUTHORIZATION_DATA_TYPE: DataType = 'cardAuthorization'

const EVENT_KINDS = Object.keys(EVENT_TYPES) as ShownEventKind[]

/**
 * Authorizations, settlements and expiries share one range of ids, and a row's `transaction_id` is its own id, so naming
 * either leaves at most one row. A declined authorization has no `transaction_id`.
 */
async function findRecords(read: Reader, partnerId: bigint, query: Query, window: Window): Promise<Page<CardRecord>> {
  const { auth_id: authId, card_token: cardToken, transaction_id: transactionId } = query
  if (authId !== undefined && transactionId !== undefined && authId !== transactionId) return NOTHING
  const named = authId ?? transactionId
  const recordId = named === undefined ? undefined : parseId(named)
  if (named !== undefined && recordId === undefined) return NOTHING
  const { data_type: dataType, transaction_type: asked } = query
  const type = asked === OLD_PURCHASE_TYPE ? AUTHORIZATION_TYPES.purchase : asked
  const isAsked = (rowDataType: DataType, rowType: number) =>
    (dataType === undefined || dataType === rowDataType) && (type === undefined || type === rowType)
  return read.cardRecords({
    ...window,
    partnerId,
    cardToken,
    recordId,
    purposes: PURPOSES.filter(purpose => isAsked(AUTHORIZATION_DATA_TYPE, AUTHORIZATION_TYPES[purpose])),
    declined: transactionId === undefined,
    eventKinds: EVENT_KINDS.filter(kind => isAsked(EVENT_DATA_TYPES[kind], EVENT_TYPES[kind])),
  })
}

/** A row of the query, and the content of its notification. */
export function encodeRecord(record: CardRecord) {
  return record.kind === 'authorization' ? encodeAuthorization(record.authorization) : encodeEvent(record)
}

type Row = {
  readonly id: bigint
  readonly dataType: DataType
  readonly card: AuthorizedCard
  readonly transactionType: number
  readonly hasTransaction: boolean
  readonly originalId: bigint | null
  readonly authStatus: number
  readonly authCode: string | null
  readonly responseCode: string
  readonly settleStatus: number | null
  readonly merchant: Merchant
  /** debits are negative (seed), credits positive */
  readonly transactionAmount: Amount
  readonly billingAmount: Amount
  /** null within one currency */
  readonly conversionRate: string | null
  readonly fee: Amount
  readonly settled: Amount
  readonly createdAt: Temporal.Instant
}

/** All keys of the table, those without a value as null (seed). */
function encodeRow(row: Row) {
  const { card, merchant, transactionAmount, billingAmount } = row
  return {
    auth_id: String(row.id),
    data_type: row.dataType,
    card_pan: maskedPanOf(card),
    card_token: card.token,
    // the row's own id (proposed)
    transaction_id: row.hasTransaction ? String(row.id) : null,
    transaction_type: row.transactionType,
    process_status: PROCESS_STATUSES.processed,
    original_auth_id: row.originalId === null ? null : String(row.originalId),
    auth_status: row.authStatus,
    auth_code: row.authCode,
    response_code: row.responseCode,
    settle_status: row.settleStatus,
    acquirer_id: merchant.acquirerId,
    mcc_code: merchant.mcc,
    merchant_id: merchant.id,
    merchant_name: merchant.name,
    note: null,
    transaction_amount: amountText(transactionAmount),
    transaction_currency: transactionAmount.currency,
    transaction_country_code: merchant.country,
    bill_amount: amountText(billingAmount),
    bill_currency: billingAmount.currency,
    fee: amountText(row.fee),
    settled_amount: amountText(row.settled),
    base_exchange_rate: exchangeRateText(row.conversionRate),
    create_time: formatDateTime(row.createdAt),
    card_remark: card.remark,
  }
}

function encodeAuthorization(authorization: Authorization) {
  const { declineReason, transactionAmount, billingAmount, purpose } = authorization
  const isCredit = purpose === 'refund'
  return encodeRow({
    id: authorization.authorizationId,
    dataType: AUTHORIZATION_DATA_TYPE,
    card: authorization.card,
    transactionType: AUTHORIZATION_TYPES[purpose],
    hasTransaction: declineReason === null,
    originalId: null,
    authStatus: authStatusOf(authorization),
    authCode: authorization.approvalCode,
    responseCode: declineReason === null ? APPROVED_RESPONSE_CODE : DECLINE_REASONS[declineReason].responseCode,
    settleStatus: settleStatusOf(authorization),
    merchant: authorization.merchant,
    transactionAmount: isCredit ? transactionAmount : negate(transactionAmount),
    billingAmount: isCredit ? billingAmount : negate(billingAmount),
    conversionRate: authorization.conversionRate,
    fee: authorization.fee,
    settled: authorization.cleared,
    createdAt: authorization.createdAt,
  })
}

/** Reversed: in full, with nothing settled. Expired: whatever was left of it when it lapsed. */
function authStatusOf({ declineReason, status, expired, reversed, cleared }: Authorization): number {
  if (declineReason !== null) return AUTH_STATUSES.declined
  if (isPositive(expired)) return AUTH_STATUSES.expired
  const nothingLeft = status === 'closed' && !isPositive(cleared)
  return nothingLeft && isPositive(reversed) ? AUTH_STATUSES.reversed : AUTH_STATUSES.approved
}

/** Released: the hold is gone and nothing was settled. Partly: more is on hold, or has lapsed and was not settled since. */
function settleStatusOf({ approved, reversed, expired, cleared, held }: Authorization): number | null {
  if (!isPositive(cleared)) {
    return isPositive(approved) && !isPositive(held) ? SETTLE_STATUSES.released : null
  }
  const claimable = subtract(approved, reversed)
  const lapsedUnsettled = isPositive(expired) && cleared.minor < claimable.minor
  return isPositive(held) || lapsedUnsettled ? SETTLE_STATUSES.part : SETTLE_STATUSES.full
}

const NO_MERCHANT: Merchant = { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null }

/** Kinds that give the card money, or room, back; a correction does where it makes its clearing smaller. */
const CREDITS: readonly ShownEventKind[] = ['refund', 'expiry']

function encodeEvent({ event, card, authorization }: Extract<CardRecord, { kind: 'event' }>) {
  const kind = shownKindOf(event)
  const { billingAmount, transactionAmount, effect } = event
  const isCredit = CREDITS.includes(kind)
  const booked = kind !== 'expiry'
  const none = zero(billingAmount.currency)
  return encodeRow({
    id: event.eventId,
    dataType: EVENT_DATA_TYPES[kind],
    card,
    transactionType: EVENT_TYPES[kind],
    hasTransaction: true,
    originalId: event.authorizationId ?? event.originalEventId,
    authStatus: booked ? AUTH_STATUSES.approved : AUTH_STATUSES.expired,
    authCode: authorization?.approvalCode ?? null,
    responseCode: APPROVED_RESPONSE_CODE,
    settleStatus: booked ? SETTLE_STATUSES.full : SETTLE_STATUSES.released,
    merchant: authorization?.merchant ?? effect?.merchant ?? NO_MERCHANT,
    transactionAmount: isCredit ? transactionAmount : negate(transactionAmount),
    billingAmount: isCredit ? billingAmount : negate(billingAmount),
    conversionRate: effect?.conversionRate ?? null,
    fee: effect?.fee ?? none,
    settled: booked ? absolute(billingAmount) : none,
    createdAt: event.createdAt,
  })
}

function shownKindOf({ kind, eventId }: AuthorizationEvent): ShownEventKind {
  const shown = EVENT_KINDS.find(each => each === kind)
  if (shown === undefined) throw new Error(`event ${eventId} of kind ${kind} has no row`)
  return shown
}

function absolute(amount: Amount): Amount {
  return amount.minor < 0n ? negate(amount) : amount
}

/** Six decimals (docs) between two currencies; null within one (seed). */
function exchangeRateText(conversionRate: string | null): string | null {
  const rate = conversionRate === null ? undefined : parseRate(conversionRate)
  return rate === undefined ? null : formatRate(rate, 6)
}

function amountText(amount: Amount): string {
  return formatDecimal(amount, 2)
}
