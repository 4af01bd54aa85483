/**
 * How often a sender may fail to prove who it is. Whoever fails again and again is either broken or guessing; both are
 * told to wait. A window begins with the first failure, and what is counted is forgotten with it.
 */
export class FailureLimit {
  private readonly failuresMax: number
  private readonly windowMs: number
  private readonly monotonicMs: () => number
  private readonly windows = new Map<string, { readonly startedAtMs: number; failures: number }>()

  constructor(
    { failuresMax, windowMs }: { readonly failuresMax: number; readonly windowMs: number },
    monotonicMs: () => number = () => performance.now(),
  ) {
    this.failuresMax = failuresMax
    this.windowMs = windowMs
    this.monotonicMs = monotonicMs
  }

  isReached(sender: string): boolean {
    return this.waitMs(sender) > 0
  }

  /** How long until a sender that has reached the limit is heard again; 0 for every other one. */
  waitMs(sender: string): number {
    const window = this.windows.get(sender)
    if (window === undefined || window.failures < this.failuresMax) return 0
    return Math.max(0, this.leftMs(window))
  }

  note(sender: string): void {
    const window = this.windows.get(sender)
    if (window !== undefined && this.leftMs(window) > 0) {
      window.failures += 1
      return
    }
    this.windows.delete(sender)
    if (this.windows.size >= WINDOWS_MAX) this.dropOldest()
    this.windows.set(sender, { startedAtMs: this.monotonicMs(), failures: 1 })
  }

  private leftMs({ startedAtMs }: { readonly startedAtMs: number }): number {
    return startedAtMs + this.windowMs - this.monotonicMs()
  }

  /** A map keeps the order in which its keys came, so the first one is the oldest window. */
  private dropOldest(): void {
    for (const key of this.windows.keys()) {
      this.windows.delete(key)
      return
    }
  }
}

/** So many senders are watched at once; the memory that a flood of addresses can take ends here. */
export const WINDOWS_MAX = 10_000
