/**
 * What came of authorizations lately: counts by outcome, and how long the network waited, second by second over the last
 * quarter of an hour. Of this process alone and gone with it; what lasts is in the database.
 *
 * Everything is counted in arrays that are made once, so that a decision costs a few additions: 0.3 µs with both looks at
 * the clock on the machine of bench/README.md, where a decision itself takes 40 µs.
 */
import { DECLINE_REASONS, type DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'

/** The longest window that can be asked for. */
export const WINDOW_SECONDS_MAX = 900

/** The second under way is one more. */
const SLOTS = WINDOW_SECONDS_MAX + 1

const REASONS = Object.keys(DECLINE_REASONS) as DeclineReason[]
const REASON_INDEX = new Map(REASONS.map((reason, index) => [reason, index]))

/**
 * Latencies are counted in classes that grow by an eighth of a power of two (9 %), from 1/16 ms: a quantile is exact to 5 %.
 * The last class, from 8 s, is above every deadline.
 */
const CLASSES_PER_DOUBLING = 8
const CLASS_MS_MIN = 1 / 16
const CLASSES = 17 * CLASSES_PER_DOUBLING + 1

/** How many of what in a stretch of time; quantiles are null where nothing was decided. */
export type DecisionCounts = {
  readonly seconds: number
  readonly decided: number
  readonly approved: number
  /** most frequent first, none that is zero */
  readonly declined: readonly { readonly reason: DeclineReason; readonly count: number }[]
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

/** One value for each second that is over, oldest first. */
export type DecisionSeries = {
  /** how long ago the first second began */
  readonly fromMsAgo: number
  readonly decided: readonly number[]
  readonly approved: readonly number[]
  readonly p50Ms: readonly (number | null)[]
  readonly p99Ms: readonly (number | null)[]
}

/** Since the process has started. `latencies` count those of at most `LATENCY_BOUNDS_MS`, each bound with all below it. */
export type DecisionTotals = {
  readonly approved: number
  readonly declined: readonly { readonly reason: DeclineReason; readonly count: number }[]
  readonly latencyMsSum: number
  readonly all: number
  readonly latencies: readonly number[]
}

/** Whole classes: 1/4 ms to 8 s, doubling. */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from({ length: 16 }, (_, index) => 2 ** (index - 2))

export class DecisionStatistics {
  private readonly nowMs: () => number
  private readonly startedSecond: number
  /** which second a slot holds */
  private readonly secondOf = new Float64Array(SLOTS).fill(-1)
  private readonly approved = new Uint32Array(SLOTS)
  private readonly declined = new Uint32Array(SLOTS * REASONS.length)
  private readonly latencies = new Uint32Array(SLOTS * CLASSES)
  private readonly total = {
    approved: 0,
    declined: new Float64Array(REASONS.length),
    latencies: new Float64Array(CLASSES),
    latencyMsSum: 0,
  }

  /** @param nowMs never goes back, whatever is done to the machine's clock */
  constructor(nowMs: () => number = () => performance.now()) {
    this.nowMs = nowMs
    this.startedSecond = this.second()
  }

  /** @param reason null for an approval */
  count(reason: DeclineReason | null, latencyMs: number): void {
    const slot = this.slotOf(this.second())
    const latencyClass = classOf(latencyMs)
    if (reason === null) {
      this.approved[slot] = (this.approved[slot] ?? 0) + 1
      this.total.approved += 1
    } else {
      const index = REASON_INDEX.get(reason) ?? 0
      this.declined[slot * REASONS.length + index] = (this.declined[slot * REASONS.length + index] ?? 0) + 1
      this.total.declined[index] = (this.total.declined[index] ?? 0) + 1
    }
    this.latencies[slot * CLASSES + latencyClass] = (this.latencies[slot * CLASSES + latencyClass] ?? 0) + 1
    this.total.latencies[latencyClass] = (this.total.latencies[latencyClass] ?? 0) + 1
    this.total.latencyMsSum += latencyMs
  }

  /** The last `seconds` that are over, or as many as the process has seen: at least one. */
  last(seconds: number): DecisionCounts {
    const slots = this.slotsOver(seconds)
    const reasons = REASONS.map(() => 0)
    const classes = Array.from({ length: CLASSES }, () => 0)
    let approved = 0
    for (const slot of slots) {
      if (slot === undefined) continue
      approved += this.approved[slot] ?? 0
      addTo(reasons, this.declined, slot)
      addTo(classes, this.latencies, slot)
    }
    const declined = countedReasons(reasons)
    return {
      seconds: slots.length,
      decided: approved + declined.reduce((sum, { count }) => sum + count, 0),
      approved,
      declined,
      p50Ms: quantile(classes, 0.5),
      p99Ms: quantile(classes, 0.99),
    }
  }

  /** As far back as the window and the process go. */
  series(): DecisionSeries {
    const slots = this.slotsOver(WINDOW_SECONDS_MAX)
    const columns = {
      decided: [] as number[],
      approved: [] as number[],
      p50Ms: [] as (number | null)[],
      p99Ms: [] as (number | null)[],
    }
    for (const slot of slots) {
      const classes = slot === undefined ? [] : this.latencies.subarray(slot * CLASSES, (slot + 1) * CLASSES)
      columns.decided.push(sumOf(classes))
      columns.approved.push(slot === undefined ? 0 : (this.approved[slot] ?? 0))
      columns.p50Ms.push(quantile(classes, 0.5))
      columns.p99Ms.push(quantile(classes, 0.99))
    }
    const intoSecondMs = this.nowMs() % 1_000
    return { fromMsAgo: slots.length * 1_000 + intoSecondMs, ...columns }
  }

  totals(): DecisionTotals {
    const { approved, declined, latencies, latencyMsSum } = this.total
    const below = LATENCY_BOUNDS_MS.map(bound => sumOf(latencies.subarray(0, classOf(bound))))
    return { approved, declined: countedReasons([...declined]), latencyMsSum, all: sumOf(latencies), latencies: below }
  }

  private second(): number {
    return Math.floor(this.nowMs() / 1_000)
  }

  /** The slot of the second under way, emptied of what it held a quarter of an hour ago. */
  private slotOf(second: number): number {
    const slot = second % SLOTS
    if (this.secondOf[slot] !== second) {
      this.secondOf[slot] = second
      this.approved[slot] = 0
      this.declined.fill(0, slot * REASONS.length, (slot + 1) * REASONS.length)
      this.latencies.fill(0, slot * CLASSES, (slot + 1) * CLASSES)
    }
    return slot
  }

  /** Oldest first; undefined for a second in which nothing was decided. */
  private slotsOver(seconds: number): (number | undefined)[] {
    const now = this.second()
    const count = Math.max(1, Math.min(seconds, WINDOW_SECONDS_MAX, now - this.startedSecond))
    return Array.from({ length: count }, (_, index) => {
      const second = now - count + index
      const slot = second % SLOTS
      return this.secondOf[slot] === second ? slot : undefined
    })
  }
}

function classOf(latencyMs: number): number {
  if (!(latencyMs >= CLASS_MS_MIN)) return 0
  return Math.min(CLASSES - 1, Math.floor(Math.log2(latencyMs / CLASS_MS_MIN) * CLASSES_PER_DOUBLING))
}

/** The middle of the class in which the quantile lies. */
function quantile(classes: ArrayLike<number>, share: number): number | null {
  const rank = share * sumOf(classes)
  if (rank === 0) return null
  let seen = 0
  for (let index = 0; index < classes.length; index++) {
    seen += classes[index] ?? 0
    if (seen >= rank) return rounded(CLASS_MS_MIN * 2 ** ((index + 0.5) / CLASSES_PER_DOUBLING))
  }
  return null
}

/** Three digits say all that the classes know. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

function sumOf(counts: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < counts.length; index++) sum += counts[index] ?? 0
  return sum
}

function addTo(sums: number[], counts: Uint32Array, slot: number): void {
  const start = slot * sums.length
  for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (counts[start + index] ?? 0)
}

function countedReasons(counts: readonly number[]): { reason: DeclineReason; count: number }[] {
  return REASONS.map((reason, index) => ({ reason, count: counts[index] ?? 0 }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
}
