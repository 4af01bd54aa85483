/**
 * Where answers to the network are heard of as they are given: they are counted, and the newest are kept for whoever
 * follows them until they are taken. Without a follower nothing is kept.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { EngineAnswer } from '../engine/authorization-engine.ts'
import type { DecisionStatistics } from './decision-statistics.ts'

/** What has been decided since the last `take`, oldest first, and how many more there were before them. */
export type Taken = { readonly authorizations: readonly Authorization[]; readonly leftOut: number }

export type Tap = {
  take(): Taken
  close(): void
}

type Kept = { authorizations: Authorization[]; leftOut: number }

export class DecisionFeed {
  readonly statistics: DecisionStatistics
  private readonly taps = new Map<bigint | null, Set<KeepingTap>>()

  constructor(statistics: DecisionStatistics) {
    this.statistics = statistics
  }

  /**
   * Hears an answer once. A repetition is no decision and counts nowhere.
   * @param latencyMs how long the network waited for it
   */
  heard(answer: EngineAnswer, latencyMs: number): void {
    if (answer.kind === 'unanswered') this.statistics.count(answer.reason, latencyMs)
    if (answer.kind !== 'decided') return
    const { authorization } = answer
    this.statistics.count(authorization.declineReason, latencyMs)
    if (this.taps.size === 0) return
    for (const tap of this.taps.get(null) ?? []) tap.keep(authorization)
    for (const tap of this.taps.get(authorization.partnerId) ?? []) tap.keep(authorization)
  }

  /**
   * Keeps what is decided from now on.
   *
   * @param partnerId null for all partners
   * @param keptMax the newest so many are kept between two takes
   */
  open(partnerId: bigint | null, keptMax: number): Tap {
    const taps = this.taps.get(partnerId) ?? new Set()
    this.taps.set(partnerId, taps)
    const tap = new KeepingTap(keptMax, () => {
      taps.delete(tap)
      if (taps.size === 0 && this.taps.get(partnerId) === taps) this.taps.delete(partnerId)
    })
    taps.add(tap)
    return tap
  }
}

class KeepingTap implements Tap {
  readonly close: () => void
  private readonly keptMax: number
  private kept: Kept = { authorizations: [], leftOut: 0 }
  /** where the oldest is, once as many are kept as may be */
  private oldest = 0

  constructor(keptMax: number, close: () => void) {
    this.keptMax = keptMax
    this.close = close
  }

  keep(authorization: Authorization): void {
    const { authorizations } = this.kept
    if (authorizations.length < this.keptMax) {
      authorizations.push(authorization)
      return
    }
    this.kept.leftOut += 1
    if (this.keptMax === 0) return
    authorizations[this.oldest] = authorization
    this.oldest = (this.oldest + 1) % this.keptMax
  }

  take(): Taken {
    const { authorizations, leftOut } = this.kept
    const inOrder = [...authorizations.slice(this.oldest), ...authorizations.slice(0, this.oldest)]
    this.kept = { authorizations: [], leftOut: 0 }
    this.oldest = 0
    return { authorizations: inOrder, leftOut }
  }
}
