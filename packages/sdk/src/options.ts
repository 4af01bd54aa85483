/** What all clients can be told, and each of their calls. */
export type ClientOptions = {
  /** where the API is, without its paths: `http://127.0.0.1:8080`, or a vendor's own host */
  readonly baseUrl: string
  /** patience for one attempt, until the last byte of the answer, milliseconds; 30,000 unless said */
  readonly timeoutMs?: number
  /** how often a request is repeated at most where repeating is safe; 2 unless said */
  readonly retries?: number
  /** what sends: the global `fetch` unless said */
  readonly fetch?: Fetch
  /** what waits between attempts and tells the time; for tests */
  readonly runtime?: Partial<Runtime>
}

/** What a single call can be told. */
export type CallOptions = {
  /** ends the call, waiting between attempts included; it then fails with the signal's reason */
  readonly signal?: AbortSignal | undefined
  readonly timeoutMs?: number | undefined
  readonly retries?: number | undefined
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Runtime = {
  /** milliseconds since 1970 */
  readonly now: () => number
  /** from 0 up to 1 */
  readonly random: () => number
  /** @throws the signal's reason when it is aborted */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>
}

export const DEFAULT_RUNTIME: Runtime = { now: Date.now, random: Math.random, sleep }

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end)
      resolve()
    }, ms)
    if (signal?.aborted === true) end()
    else signal?.addEventListener('abort', end, { once: true })
  })
}
