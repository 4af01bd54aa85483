/**
 * A closed loop: so many callers, each of which asks again as soon as it is answered.
 */
import { percentile } from './statistics.ts'

export type Load = {
  readonly concurrency: number
  readonly durationMs: number
  readonly signal: AbortSignal
}

export type LoadResult = {
  readonly operations: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** The clock stops with the last answer, so that what was begun before the end counts with the time it took. */
export async function runClosedLoop(load: Load, operation: () => Promise<unknown>): Promise<LoadResult> {
  const timesMs: number[] = []
  const startedAt = performance.now()
  async function call(): Promise<void> {
    while (performance.now() - startedAt < load.durationMs) {
      load.signal.throwIfAborted()
      const calledAt = performance.now()
      await operation()
      timesMs.push(performance.now() - calledAt)
    }
  }
  // all callers are waited for even when one fails, so that none still works when the database is stopped
  const calls = await Promise.allSettled(Array.from({ length: load.concurrency }, call))
  for (const ended of calls) if (ended.status === 'rejected') throw ended.reason
  const seconds = (performance.now() - startedAt) / 1000
  return {
    operations: timesMs.length,
    seconds,
    p50Ms: percentile(timesMs, 0.5),
    p99Ms: percentile(timesMs, 0.99),
  }
}
