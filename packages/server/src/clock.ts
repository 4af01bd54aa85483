import type { Clock } from './app/ports.ts'

/** Real time in milliseconds, the precision that every wire format shows at most. */
export const wallClock: Clock = { now: () => Temporal.Instant.fromEpochMilliseconds(Date.now()) }
