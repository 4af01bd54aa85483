/**
 * One consumption as each call and callback tells it: an authorization with what became of it, an event that stands by
 * itself, or a fee that does.
 */
import type { Authorization, Merchant } from '@openissuer/core/authorization/authorization.ts'
import type { AuthorizationEvent, EventKind } from '@openissuer/core/authorization/event.ts'
import type { CardFee, FeeKind } from '@openissuer/core/fee/charge.ts'
import { type Amount, add, isNegative, isPositive, negate, zero } from '@openissuer/core/money/amount.ts'
import { type COMMON_STATUSES, type CONSUMPTION_TYPES, FEE_TYPE_OF, TYPE_OF_PURPOSE } from './dictionary.ts'
import { consumptionNoOf } from './ids.ts'

export type ConsumptionRecord = {
  readonly no: string
  /** the consumption that this one gives back something of; empty where there is none or it is not known */
  readonly relateNo: string
  readonly type: (typeof CONSUMPTION_TYPES)[number]
  readonly status: (typeof COMMON_STATUSES)[number]
  /** in the card's currency */
  readonly amount: Amount
  /** in the merchant's currency */
  readonly local: Amount
  readonly merchant: Merchant | null
  readonly fees: readonly FeeRow[]
  readonly createdAt: Temporal.Instant
}

export type FeeRow = { readonly type: (typeof FEE_TYPE_OF)[ChargedKind]; readonly amount: Amount }

type ChargedKind = keyof typeof FEE_TYPE_OF

/**
 * What was cleared as soon as something was, what was approved before, and what was asked for where nothing was.
 *
 * @param charged what plans have charged; fees about something else are left out
 * @param inQuestion the merchant has not decided it yet; its status then is that of the question (docs)
 */
export function authorizationRecord(
  authorization: Authorization,
  charged: readonly CardFee[],
  inQuestion = false,
): ConsumptionRecord {
  const { authorizationId, approved, cleared, declineReason, billingAmount, createdAt } = authorization
  const succeeded = declineReason === null
  return {
    no: consumptionNoOf(authorizationId, createdAt),
    relateNo: '',
    type: TYPE_OF_PURPOSE[authorization.purpose],
    status: inQuestion ? 'Pending' : succeeded ? 'Success' : 'Fail',
    amount: succeeded ? (isPositive(cleared) ? cleared : approved) : billingAmount,
    local: authorization.transactionAmount,
    merchant: authorization.merchant,
    fees: feeRows(authorizationId, charged, authorization.fee),
    createdAt,
  }
}

/** What gives money or room back, and what names no authorization, is a consumption of its own (proposed). */
export function standsAlone({ kind, authorizationId }: Pick<AuthorizationEvent, 'kind' | 'authorizationId'>): boolean {
  return ALONE.has(kind) || authorizationId === null
}

const ALONE: ReadonlySet<EventKind> = new Set(['reversal', 'expiry', 'refund', 'refund-reversal'])

/** @param authorization that it follows, if any; `charged` as above */
export function eventRecord(
  event: AuthorizationEvent,
  authorization: Authorization | null,
  charged: readonly CardFee[],
): ConsumptionRecord {
  const { eventId, billingAmount, transactionAmount, effect, createdAt } = event
  return {
    no: consumptionNoOf(eventId, createdAt),
    relateNo: authorization === null ? '' : consumptionNoOf(authorization.authorizationId, authorization.createdAt),
    type: typeOf(event),
    status: 'Success',
    amount: absolute(billingAmount),
    local: absolute(transactionAmount),
    merchant: authorization?.merchant ?? effect?.merchant ?? null,
    fees: feeRows(eventId, charged, effect?.fee),
    createdAt,
  }
}

function typeOf({ kind, billingAmount }: AuthorizationEvent): ConsumptionRecord['type'] {
  if (kind === 'refund') return 'Refund'
  const takes = (kind === 'clearing' || kind === 'clearing-correction') && !isNegative(billingAmount)
  return takes ? 'Consumption' : 'Reversal'
}

/** A card's price or its management fee: no purchase, so nothing is charged on top. */
export function feeRecord({ feeId, kind, amount, createdAt }: CardFee): ConsumptionRecord {
  return {
    no: consumptionNoOf(feeId, createdAt),
    relateNo: '',
    type: kind === 'issue' ? 'Open_card' : 'Manage_fee',
    status: 'Success',
    amount,
    local: amount,
    merchant: null,
    fees: [],
    createdAt,
  }
}

/** In the card's currency, as the rows are. */
export function feeTotal({ fees, amount }: ConsumptionRecord): Amount {
  return fees.reduce((sum, fee) => add(sum, fee.amount), zero(amount.currency))
}

/**
 * One row a type, above zero only (docs): what plans have charged less what was given back of it, and the program's own
 * fee on foreign currency.
 */
function feeRows(aboutId: bigint, charged: readonly CardFee[], foreign: Amount | undefined): readonly FeeRow[] {
  const rows: FeeRow[] = charged
    .filter(fee => fee.aboutId === aboutId)
    .flatMap(({ kind, amount }) => (isCharged(kind) ? [{ type: FEE_TYPE_OF[kind], amount }] : []))
  if (foreign !== undefined && isPositive(foreign)) rows.push({ type: FEE_TYPE_OF['cross-border'], amount: foreign })
  return [...Map.groupBy(rows, ({ type }) => type)]
    .map(([type, same]) => ({ type, amount: same.map(({ amount }) => amount).reduce((sum, each) => add(sum, each)) }))
    .filter(({ amount }) => isPositive(amount))
}

function isCharged(kind: FeeKind): kind is ChargedKind {
  return Object.hasOwn(FEE_TYPE_OF, kind)
}

export type MerchantInfo = Readonly<Record<'merchant_name' | 'merchant_mcc' | 'city' | 'country', string>>

/** Empty where the network has not said it. */
export function merchantInfoOf(merchant: Merchant | null): MerchantInfo {
  return {
    merchant_name: merchant?.name ?? '',
    merchant_mcc: merchant?.mcc ?? '',
    city: merchant?.city ?? '',
    country: merchant?.country ?? '',
  }
}

function absolute(amount: Amount): Amount {
  return isNegative(amount) ? negate(amount) : amount
}
