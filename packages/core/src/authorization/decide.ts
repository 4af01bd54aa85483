/**
 * The decision on one authorization request: pure, total, and explained.
 */
import type { CardStatus } from '../card/card.ts'
import { type Expiry, isExpired } from '../card/expiry.ts'
import { type CardLimit, type LimitUsage, type LimitWindow, windowEnd, windowStart } from '../limits/card-limit.ts'
import { type Amount, formatDecimal } from '../money/amount.ts'
import type { DeclineReason } from './decline-reason.ts'

/** What is asked. `billingAmount` is in the card's currency (DE 6 / DE 51) and positive. */
export type AuthorizationRequest = { readonly billingAmount: Amount }

/** The card, its limit and its money as read under lock. */
export type DecisionState = {
  readonly cardStatus: CardStatus
  readonly cardExpiry: Expiry
  readonly limit: CardLimit | null
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
  readonly window: { readonly from: string; readonly to: string | null; readonly zone: 'UTC' } | null
}

type Rule = (
  request: AuthorizationRequest,
  state: DecisionState,
  now: Temporal.Instant,
) => { readonly check: Check; readonly reason: DeclineReason }

/** The order is the precedence: the first objection is the reason. */
const RULES: readonly Rule[] = [
  cardExpiry,
  cardStatus,
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
 * @param state card, limit, usage and available money, read under the card's lock
 * @param now instant of the decision; limit windows are calendar days and months in UTC
 * @returns an approval with the hold to place, or a decline with exactly one reason
 */
export function decide(request: AuthorizationRequest, state: DecisionState, now: Temporal.Instant): Decision {
  const trace: Check[] = []
  for (const rule of RULES) {
    const { check, reason } = rule(request, state, now)
    trace.push(check)
    if (!check.passed) return { outcome: 'declined', reason, trace }
  }
  return { outcome: 'approved', hold: request.billingAmount, trace }
}

function cardExpiry(_request: AuthorizationRequest, state: DecisionState, now: Temporal.Instant) {
  const { month, year } = state.cardExpiry
  return {
    check: {
      ...NO_THRESHOLD,
      check: 'card-expiry',
      passed: !isExpired(state.cardExpiry, now),
      value: now.toString(),
      threshold: `${year}-${String(month).padStart(2, '0')}`,
    },
    reason: 'card-expired' as const,
  }
}

function cardStatus(_request: AuthorizationRequest, state: DecisionState) {
  return {
    check: {
      ...NO_THRESHOLD,
      check: 'card-status',
      passed: state.cardStatus === 'active',
      value: state.cardStatus,
      threshold: 'active',
    },
    reason: state.cardStatus === 'lost' ? ('card-lost' as const) : ('card-not-active' as const),
  }
}

function singleAmount(request: AuthorizationRequest, state: DecisionState) {
  return {
    check: compareAmount('single-amount', request.billingAmount, state.limit?.singleAmount ?? null, null),
    reason: 'single-amount-exceeded' as const,
  }
}

function dailyCount(_request: AuthorizationRequest, state: DecisionState, now: Temporal.Instant) {
  const threshold = state.limit?.dailyCount
  return {
    check: {
      check: 'daily-count',
      passed: threshold === undefined || state.usage.dailyCount + 1 <= threshold,
      value: String(state.usage.dailyCount + 1),
      threshold: threshold === undefined ? null : String(threshold),
      remaining: threshold === undefined ? null : String(Math.max(0, threshold - state.usage.dailyCount)),
      window: boundsOf('day', now),
    },
    reason: 'daily-count-exceeded' as const,
  }
}

function dailyAmount(request: AuthorizationRequest, state: DecisionState, now: Temporal.Instant) {
  return {
    check: {
      ...compareAmount(
        'daily-amount',
        request.billingAmount,
        state.limit?.dailyAmount ?? null,
        state.usage.dailyAmount,
      ),
      window: boundsOf('day', now),
    },
    reason: 'daily-amount-exceeded' as const,
  }
}

function monthlyAmount(request: AuthorizationRequest, state: DecisionState, now: Temporal.Instant) {
  return {
    check: {
      ...compareAmount(
        'monthly-amount',
        request.billingAmount,
        state.limit?.monthlyAmount ?? null,
        state.usage.monthlyAmount,
      ),
      window: boundsOf('month', now),
    },
    reason: 'monthly-amount-exceeded' as const,
  }
}

function totalAmount(request: AuthorizationRequest, state: DecisionState, now: Temporal.Instant) {
  return {
    check: {
      ...compareAmount(
        'total-amount',
        request.billingAmount,
        state.limit?.totalAmount ?? null,
        state.usage.totalAmount,
      ),
      window: boundsOf('total', now),
    },
    reason: 'total-amount-exceeded' as const,
  }
}

function availableFunds(request: AuthorizationRequest, state: DecisionState) {
  return {
    check: compareAmount('available-funds', request.billingAmount, state.available, null),
    reason: 'insufficient-funds' as const,
  }
}

const NO_THRESHOLD = { threshold: null, remaining: null, window: null }

/** Whether `requested` fits what `threshold` leaves after `used`; a null threshold always fits. */
function compareAmount(check: string, requested: Amount, threshold: Amount | null, used: Amount | null): Check {
  const value = formatDecimal(requested)
  if (threshold === null) return { ...NO_THRESHOLD, check, passed: true, value }
  if (threshold.currency !== requested.currency) {
    throw new Error(`${check}: threshold in ${threshold.currency}, request in ${requested.currency}`)
  }
  const remaining = threshold.minor - (used?.minor ?? 0n)
  return {
    check,
    passed: requested.minor <= remaining,
    value,
    threshold: formatDecimal(threshold),
    remaining: formatDecimal({ minor: remaining > 0n ? remaining : 0n, currency: threshold.currency }),
    window: null,
  }
}

function boundsOf(window: LimitWindow, now: Temporal.Instant): Check['window'] {
  return {
    from: windowStart(window, now).toString(),
    to: windowEnd(window, now)?.toString() ?? null,
    zone: 'UTC',
  }
}
