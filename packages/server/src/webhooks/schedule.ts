/**
 * When a delivery is tried again.
 */

export type Retry = {
  /** failures of this sending, the one just now included */
  readonly failures: number
  readonly delaysMs: readonly number[]
  /** what the receiver asked for; null when it did not */
  readonly askedMs: number | null
  readonly now: Temporal.Instant
}

/** A receiver that asks for more is not believed. */
export const RETRY_AFTER_MS_MAX = 86_400_000

/** @returns null when the schedule has ended; the delay counts from the try that has just failed */
export function nextTry({ failures, delaysMs, askedMs, now }: Retry): Temporal.Instant | null {
  const delayMs = delaysMs[failures - 1]
  if (delayMs === undefined) return null
  return now.add({ milliseconds: Math.max(delayMs, Math.min(askedMs ?? 0, RETRY_AFTER_MS_MAX)) })
}

/**
 * The header `Retry-After` (RFC 9110 10.2.3): seconds, or a date.
 * @param wall real time, as a date in it is
 * @returns milliseconds; null when there is none, or none that can be read
 */
export function waitAsked(header: string | undefined, wall: Temporal.Instant): number | null {
  if (header === undefined) return null
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000
  // an HTTP date begins with the day of the week; Date.parse() takes much more for one
  const date = /^[A-Z][a-z]+, /.test(header) ? Date.parse(header) : Number.NaN
  return Number.isNaN(date) ? null : Math.max(0, date - wall.epochMilliseconds)
}
