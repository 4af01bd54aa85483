/** How often one Api-Key may call, per process: calls in a second, of which unused ones are saved for one second. */

type Bucket = { left: number; filledAtMs: number }

export type RateLimit = {
  /** @returns false when the key has used up what it may */
  allows(apiKey: string, perSecond: number): boolean
}

/** @param nowMs a clock that never goes back; only keys that are known come here, so the buckets are as few as these */
export function createRateLimit(nowMs: () => number = () => performance.now()): RateLimit {
  const buckets = new Map<string, Bucket>()
  return {
    allows(apiKey, perSecond) {
      const now = nowMs()
      const bucket = buckets.get(apiKey) ?? { left: perSecond, filledAtMs: now }
      const refilled = bucket.left + ((now - bucket.filledAtMs) / 1000) * perSecond
      const left = Math.min(perSecond, refilled)
      const allowed = left >= 1
      buckets.set(apiKey, { left: allowed ? left - 1 : left, filledAtMs: now })
      return allowed
    },
  }
}
