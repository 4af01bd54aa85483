/**
 * The decision on one authorization request: pure, total, and explained.
 */
import type { CardStatus } from '../card/card.ts'
import type { Expiry } from '../card/expiry.ts'
import type { LimitTerms, LimitUsage } from '../limits/card-limit.ts'
import { type Amount, formatDecimal } from '../money/amount.ts'
import type { Purpose } from './authorization.ts'
import type { DecisionTime } from './decision-time.ts'
import type { DeclineReason } from './decline-reason.ts'

/** What is asked. `billingAmount` is in the card's currency (DE 6 / DE 51): positive, or zero for the purposes that move nothing. */
export type AuthorizationRequest = {
  readonly purpose: Purpose
  readonly billingAmount: Amount
  /** what came with the message about the card, checked elsewhere; absent where nothing came */
  readonly cardData: CardData
  /** the acquirer accepts an approval of less (DE 60 / partial approval indicator) */
  readonly partialApproval: boolean
  /** sandbox only: decline for this reason after the checks that come before it */
  readonly forcedReason: DeclineReason | null
}

export type CardData = {
  readonly expiry?: Expiry
  readonly cvv2?: 'match' | 'mismatch'
  readonly pin?: 'match' | 'mismatch'
}

/** The card, its limit and its money as read under the account's lock. */
export type DecisionState = {
  readonly cardStatus: CardStatus
  readonly cardExpiry: Expiry
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

export type CheckWindow = { readonly from: string; readonly to: string | null; readonly zone: string }

type Finding = { readonly check: Check; readonly reason: DeclineReason }

type Rule = (request: AuthorizationRequest, state: DecisionState, time: DecisionTime) => Finding | undefined

/** The order is the precedence: the first objection is the reason. A rule that has nothing to look at is not in the trace. */
const RULES: readonly Rule[] = [
  cardExpiry,
  cardStatus,
  expiryData,
  cvv2Data,
  pinData,
  forced,
  singleAmount,
  dailyCount,
  dailyAmount,
  monthlyAmount,
  totalAmount,
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
    const finding = rule(asked, state, time)
    if (finding === undefined) continue
    trace.push(finding.check)
    if (!finding.check.passed) return { outcome: 'declined', reason: finding.reason, trace }
  }
  return { outcome: 'approved', hold: holdFor(asked), trace }
}

/** What an approval reserves: nothing for a credit, a verification or a balance inquiry. */
function holdFor(request: AuthorizationRequest): Amount {
  return spends(request) ? request.billingAmount : { minor: 0n, currency: request.billingAmount.currency }
}

/** Whether the purpose takes money from the card, so that limits and funds have a say. */
function spends({ purpose }: AuthorizationRequest): boolean {
  return purpose === 'purchase' || purpose === 'cash'
}

/** The request cut down to what every amount rule leaves, when that is something and less than was asked. */
function fitted(request: AuthorizationRequest, state: DecisionState, trace: Check[]): AuthorizationRequest {
  if (!spends(request)) return request
  const { limit, usage, available } = state
  const leftovers = [
    available.minor,
    ...(limit === null
      ? []
      : [
          limit.singleAmount.minor,
          limit.dailyAmount.minor - usage.dailyAmount.minor,
          limit.monthlyAmount.minor - usage.monthlyAmount.minor,
          ...(limit.totalAmount === null ? [] : [limit.totalAmount.minor - usage.totalAmount.minor]),
        ]),
  ]
  const most = leftovers.reduce((least, minor) => (minor < least ? minor : least))
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

function cardExpiry(
  _request: AuthorizationRequest,
  { cardExpiry: expiry }: DecisionState,
  time: DecisionTime,
): Finding {
  const passed = time.year < expiry.year || (time.year === expiry.year && time.month <= expiry.month)
  return { check: plain('card-expiry', passed, time.text, monthText(expiry)), reason: 'card-expired' }
}

function cardStatus(_request: AuthorizationRequest, state: DecisionState): Finding {
  return {
    check: plain('card-status', state.cardStatus === 'active', state.cardStatus, 'active'),
    reason: state.cardStatus === 'lost' ? 'card-lost' : 'card-not-active',
  }
}

function expiryData({ cardData }: AuthorizationRequest, state: DecisionState): Finding | undefined {
  const { expiry } = cardData
  if (expiry === undefined) return undefined
  const passed = expiry.year === state.cardExpiry.year && expiry.month === state.cardExpiry.month
  return { check: plain('expiry-data', passed, passed ? 'match' : 'mismatch', 'match'), reason: 'expiry-mismatch' }
}

function cvv2Data({ cardData }: AuthorizationRequest): Finding | undefined {
  if (cardData.cvv2 === undefined) return undefined
  return { check: plain('cvv2-data', cardData.cvv2 === 'match', cardData.cvv2, 'match'), reason: 'cvv2-mismatch' }
}

function pinData({ cardData }: AuthorizationRequest): Finding | undefined {
  if (cardData.pin === undefined) return undefined
  return { check: plain('pin-data', cardData.pin === 'match', cardData.pin, 'match'), reason: 'pin-mismatch' }
}

function forced({ forcedReason }: AuthorizationRequest): Finding | undefined {
  if (forcedReason === null) return undefined
  return { check: plain('forced-decline', false, forcedReason, null), reason: forcedReason }
}

function singleAmount(request: AuthorizationRequest, { limit }: DecisionState): Finding | undefined {
  if (limit === null || !spends(request)) return undefined
  return {
    check: compareAmount('single-amount', request.billingAmount, limit.singleAmount, 0n, null),
    reason: 'single-amount-exceeded',
  }
}

function dailyCount(request: AuthorizationRequest, state: DecisionState, time: DecisionTime): Finding | undefined {
  if (state.limit === null || !spends(request)) return undefined
  const { dailyCount: threshold } = state.limit
  const used = state.usage.dailyCount
  return {
    check: {
      check: 'daily-count',
      passed: used + 1 <= threshold,
      value: String(used + 1),
      threshold: String(threshold),
      remaining: String(Math.max(0, threshold - used)),
      window: time.windows.day,
    },
    reason: 'daily-count-exceeded',
  }
}

function dailyAmount(request: AuthorizationRequest, state: DecisionState, time: DecisionTime): Finding | undefined {
  if (state.limit === null || !spends(request)) return undefined
  return {
    check: compareAmount(
      'daily-amount',
      request.billingAmount,
      state.limit.dailyAmount,
      state.usage.dailyAmount.minor,
      time.windows.day,
    ),
    reason: 'daily-amount-exceeded',
  }
}

function monthlyAmount(request: AuthorizationRequest, state: DecisionState, time: DecisionTime): Finding | undefined {
  if (state.limit === null || !spends(request)) return undefined
  return {
    check: compareAmount(
      'monthly-amount',
      request.billingAmount,
      state.limit.monthlyAmount,
      state.usage.monthlyAmount.minor,
      time.windows.month,
    ),
    reason: 'monthly-amount-exceeded',
  }
}

function totalAmount(request: AuthorizationRequest, state: DecisionState, time: DecisionTime): Finding | undefined {
  if (state.limit === null || state.limit.totalAmount === null || !spends(request)) return undefined
  return {
    check: compareAmount(
      'total-amount',
      request.billingAmount,
      state.limit.totalAmount,
      state.usage.totalAmount.minor,
      time.windows.total,
    ),
    reason: 'total-amount-exceeded',
  }
}

function availableFunds(request: AuthorizationRequest, state: DecisionState): Finding | undefined {
  if (!spends(request)) return undefined
  return {
    check: compareAmount('available-funds', request.billingAmount, state.available, 0n, null),
    reason: 'insufficient-funds',
  }
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
