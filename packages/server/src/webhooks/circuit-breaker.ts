/**
 * Spares an endpoint that fails time and again, and everybody else the wait for it: after failures in a row only one
 * delivery at a time probes it, after ever longer pauses, until one succeeds. Pauses are real time.
 *
 * A single delivery that keeps to its schedule never opens the circuit, as no schedule has so many tries.
 */

import { RETRY_AFTER_MS_MAX } from './schedule.ts'

export type Circuit = {
  readonly failuresInRow: number
  /** no try before this instant; null while the circuit is closed */
  readonly openUntil: Temporal.Instant | null
}

/** After any success. */
export const CLOSED: Circuit = { failuresInRow: 0, openUntil: null }

const FAILURES_TO_OPEN = 10
const PAUSE_MS_FIRST = 1_000
const PAUSE_MS_MAX = 60_000

/**
 * @param atStart the circuit when the try began: tries that were under way together open it once
 * @param holdMs what the receiver asked for with `Retry-After`; null when it did not
 */
export function afterFailure(
  circuit: Circuit,
  atStart: Circuit,
  now: Temporal.Instant,
  holdMs: number | null,
): Circuit {
  const opensAgain = circuit.openUntil === null || atStart.openUntil !== null
  const failures = opensAgain ? circuit.failuresInRow + 1 : circuit.failuresInRow
  const pauseMs =
    !opensAgain || failures < FAILURES_TO_OPEN
      ? 0
      : Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** Math.min(failures - FAILURES_TO_OPEN, 16))
  const pause = Math.max(pauseMs, Math.min(holdMs ?? 0, RETRY_AFTER_MS_MAX))
  const until = pause === 0 ? null : now.add({ milliseconds: pause })
  return { failuresInRow: failures, openUntil: later(circuit.openUntil, until) }
}

function later(a: Temporal.Instant | null, b: Temporal.Instant | null): Temporal.Instant | null {
  if (a === null || b === null) return a ?? b
  return Temporal.Instant.compare(a, b) > 0 ? a : b
}

/** How many tries may be under way at once: all, one probe, or none yet. */
export function allowance({ openUntil }: Circuit, now: Temporal.Instant, concurrency: number): number {
  if (openUntil === null) return concurrency
  return Temporal.Instant.compare(now, openUntil) >= 0 ? 1 : 0
}
