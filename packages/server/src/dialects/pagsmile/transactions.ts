/** The ledger of a partner and of its cards. */

import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { MOVEMENT_KINDS, type Movement } from '@openissuer/core/ledger/movement.ts'
import { type Amount, formatDecimal, isNegative, isZero, negate, zero } from '@openissuer/core/money/amount.ts'
import { formatRate, rateBetween } from '@openissuer/core/money/conversion.ts'
import { type StaticDecode, Type } from 'typebox'
import type { MovementFilter, PagsmileApp, Ports, Reader } from '../../app/ports.ts'
import { AmountText, CurrencyText, DayText, nullable, numbered, TimeText, Token, TransactionId } from './answers.ts'
import { type Answer, readingCall } from './call.ts'
import { formatDateTime } from './dates.ts'
import { MOVEMENT_TYPES, TRANSACTION_STATUSES, TRANSACTION_SUCCESS, TRANSACTION_TYPES } from './dictionary.ts'
import { dataNotFound, mandatoryData, PagsmileError } from './errors.ts'
import { CurrencyCode, idText, oneOfNumbers, text } from './fields.ts'
import { formatAccountToken, maskAccountNo, parseAccountNo, parseId } from './ids.ts'
import { DAY_LIST_FIELDS, dayWindowOf, RANGE_DAYS_MAX } from './pagination.ts'

const FILTERS = {
  order_no: Type.Optional(text(64)),
  card_token: Type.Optional(idText(48)),
  transaction_status: Type.Optional(oneOfNumbers(TRANSACTION_STATUSES)),
  transaction_type: Type.Optional(oneOfNumbers(TRANSACTION_TYPES)),
  currency: Type.Optional(CurrencyCode),
  ...DAY_LIST_FIELDS,
}

const Query = Type.Object(FILTERS)

const ROW = {
  transaction_id: TransactionId,
  order_no: nullable(Type.String()),
  card_token: nullable(Token),
  transaction_type: numbered(TRANSACTION_TYPES),
  transaction_status: numbered(TRANSACTION_STATUSES),
  account_num: Type.String({ description: 'masked' }),
  account_name: nullable(Type.String()),
  bill_currency: CurrencyText,
  bill_amount: AmountText,
  bill_fee: AmountText,
  balance_change: AmountText,
  balance: AmountText,
  transaction_amount: AmountText,
  transaction_currency: CurrencyText,
  exchange_rate: nullable(Type.String()),
  reference: Type.Null(),
  transaction_desc: nullable(Type.String()),
  merchant_info: nullable(Type.String()),
  related_transaction_id: nullable(TransactionId),
  business_date: DayText,
  create_time: TimeText,
}

const CardRow = Type.Object(ROW, { title: 'CardTransaction' })

/** Fields, answer and 31 days (docs). */
export const QUERY_CARD_TRANSACTIONS = readingCall(
  {
    path: '/issuing/card/query-card-transactions',
    summary: 'Query the ledger of cards',
    data: Type.Array(CardRow),
    errors: [],
    bizData: Query,
  },
  (ports, app, bizData) => listMovements(ports, app, bizData, 'card', {}),
)

/** Fields, answer and 31 days (docs). */
export const QUERY_PARTNER_TRANSACTIONS = readingCall(
  {
    path: '/issuing/partner/query-transactions',
    summary: 'Query the ledger of the issuing accounts',
    data: Type.Array(Type.Object({ ...ROW, account_token: Type.String() })),
    errors: [],
    bizData: Type.Object({ ...FILTERS, account_num: Type.Optional(idText(48)) }),
  },
  async (ports, app, bizData) => {
    const { account_num: accountNo } = bizData
    const accountId = accountNo === undefined ? undefined : parseAccountNo(accountNo)
    if (accountNo !== undefined && accountId === undefined) return { total: 0, data: [] }
    return listMovements(ports, app, bizData, 'partner', { accountId })
  },
)

/**
 * By `order_no` or `transaction_id` (docs); both must name the same row (proposed). An order shows the card's side of its
 * movement; a transaction id shows the side that it names, so the id that a recharge has answered finds something too
 * (proposed).
 */
export const QUERY_CARD_TRANSACTION_DETAIL = readingCall(
  {
    path: '/issuing/card/query-card-transaction-detail',
    summary: 'Query one row of the ledger of cards',
    data: CardRow,
    errors: ['consumption-not-found'],
    bizData: Type.Object({ order_no: Type.Optional(text(64)), transaction_id: Type.Optional(idText(48)) }),
  },
  async (ports, app, { order_no: orderNo, transaction_id: transactionId }) => {
    if (orderNo === undefined && transactionId === undefined) {
      throw new PagsmileError(mandatoryData('order_no or transaction_id'))
    }
    const found = await findMovement(ports.storage.read, app.partnerId, orderNo, transactionId)
    if (found === undefined) throw new PagsmileError(dataNotFound('transaction'))
    return { total: 1, data: encodeCardSide(found) }
  },
)

type Filters = Pick<MovementFilter, 'accountId'>

async function listMovements(
  ports: Ports,
  app: PagsmileApp,
  query: StaticDecode<typeof Query>,
  view: MovementFilter['view'],
  more: Filters,
): Promise<Answer> {
  const window = dayWindowOf(query, app.unlimitedDateRange ? null : RANGE_DAYS_MAX)
  const { transaction_status: status, transaction_type: type } = query
  // what is in the ledger has succeeded
  const kinds =
    status === undefined || status === TRANSACTION_SUCCESS
      ? MOVEMENT_KINDS.filter(kind => type === undefined || MOVEMENT_TYPES[view][kind] === type)
      : []
  if (kinds.length === 0) return { total: 0, data: [] }
  const { rows, total } = await ports.storage.read.movements({
    ...window,
    ...more,
    partnerId: app.partnerId,
    view,
    orderNo: query.order_no,
    cardToken: query.card_token,
    currency: query.currency,
    kinds: kinds.length === MOVEMENT_KINDS.length ? undefined : kinds,
  })
  return { total, data: rows.map(view === 'card' ? encodeCardSide : encodePartnerSide) }
}

const ANY_TIME = {
  from: Temporal.Instant.from('2000-01-01T00:00:00Z'),
  to: Temporal.Instant.from('2200-01-01T00:00:00Z'),
  offset: 0,
  limit: 1,
}

async function findMovement(
  read: Reader,
  partnerId: bigint,
  orderNo: string | undefined,
  transactionId: string | undefined,
): Promise<Movement | undefined> {
  const movementId = transactionId === undefined ? undefined : parseId(transactionId)
  if (transactionId !== undefined && movementId === undefined) return undefined
  const find = async (view: MovementFilter['view']) =>
    (await read.movements({ ...ANY_TIME, partnerId, view, orderNo, movementId })).rows[0]
  const ofCard = await find('card')
  if (ofCard !== undefined || movementId === undefined) return ofCard
  const ofPartner = await find('partner')
  return ofPartner?.card == null ? undefined : ofPartner
}

const isCardSide = ({ account, kind }: Movement) => account.kind === 'card' || !(kind in FUNDING_SIDE)

/** Kinds that move money between a card and an issuing account: on that account they are the other side. */
const FUNDING_SIDE = { 'card-load': true, 'first-load': true, 'card-unload': true, 'card-closure': true }

/** The row of a card, or of the issuing account where the movement was asked for by that side's id. */
function encodeCardSide(movement: Movement) {
  const { account_token: _issuingAccount, ...row } = encodePartnerSide(movement)
  const { card, cardholderName } = movement
  if (card === null || !isCardSide(movement)) return row
  return {
    ...row,
    transaction_type: MOVEMENT_TYPES.card[movement.kind],
    account_num: maskedPanOf(card),
    account_name: cardholderName,
  }
}

/** All keys of the table, those without a value as null. */
function encodePartnerSide(movement: Movement) {
  const { account, card, amount, transactionAmount, memo } = movement
  return {
    transaction_id: String(movement.movementId),
    order_no: movement.orderNo,
    account_token: formatAccountToken(account.accountId),
    card_token: card === null ? null : card.token,
    transaction_type: MOVEMENT_TYPES.partner[movement.kind],
    transaction_status: TRANSACTION_SUCCESS,
    account_num: maskAccountNo(account.accountId),
    account_name: account.name,
    bill_currency: amount.currency,
    bill_amount: amountText(amount),
    bill_fee: amountText(zero(amount.currency)),
    balance_change: amountText(amount),
    balance: amountText(movement.balance),
    transaction_amount: amountText(transactionAmount),
    transaction_currency: transactionAmount.currency,
    exchange_rate: exchangeRateText(transactionAmount, amount),
    reference: null,
    // the example shows the caller's reference here (docs)
    transaction_desc: memo,
    merchant_info: movement.merchantName,
    related_transaction_id: movement.relatedId === null ? null : String(movement.relatedId),
    business_date: formatDateTime(movement.createdAt).slice(0, 10),
    create_time: formatDateTime(movement.createdAt),
  }
}

/** At which the one amount is the other, with four decimals (docs), mark-up included. */
function exchangeRateText(transaction: Amount, billing: Amount): string | null {
  if (transaction.currency === billing.currency) return '1.0000'
  if (isZero(transaction) || isZero(billing)) return null
  return formatRate(rateBetween(absolute(transaction), absolute(billing)), 4)
}

function absolute(amount: Amount): Amount {
  return isNegative(amount) ? negate(amount) : amount
}

function amountText(amount: Amount): string {
  return formatDecimal(amount, 2)
}
