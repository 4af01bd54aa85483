/**
 * The decision on one authorization request: pure, total, and explained.
 */
import type { CardStatus } from '../card/card.ts'
import type { Expiry } from '../card/expiry.ts'
import type { LimitTerms, LimitUsage, LimitWindow } from '../limits/card-limit.ts'
import {
  type CompiledMerchantControl,
  type ControlDimension,
  controlObjection,
  type PurchaseMerchant,
} from '../limits/merchant-controls.ts'
import {
  type CompiledSpendLimit,
  type LimitUse,
  matches,
  type Purchase,
  spendLimitsOutcome,
} from '../limits/spend-limit.ts'
import { type Amount, formatDecimal } from '../money/amount.ts'
import type { Currency } from '../money/currency.ts'
import type { EntryMode, Merchant, Purpose } from './authorization.ts'
import type { DecisionTime } from './decision-time.ts'
import type { DeclineReason } from './decline-reason.ts'
import type { ThreeDs } from './three-ds.ts'

/** What is asked. `billingAmount` is in the card's currency (DE 6 / DE 51): positive, or zero for the purposes that move nothing. */
export type AuthorizationRequest = {
  readonly purpose: Purpose
  readonly transactionAmount: Amount
  readonly billingAmount: Amount
  /** how the billing amount came about; absent where the merchant asks in the card's currency */
  readonly exchange?: Exchange | undefined
  readonly merchant: Merchant
  readonly entryMode: EntryMode | null
  /** what came with the message about the card and its holder, checked elsewhere; absent where nothing came */
  readonly cardData: CardData
  /** the acquirer accepts an approval of less (DE 60 / partial approval indicator) */
  readonly partialApproval: boolean
  /** sandbox only: decline for this reason after the checks that come before it */
  readonly forcedReason: DeclineReason | null
  /** the reason was not asked for by name but by the amount */
  readonly forcedByAmount?: boolean
}

/** A conversion from the merchant's currency. */
export type Exchange = {
  readonly from: Currency
  /** decimal text, mark-up included; null when there is none, and then the billing amount is zero */
  readonly rate: string | null
}

export type CardData = {
  readonly expiry?: Expiry
  readonly cvv2?: 'match' | 'mismatch'
  /** `not-set`: the card has no PIN to compare with */
  readonly pin?: 'match' | 'mismatch' | 'not-set'
  readonly threeDs?: ThreeDs
}

/** The card, its controls, its limits and its money as read under the account's lock. */
export type DecisionState = {
  readonly cardStatus: CardStatus
  readonly cardExpiry: Expiry
  /** those of the card, its cardholder, account and program, stacked */
  readonly controls: readonly CompiledMerchantControl[]
  readonly spendLimits: readonly CompiledSpendLimit[]
  /** what has been used of the window of one of `spendLimits` */
  readonly spendLimitUse: (limit: CompiledSpendLimit) => LimitUse
  readonly limit: LimitTerms | null
  readonly usage: LimitUsage
  readonly available: Amount
}

export type Decision = (
  | { readonly outcome: 'approved'; readonly hold: Amount }
  | { readonly outcome: 'declined'; readonly reason: DeclineReason }
) & { readonly trace: readonly Check[] }

/**
 * One line of the trace: which rule was applied, the value it saw, the threshold it compared with and what the
 * threshold leaves before this request. Amounts are decimal text in the card's currency; a rule that is not set has
 * no threshold. Times are ISO 8601.
 */
export type Check = {
  readonly check: string
  readonly passed: boolean
  readonly value: string
  readonly threshold: string | null
  readonly remaining: string | null
  readonly window: CheckWindow | null
}

/** `zone` is the calendar's; null for a window that knows none, such as the last 24 hours. */
export type CheckWindow = { readonly from: string; readonly to: string | null; readonly zone: string | null }

/** Adds what it looked at to the trace, nothing when there was nothing to look at; answers with its objection. */
type Rule = (
  trace: Check[],
  request: AuthorizationRequest,
  state: DecisionState,
  time: DecisionTime,
) => DeclineReason | undefined

/** The order is the precedence: the first objection is the reason. */
const RULES: readonly Rule[] = [
  cardExpiry,
  cardStatus,
  expiryData,
  cvv2Data,
  pinData,
  threeDsData,
  forced,
  merchantControls,
  exchangeRate,
  singleAmount,
  dailyCount,
  windowAmount('daily-amount', 'dailyAmount', 'day', 'daily-amount-exceeded'),
  windowAmount('monthly-amount', 'monthlyAmount', 'month', 'monthly-amount-exceeded'),
  windowAmount('total-amount', 'totalAmount', 'total', 'total-amount-exceeded'),
  spendLimits,
  availableFunds,
]

/**
 * Decides one authorization request against the card as it stands. Rules run in the order of `RULES` and the first
 * objection wins, so a request always declines for the same reason; the trace ends with the rule that declined.
 *
 * @param request billingAmount in the card's currency, minor units
 * @param state card, limit, usage and available money, read under the account's lock
 * @param time instant of the decision; limit windows are calendar days and months in UTC
 * @returns an approval with the hold to place, or a decline with exactly one reason
 */
export function decide(request: AuthorizationRequest, state: DecisionState, time: DecisionTime): Decision {
  const trace: Check[] = []
  const asked = request.partialApproval ? fitted(request, state, trace) : request
  for (const rule of RULES) {
    const reason = rule(trace, asked, state, time)
    if (reason !== undefined) return { outcome: 'declined', reason, trace }
  }
  return { outcome: 'approved', hold: holdFor(asked), trace }
}

/** What an approval reserves: nothing for a credit, a verification or a balance inquiry. */
function holdFor(request: AuthorizationRequest): Amount {
  return spends(request.purpose) ? request.billingAmount : { minor: 0n, currency: request.billingAmount.currency }
}

/** Whether the purpose takes money from the card, so that limits and funds have a say. */
export function spends(purpose: Purpose): boolean {
  return purpose === 'purchase' || purpose === 'cash'
}

/** What filters of limits look at. */
export function purchaseOf({
  merchant,
  transactionAmount,
  entryMode,
}: Pick<AuthorizationRequest, 'merchant' | 'transactionAmount' | 'entryMode'>): Purchase {
  return {
    mcc: merchant.mcc,
    merchantId: merchant.id,
    country: merchant.country,
    transactionCurrency: transactionAmount.currency,
    entryMode,
  }
}

/** The request cut down to what every amount rule leaves, when that is something and less than was asked. */
function fitted(request: AuthorizationRequest, state: DecisionState, trace: Check[]): AuthorizationRequest {
  if (!spends(request.purpose)) return request
  const most = [state.available.minor, ...cardLimitLeftovers(state), ...spendLimitLeftovers(request, state)].reduce(
    (least, minor) => (minor < least ? minor : least),
  )
  if (most <= 0n || most >= request.billingAmount.minor) return request
  const billingAmount = { minor: most, currency: request.billingAmount.currency }
  trace.push({
    check: 'partial-approval',
    passed: true,
    value: formatDecimal(request.billingAmount),
    threshold: formatDecimal(billingAmount),
    remaining: formatDecimal(billingAmount),
    window: null,
  })
  return { ...request, billingAmount }
}

function cardLimitLeftovers({ limit, usage }: DecisionState): bigint[] {
  if (limit === null) return []
  return [
    limit.singleAmount.minor,
    limit.dailyAmount.minor - usage.dailyAmount.minor,
    limit.monthlyAmount.minor - usage.monthlyAmount.minor,
    ...(limit.totalAmount === null ? [] : [limit.totalAmount.minor - usage.totalAmount.minor]),
  ]
}

function spendLimitLeftovers(request: AuthorizationRequest, state: DecisionState): bigint[] {
  if (state.spendLimits.length === 0) return []
  const purchase = purchaseOf(request)
  return state.spendLimits.flatMap(compiled => {
    const { maxAmount } = compiled.limit
    if (maxAmount === null || !matches(compiled, purchase)) return []
    return [maxAmount.minor - state.spendLimitUse(compiled).amountMinor]
  })
}

function cardExpiry(
  trace: Check[],
  _request: AuthorizationRequest,
  { cardExpiry: expiry }: DecisionState,
  time: DecisionTime,
): DeclineReason | undefined {
  const passed = time.year < expiry.year || (time.year === expiry.year && time.month <= expiry.month)
  trace.push(plain('card-expiry', passed, time.text, monthText(expiry)))
  return passed ? undefined : 'card-expired'
}

function cardStatus(
  trace: Check[],
  _request: AuthorizationRequest,
  { cardStatus: status }: DecisionState,
): DeclineReason | undefined {
  const passed = status === 'active'
  trace.push(plain('card-status', passed, status, 'active'))
  if (passed) return undefined
  return status === 'lost' ? 'card-lost' : 'card-not-active'
}

function expiryData(
  trace: Check[],
  { cardData }: AuthorizationRequest,
  state: DecisionState,
): DeclineReason | undefined {
  const { expiry } = cardData
  if (expiry === undefined) return undefined
  const passed = expiry.year === state.cardExpiry.year && expiry.month === state.cardExpiry.month
  trace.push(plain('expiry-data', passed, passed ? 'match' : 'mismatch', 'match'))
  return passed ? undefined : 'expiry-mismatch'
}

function cvv2Data(trace: Check[], { cardData: { cvv2 } }: AuthorizationRequest): DeclineReason | undefined {
  if (cvv2 === undefined) return undefined
  trace.push(plain('cvv2-data', cvv2 === 'match', cvv2, 'match'))
  return cvv2 === 'match' ? undefined : 'cvv2-mismatch'
}

function pinData(trace: Check[], { cardData: { pin } }: AuthorizationRequest): DeclineReason | undefined {
  if (pin === undefined) return undefined
  trace.push(plain('pin-data', pin === 'match', pin, 'match'))
  return pin === 'match' ? undefined : 'pin-mismatch'
}

/** Only a failure is held against the request: the other results say who is liable, not that somebody else pays. */
function threeDsData(trace: Check[], { cardData: { threeDs } }: AuthorizationRequest): DeclineReason | undefined {
  if (threeDs === undefined) return undefined
  const passed = threeDs.result !== 'failed'
  trace.push(plain('three-ds-data', passed, threeDs.result, null))
  return passed ? undefined : 'authentication-failed'
}

function forced(trace: Check[], { forcedReason, forcedByAmount }: AuthorizationRequest): DeclineReason | undefined {
  if (forcedReason === null) return undefined
  trace.push(plain(forcedByAmount === true ? 'magic-amount' : 'forced-decline', false, forcedReason, null))
  return forcedReason
}

/** What another currency comes to cannot be held against limits and money without a rate. */
function exchangeRate(trace: Check[], { exchange }: AuthorizationRequest): DeclineReason | undefined {
  if (exchange === undefined) return undefined
  const { from, rate } = exchange
  trace.push(plain('exchange-rate', rate !== null, rate ?? `none from ${from}`, null))
  return rate === null ? 'no-exchange-rate' : undefined
}

const BLOCKED = {
  merchant: 'merchant-blocked',
  mcc: 'mcc-blocked',
  country: 'country-blocked',
} as const satisfies Record<ControlDimension, DeclineReason>

/** A credit may come from anywhere; everything else is asked, a verification too. */
function merchantControls(
  trace: Check[],
  request: AuthorizationRequest,
  { controls }: DecisionState,
): DeclineReason | undefined {
  if (controls.length === 0 || request.purpose === 'refund') return undefined
  const purchase = purchaseOf(request)
  const objection = controlObjection(controls, purchase)
  if (objection === undefined) {
    trace.push(plain('merchant-controls', true, merchantText(purchase), null))
    return undefined
  }
  const { dimension, control, list, value } = objection
  const threshold = list === 'block' ? 'on the block list' : 'on the allow list'
  trace.push(plain(`merchant-control: ${control}`, false, `${dimension} ${value ?? 'not given'}`, threshold))
  return BLOCKED[dimension]
}

function merchantText({ merchantId, mcc, country }: PurchaseMerchant): string {
  return `merchant ${merchantId ?? 'not given'}, mcc ${mcc ?? 'not given'}, country ${country ?? 'not given'}`
}

function singleAmount(
  trace: Check[],
  request: AuthorizationRequest,
  { limit }: DecisionState,
): DeclineReason | undefined {
  if (limit === null || !spends(request.purpose)) return undefined
  const check = compareAmount('single-amount', request.billingAmount, limit.singleAmount, 0n, null)
  return objectionOf(trace, check, 'single-amount-exceeded')
}

function dailyCount(
  trace: Check[],
  request: AuthorizationRequest,
  state: DecisionState,
  time: DecisionTime,
): DeclineReason | undefined {
  if (state.limit === null || !spends(request.purpose)) return undefined
  const { dailyCount: threshold } = state.limit
  const used = state.usage.dailyCount
  const check = {
    check: 'daily-count',
    passed: used + 1 <= threshold,
    value: String(used + 1),
    threshold: String(threshold),
    remaining: String(Math.max(0, threshold - used)),
    window: time.windows.day,
  }
  return objectionOf(trace, check, 'daily-count-exceeded')
}

/** An amount of the card's own limit, which is what may be used of a window. */
function windowAmount(
  check: string,
  amount: 'dailyAmount' | 'monthlyAmount' | 'totalAmount',
  window: LimitWindow,
  reason: DeclineReason,
): Rule {
  return (trace, { purpose, billingAmount }, { limit, usage }, time) => {
    const threshold = limit?.[amount] ?? null
    if (threshold === null || !spends(purpose)) return undefined
    const used = usage[amount].minor
    return objectionOf(trace, compareAmount(check, billingAmount, threshold, used, time.windows[window]), reason)
  }
}

/** Each limit that counts the purchase has a line for its count and one for its amount, up to the one that objects. */
function spendLimits(
  trace: Check[],
  request: AuthorizationRequest,
  state: DecisionState,
  time: DecisionTime,
): DeclineReason | undefined {
  if (state.spendLimits.length === 0 || !spends(request.purpose)) return undefined
  const { outcome } = spendLimitsOutcome(
    state.spendLimits,
    purchaseOf(request),
    request.billingAmount,
    state.spendLimitUse,
    time.ms,
  )
  trace.push(...outcome.checks)
  if (outcome.passed) return undefined
  return outcome.exceeded === 'count' ? 'spend-limit-count-exceeded' : 'spend-limit-amount-exceeded'
}

function availableFunds(
  trace: Check[],
  request: AuthorizationRequest,
  { available }: DecisionState,
): DeclineReason | undefined {
  if (!spends(request.purpose)) return undefined
  const check = compareAmount('available-funds', request.billingAmount, available, 0n, null)
  return objectionOf(trace, check, 'insufficient-funds')
}

function objectionOf(trace: Check[], check: Check, reason: DeclineReason): DeclineReason | undefined {
  trace.push(check)
  return check.passed ? undefined : reason
}

function plain(check: string, passed: boolean, value: string, threshold: string | null): Check {
  return { check, passed, value, threshold, remaining: null, window: null }
}

/** Whether `requested` fits what `threshold` leaves after `usedMinor`. */
function compareAmount(
  check: string,
  requested: Amount,
  threshold: Amount,
  usedMinor: bigint,
  window: CheckWindow | null,
): Check {
  if (threshold.currency !== requested.currency) {
    throw new Error(`${check}: threshold in ${threshold.currency}, request in ${requested.currency}`)
  }
  const remaining = threshold.minor - usedMinor
  return {
    check,
    passed: requested.minor <= remaining,
    value: formatDecimal(requested),
    threshold: formatDecimal(threshold),
    remaining: formatDecimal({ minor: remaining > 0n ? remaining : 0n, currency: threshold.currency }),
    window,
  }
}

function monthText({ year, month }: Expiry): string {
  return `${year}-${String(month).padStart(2, '0')}`
}
