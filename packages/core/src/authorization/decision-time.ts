import { type LimitWindow, windowEnd, windowStart } from '../limits/card-limit.ts'
import type { CheckWindow } from './decide.ts'

/**
 * An instant with all that decisions derive from it, worked out once for a whole batch: calendar arithmetic costs
 * microseconds, a decision must not.
 */
export type DecisionTime = {
  readonly instant: Temporal.Instant
  readonly ms: number
  /** ISO 8601 */
  readonly text: string
  /** calendar year and month in UTC, what expiry dates are compared with */
  readonly year: number
  readonly month: number
  readonly windows: Readonly<Record<LimitWindow, CheckWindow>>
}

export function decisionTime(instant: Temporal.Instant): DecisionTime {
  const { year, month } = instant.toZonedDateTimeISO('UTC')
  const boundsOf = (window: LimitWindow): CheckWindow => ({
    from: windowStart(window, instant).toString(),
    to: windowEnd(window, instant)?.toString() ?? null,
    zone: 'UTC',
  })
  return {
    instant,
    ms: instant.epochMilliseconds,
    text: instant.toString(),
    year,
    month,
    windows: { day: boundsOf('day'), month: boundsOf('month'), total: boundsOf('total') },
  }
}
