import { unreachable } from '../errors.ts'
import type { Amount } from '../money/amount.ts'

/** Spending limits of one card. Amounts are in the card's currency; day and month are calendar periods in UTC. */
export type CardLimit = LimitTerms & {
  readonly partnerId: bigint
  readonly limitId: bigint
  readonly cardId: bigint
  readonly cardToken: string
  readonly createdAt: Temporal.Instant
}

export type LimitTerms = {
  readonly dailyCount: number
  readonly singleAmount: Amount
  readonly dailyAmount: Amount
  readonly monthlyAmount: Amount
  /** lifetime; null when there is none */
  readonly totalAmount: Amount | null
}

/** What a card has used of its windows: authorizations that were approved, by the instant of their decision. */
export type LimitUsage = {
  readonly dailyCount: number
  readonly dailyAmount: Amount
  readonly monthlyAmount: Amount
  readonly totalAmount: Amount
}

/** The windows that limits count in; `total` is the life of the card. */
export type LimitWindow = 'day' | 'month' | 'total'

export const LIMIT_WINDOWS: readonly LimitWindow[] = ['day', 'month', 'total']

/**
 * The start of a window that holds `now`, in UTC. The `total` window starts at the epoch.
 * Calendar days and months in UTC are what both vendors' limits count in.
 */
export function windowStart(window: LimitWindow, now: Temporal.Instant): Temporal.Instant {
  const utc = now.toZonedDateTimeISO('UTC')
  switch (window) {
    case 'day':
      return utc.startOfDay().toInstant()
    case 'month':
      return utc.with({ day: 1 }).startOfDay().toInstant()
    case 'total':
      return Temporal.Instant.fromEpochMilliseconds(0)
    default:
      return unreachable(window)
  }
}

/** The first instant after a window that holds `now`; null for `total`, which never ends. */
export function windowEnd(window: LimitWindow, now: Temporal.Instant): Temporal.Instant | null {
  const start = windowStart(window, now).toZonedDateTimeISO('UTC')
  switch (window) {
    case 'day':
      return start.add({ days: 1 }).toInstant()
    case 'month':
      return start.add({ months: 1 }).toInstant()
    case 'total':
      return null
    default:
      return unreachable(window)
  }
}
