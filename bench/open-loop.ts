/**
 * An open loop: requests come at their own pace, whether or not earlier ones were answered, as from a network. A request
 * is late from the moment it was due, so a stall counts for everyone who came during it.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { percentile } from './statistics.ts'

export type OpenLoad = { readonly perSecond: number; readonly durationMs: number; readonly signal: AbortSignal }

/** How often requests that have become due are sent. */
const TICK_MS = 1

export async function runOpenLoop(
  load: OpenLoad,
  operation: () => Promise<unknown>,
): Promise<{ p50Ms: number; p99Ms: number }> {
  const timesMs: number[] = []
  const calls: Promise<void>[] = []
  const startedAt = performance.now()
  const call = async (dueAt: number) => {
    await operation()
    timesMs.push(performance.now() - dueAt)
  }
  for (let sent = 0, total = Math.floor((load.perSecond * load.durationMs) / 1000); sent < total; ) {
    load.signal.throwIfAborted()
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) * load.perSecond) / 1000))
    for (; sent < due; sent++) calls.push(call(startedAt + (sent * 1000) / load.perSecond))
    await delay(TICK_MS)
  }
  await Promise.all(calls)
  return { p50Ms: percentile(timesMs, 0.5), p99Ms: percentile(timesMs, 0.99) }
}
