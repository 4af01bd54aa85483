/**
 * Spend limits as the model of lives of purchases keeps them: what each purchase has in each window, and nothing else.
 */
import { unreachable } from '@openissuer/core/errors.ts'
import type { SpendScopeKind } from '@openissuer/core/limits/merchant-controls.ts'
import type { UsagePolicyName } from '@openissuer/core/limits/spend-limit.ts'
import type { WindowSpec } from '@openissuer/core/limits/window.ts'

const HOUR_MS = 3_600_000

export type ModelLimitTerms = {
  readonly scope: SpendScopeKind
  /** the cards that it counts, by index */
  readonly cards: readonly number[]
  readonly window: WindowSpec
  readonly policy: UsagePolicyName
  readonly max: bigint
  readonly maxCount: number | null
}

type Use = { count: number; minor: bigint }
/** by window: where it begins, or the instant of the use of a rolling one */
type Windows = Map<number, Use>

/** `Owner` is a purchase, or a clearing without one. */
export class ModelLimit<Owner> {
  readonly terms: ModelLimitTerms
  readonly #uses = new Map<Owner, Windows>()

  constructor(terms: ModelLimitTerms) {
    this.terms = terms
  }

  counts(card: number): boolean {
    return this.terms.cards.includes(card)
  }

  /** @param again the purchase has been counted before */
  objects(wanted: bigint, again: boolean, now: number): 'count' | 'amount' | null {
    const { max, maxCount } = this.terms
    const used = this.used(now)
    const others = again ? Math.max(0, used.count - 1) : used.count
    if (maxCount !== null && others + 1 > maxCount) return 'count'
    return wanted > max - used.minor ? 'amount' : null
  }

  authorized(owner: Owner, minor: bigint, again: boolean, now: number): void {
    if (this.terms.policy !== 'cleared-spend') this.#add(owner, now, { count: again ? 0 : 1, minor })
  }

  released(owner: Owner, minor: bigint): void {
    if (this.terms.policy !== 'cleared-spend') this.#giveBack(owner, minor)
  }

  cleared(owner: Owner, minor: bigint, now: number): void {
    if (this.terms.policy !== 'cleared-spend') return
    const counted = [...this.#windowsOf(owner).values()].some(({ count }) => count > 0)
    this.#add(owner, now, { count: counted ? 0 : 1, minor })
  }

  corrected(owner: Owner, minor: bigint, now: number): void {
    if (this.terms.policy !== 'cleared-spend' || this.#windowsOf(owner).size === 0) return
    this.#add(owner, now, { count: 0, minor: this.#within(minor, now) })
  }

  /** @returns what came back, for a reversal of the refund */
  refunded(owner: Owner, minor: bigint, now: number): Windows {
    switch (this.terms.policy) {
      case 'standard':
        return new Map()
      case 'refunds-return':
        return this.#giveBack(owner, minor)
      case 'cleared-spend': {
        if (this.#windowsOf(owner).size === 0) return new Map()
        const back = -this.#within(-minor, now)
        this.#add(owner, now, { count: 0, minor: -back })
        return new Map([[this.#windowAt(now), { count: 0, minor: back }]])
      }
      default:
        return unreachable(this.terms.policy)
    }
  }

  refundReversed(owner: Owner, returned: Windows, minor: bigint): void {
    let rest = minor
    for (const [window, back] of returned) {
      const part = back.minor < rest ? back.minor : rest
      if (part === 0n) continue
      rest -= part
      const count = part === back.minor ? back.count : 0
      this.#addTo(owner, window, { count, minor: part })
      back.minor -= part
      back.count -= count
    }
  }

  /** What is kept, by window; windows of which nothing is left are no rows that anybody would miss. */
  kept(): Map<number, Use> {
    const all: Windows = new Map()
    for (const windows of this.#uses.values()) for (const [window, use] of windows) addTo(all, window, use)
    return all
  }

  used(now: number): Use {
    const { window } = this.terms
    if (window.kind !== 'rolling') return this.kept().get(this.#windowAt(now)) ?? { count: 0, minor: 0n }
    const since = now - window.length * (window.unit === 'hour' ? HOUR_MS : 24 * HOUR_MS)
    const inside = [...this.kept()].filter(([at]) => at > since).toSorted(([a], [b]) => a - b)
    return inside.reduce(
      (used, [, use]) => {
        const minor = used.minor + use.minor
        return { count: used.count + use.count, minor: minor < 0n ? 0n : minor }
      },
      { count: 0, minor: 0n },
    )
  }

  /** What is taken off is no more than what the window has used. */
  #within(minor: bigint, now: number): bigint {
    const used = this.used(now).minor
    return minor < -used ? -used : minor
  }

  #giveBack(owner: Owner, minor: bigint): Windows {
    const windows = this.#windowsOf(owner)
    const left = [...windows.values()].reduce((total, use) => total + use.minor, 0n)
    const back: Windows = new Map()
    let rest = minor
    for (const [window, use] of [...windows].toSorted(([a], [b]) => b - a)) {
      const part = use.minor < rest ? use.minor : rest
      const count = left <= minor ? use.count : 0
      rest -= part
      this.#addTo(owner, window, { count: -count, minor: -part })
      if (part > 0n) back.set(window, { count, minor: part })
    }
    return back
  }

  #windowsOf(owner: Owner): Windows {
    const windows = this.#uses.get(owner) ?? new Map<number, Use>()
    this.#uses.set(owner, windows)
    return windows
  }

  #add(owner: Owner, now: number, use: Use): void {
    this.#addTo(owner, this.#windowAt(now), use)
  }

  #addTo(owner: Owner, window: number, use: Use): void {
    addTo(this.#windowsOf(owner), window, use)
  }

  /** The windows of the model are UTC days and months, rolling ones, and life. */
  #windowAt(now: number): number {
    const { window } = this.terms
    if (window.kind === 'rolling') return now
    if (window.kind === 'lifetime') return 0
    const text = new Date(now).toISOString()
    return Date.parse(window.unit === 'day' ? text.slice(0, 10) : `${text.slice(0, 7)}-01`)
  }
}

function addTo(windows: Windows, window: number, { count, minor }: Use): void {
  const before = windows.get(window) ?? { count: 0, minor: 0n }
  const use = { count: before.count + count, minor: before.minor + minor }
  if (use.count === 0 && use.minor === 0n) windows.delete(window)
  else windows.set(window, use)
}
