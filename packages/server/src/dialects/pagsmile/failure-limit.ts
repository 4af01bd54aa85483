/**
 * How often an app may fail to be decrypted. What asks the platform's key the same question again and again is either
 * broken or looking for an oracle; both are told to wait before the key is used at all.
 *
 * Counted by app and by the address that sends, so that a stranger who knows an app's id cannot shut its owner out.
 */
export class FailureLimit {
  private readonly monotonicMs: () => number
  private readonly windows = new Map<string, { readonly startedAtMs: number; failures: number }>()

  constructor(monotonicMs: () => number = () => performance.now()) {
    this.monotonicMs = monotonicMs
  }

  isReached(appId: string, address: string): boolean {
    const window = this.windows.get(keyOf(appId, address))
    return window !== undefined && window.failures >= FAILURES_MAX && !this.isOver(window)
  }

  note(appId: string, address: string): void {
    const key = keyOf(appId, address)
    const window = this.windows.get(key)
    if (window !== undefined && !this.isOver(window)) {
      window.failures += 1
      return
    }
    this.windows.delete(key)
    if (this.windows.size >= WINDOWS_MAX) this.dropOldest()
    this.windows.set(key, { startedAtMs: this.monotonicMs(), failures: 1 })
  }

  private isOver({ startedAtMs }: { readonly startedAtMs: number }): boolean {
    return this.monotonicMs() - startedAtMs >= WINDOW_MS
  }

  /** A map keeps the order in which its keys came, so the first one is the oldest window. */
  private dropOldest(): void {
    for (const key of this.windows.keys()) {
      this.windows.delete(key)
      return
    }
  }
}

/** (proposed): no rate is documented. A client that changes its keys fails a few times, not a thousand times a minute. */
export const FAILURES_MAX = 1_000
export const WINDOW_MS = 60_000

/** So many senders are watched at once; the memory that a flood of addresses can take ends here. */
export const WINDOWS_MAX = 10_000

function keyOf(appId: string, address: string): string {
  return `${appId} ${address}`
}
