import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { APPROVED_RESPONSE_CODE, DECLINE_REASONS } from '@openissuer/core/authorization/decline-reason.ts'
import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { type Amount, formatDecimal, isPositive, isZero, negate } from '@openissuer/core/money/amount.ts'
import { type StaticDecode, Type } from 'typebox'
import type { Page, Reader, Window } from '../../app/ports.ts'
import { readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import {
  AUTH_STATUSES,
  CARD_AUTHORIZATION_TYPE,
  DATA_TYPES,
  type DataType,
  PROCESS_STATUSES,
  SETTLE_STATUSES,
  TRANSACTION_TYPES,
} from './dictionary.ts'
import { idText, oneOfNumbers } from './fields.ts'
import { parseId } from './ids.ts'
import { LIST_FIELDS, windowOf } from './pagination.ts'

/** The widest range of one query, 31 days (seed); an app may be freed of it. */
const RANGE_DAYS_MAX = 31

const Query = Type.Object({
  card_token: Type.Optional(idText(48)),
  auth_id: Type.Optional(idText(48)),
  data_type: Type.Optional(Type.Enum([...DATA_TYPES])),
  transaction_id: Type.Optional(idText(48)),
  transaction_type: Type.Optional(oneOfNumbers(TRANSACTION_TYPES)),
  ...LIST_FIELDS,
})

type Query = StaticDecode<typeof Query>

/** Fields of query and answer, values of `data_type` (seed). */
export const QUERY_AUTHORIZATIONS = readingCall(
  {
    path: '/issuing/card/query-card-authorizations',
    summary: 'Query authorizations, settlements and expiries',
    bizData: Query,
  },
  async (ports, app, bizData) => {
    const window = windowOf(bizData, app.unlimitedDateRange ? null : RANGE_DAYS_MAX)
    const { rows, total } = await findAuthorizations(ports.storage.read, app.partnerId, bizData, window)
    return { total, data: rows.map(encodeAuthorization) }
  },
)

const NOTHING: Page<Authorization> = { rows: [], total: 0 }

/**
 * Only rows of one data type and one transaction type exist so far, so another one matches nothing. An authorization's
 * `transaction_id` is its own id, which leaves at most one candidate when the query names either.
 */
async function findAuthorizations(
  read: Reader,
  partnerId: bigint,
  query: Query,
  window: Window,
): Promise<Page<Authorization>> {
  const { auth_id: authId, card_token: cardToken, transaction_id: transactionId } = query
  if (query.data_type !== undefined && query.data_type !== AUTHORIZATION_DATA_TYPE) return NOTHING
  if (query.transaction_type !== undefined && query.transaction_type !== CARD_AUTHORIZATION_TYPE) return NOTHING
  if (authId !== undefined && transactionId !== undefined && authId !== transactionId) return NOTHING
  const named = authId ?? transactionId
  const authorizationId = named === undefined ? undefined : parseId(named)
  if (named !== undefined && authorizationId === undefined) return NOTHING
  const filter = { ...window, partnerId, authorizationId, cardToken }
  if (transactionId === undefined) return read.authorizations(filter)
  const candidates = await read.authorizations({ ...filter, offset: 0, limit: 1 })
  if (candidates.rows.every(row => transactionIdOf(row) === null)) return NOTHING
  return window.offset === 0 ? candidates : { ...candidates, rows: [] }
}

const AUTHORIZATION_DATA_TYPE: DataType = 'cardAuthorization'

/** All keys of the table, those without a value as null (seed). Debits are negative (seed). */
function encodeAuthorization(authorization: Authorization) {
  const { card, merchant, declineReason, transactionAmount, billingAmount } = authorization
  const approved = declineReason === null
  return {
    auth_id: String(authorization.authorizationId),
    data_type: AUTHORIZATION_DATA_TYPE,
    card_pan: maskedPanOf(card),
    card_token: card.token,
    transaction_id: transactionIdOf(authorization),
    transaction_type: CARD_AUTHORIZATION_TYPE,
    process_status: PROCESS_STATUSES.processed,
    original_auth_id: null,
    auth_status: approved ? AUTH_STATUSES.approved : AUTH_STATUSES.declined,
    auth_code: authorization.approvalCode,
    response_code: approved ? APPROVED_RESPONSE_CODE : DECLINE_REASONS[declineReason].responseCode,
    settle_status: settleStatusOf(authorization),
    acquirer_id: merchant.acquirerId,
    mcc_code: merchant.mcc,
    merchant_id: merchant.id,
    merchant_name: merchant.name,
    note: null,
    transaction_amount: amountText(negate(transactionAmount)),
    transaction_currency: transactionAmount.currency,
    transaction_country_code: merchant.country,
    bill_amount: amountText(negate(billingAmount)),
    bill_currency: billingAmount.currency,
    fee: amountText(authorization.fee),
    settled_amount: amountText(authorization.cleared),
    base_exchange_rate: exchangeRateText(transactionAmount, billingAmount),
    create_time: formatDateTime(authorization.createdAt),
    card_remark: card.remark,
  }
}

/** The authorization's own id (proposed, until authorizations get ledger rows of their own); null when declined. */
function transactionIdOf(authorization: Authorization): string | null {
  return authorization.declineReason === null ? String(authorization.authorizationId) : null
}

function settleStatusOf({ cleared, held }: Authorization): number | null {
  if (!isPositive(cleared)) return null
  return isZero(held) ? SETTLE_STATUSES.full : SETTLE_STATUSES.part
}

/** Six decimals (docs). Between two currencies it is the rate that was applied, which no record holds yet. */
function exchangeRateText(transaction: Amount, billing: Amount): string | null {
  return transaction.currency === billing.currency ? '1.000000' : null
}

function amountText(amount: Amount): string {
  return formatDecimal(amount, 2)
}
