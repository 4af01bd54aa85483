/**
 * One request and its repetitions: time-out, abort, jittered waits, and what may be repeated. Bodies are bytes here; what
 * they mean is told by `read`.
 */
import { joined } from './bytes.ts'
import {
  ConnectionError,
  RateLimitError,
  SdkError,
  ServerError,
  TimeoutError,
  UnexpectedAnswerError,
} from './errors.ts'
import { type CallOptions, type ClientOptions, DEFAULT_RUNTIME, type Fetch, type Runtime } from './options.ts'

export type HttpRequest = {
  readonly method: string
  /** begins with a slash */
  readonly path: string
  /** made anew for each attempt, as some carry the time */
  readonly headers: () => Record<string, string>
  readonly body?: string | FormData | undefined
  /** what an error is known by */
  readonly requestId: string | null
  /**
   * Whether the same request may arrive twice: it only reads, or it carries a key that makes the second one a repetition.
   * Without it the request is repeated only when the API says that it has not looked at it (429).
   */
  readonly repeatable: boolean
}

export type HttpAnswer = { readonly status: number; readonly headers: Headers; readonly body: Uint8Array }

const TIMEOUT_MS = 30_000
const RETRIES = 2
const RETRY_DELAY_MS = 200
const RETRY_DELAY_MS_MAX = 5_000
const RETRY_AFTER_MS_MAX = 30_000
const ANSWER_BYTES_MAX = 16 * 1024 * 1024

export class Transport {
  readonly #baseUrl: string
  readonly #fetch: Fetch
  readonly #timeoutMs: number
  readonly #retries: number
  readonly runtime: Runtime

  /** @throws TypeError for a base URL that is none or holds a password, and for times and counts that are none */
  constructor(options: ClientOptions) {
    this.#baseUrl = baseUrlOf(options.baseUrl)
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init))
    this.#timeoutMs = whole('timeoutMs', options.timeoutMs ?? TIMEOUT_MS, 1)
    this.#retries = whole('retries', options.retries ?? RETRIES, 0)
    this.runtime = { ...DEFAULT_RUNTIME, ...options.runtime }
  }

  /**
   * Sends until there is an answer that `read` accepts, the failure is one that repeating cannot mend, or attempts are
   * used up; the last failure is then thrown.
   * @param read makes the result of an answer, or throws what the answer stands for
   */
  async send<T>(request: HttpRequest, options: CallOptions, read: (answer: HttpAnswer) => T): Promise<T> {
    const { signal } = options
    const timeoutMs = whole('timeoutMs', options.timeoutMs ?? this.#timeoutMs, 1)
    const retries = whole('retries', options.retries ?? this.#retries, 0)
    for (let attempt = 0; ; attempt += 1) {
      let retryAfterMs = 0
      try {
        const answer = await this.#attempt(request, timeoutMs, signal)
        retryAfterMs = retryAfterMsOf(answer)
        return read(answer)
      } catch (error) {
        if (attempt >= retries || retryAfterMs > RETRY_AFTER_MS_MAX || !mayRepeat(error, request)) throw error
      }
      await this.runtime.sleep(Math.max(retryAfterMs, this.#delayMs(attempt)), signal)
    }
  }

  /**
   * The parts of an answer that has no end of its own, as they come; sent once, whatever becomes of it. `timeoutMs` is the
   * patience with each silence. Leaving the loop closes the connection.
   * @param refuse throws what an answer stands for that is no stream
   */
  async *stream(
    request: HttpRequest,
    { signal, timeoutMs: given }: CallOptions,
    refuse: (answer: HttpAnswer) => never,
  ): AsyncGenerator<Uint8Array, void> {
    const timeoutMs = whole('timeoutMs', given ?? this.#timeoutMs, 1)
    signal?.throwIfAborted()
    const patience = new AbortController()
    const end = () => patience.abort()
    signal?.addEventListener('abort', end, { once: true })
    let timer = setTimeout(end, timeoutMs)
    try {
      const response = await this.#fetch(this.#baseUrl + request.path, {
        method: request.method,
        headers: request.headers(),
        redirect: 'manual',
        credentials: 'same-origin',
        signal: patience.signal,
      })
      if (response.status !== 200 || response.body === null) {
        const body = await bytesOf(response, patience.signal, request.requestId)
        refuse({ status: response.status, headers: response.headers, body })
      }
      const reader = response.body.getReader()
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer)
        yield part.value
        timer = setTimeout(end, timeoutMs)
      }
    } catch (cause) {
      signal?.throwIfAborted()
      if (patience.signal.aborted) throw new TimeoutError(timeoutMs, request.requestId)
      if (cause instanceof SdkError) throw cause
      throw new ConnectionError(`The connection failed: ${reasonOf(cause)}.`, { requestId: request.requestId, cause })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
      end()
    }
  }

  /** Anything up to twice the delay before, so that clients that failed together do not come back together. */
  #delayMs(attempt: number): number {
    return Math.round(this.runtime.random() * Math.min(RETRY_DELAY_MS_MAX, RETRY_DELAY_MS * 2 ** attempt))
  }

  async #attempt(request: HttpRequest, timeoutMs: number, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    signal?.throwIfAborted()
    const patience = new AbortController()
    const end = () => patience.abort()
    const timer = setTimeout(end, timeoutMs)
    signal?.addEventListener('abort', end, { once: true })
    try {
      const response = await this.#fetch(this.#baseUrl + request.path, {
        method: request.method,
        headers: request.headers(),
        ...(request.body === undefined ? {} : { body: request.body }),
        redirect: 'manual',
        credentials: 'same-origin',
        signal: patience.signal,
      })
      const body = await bytesOf(response, patience.signal, request.requestId)
      return { status: response.status, headers: response.headers, body }
    } catch (cause) {
      signal?.throwIfAborted()
      if (patience.signal.aborted) throw new TimeoutError(timeoutMs, request.requestId)
      if (cause instanceof UnexpectedAnswerError) throw cause
      throw new ConnectionError(`The connection failed: ${reasonOf(cause)}.`, { requestId: request.requestId, cause })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', end)
    }
  }
}

/** What timers can count to; beyond it they would run out at once. */
const WHOLE_MAX = 2 ** 31 - 1

function whole(option: string, value: number, min: number): number {
  if (Number.isInteger(value) && value >= min && value <= WHOLE_MAX) return value
  throw new TypeError(`${option} must be a whole number from ${min} to ${WHOLE_MAX}.`)
}

function baseUrlOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) throw new TypeError('baseUrl must be an http or https URL.')
  if (url.username !== '' || url.password !== '') throw new TypeError('baseUrl must not hold a user or password.')
  if (url.search !== '' || url.hash !== '') throw new TypeError('baseUrl must not have a query or fragment.')
  return url.href.replace(/\/+$/, '')
}

/** Statuses of proxies and servers that could not serve for the moment. */
const PASSING = new Set([502, 503, 504])

function mayRepeat(error: unknown, { repeatable }: HttpRequest): boolean {
  if (error instanceof RateLimitError) return true
  if (!repeatable) return false
  if (error instanceof ServerError || error instanceof UnexpectedAnswerError) return PASSING.has(error.status)
  return error instanceof ConnectionError || error instanceof TimeoutError
}

/** `Retry-After` in seconds (RFC 9110, 10.2.3); its other form, a date, is left to our own delay. */
function retryAfterMsOf({ headers }: HttpAnswer): number {
  const seconds = headers.get('retry-after') ?? ''
  return /^\d{1,9}$/.test(seconds) ? Number(seconds) * 1_000 : 0
}

/** @throws when the signal is aborted on the way, whatever the body's source makes of it */
async function bytesOf(response: Response, signal: AbortSignal, requestId: string | null): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  const end = () => void reader?.cancel().catch(() => undefined)
  signal.addEventListener('abort', end, { once: true })
  try {
    const chunks: Uint8Array[] = []
    let length = 0
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
      length += part.value.length
      if (length > ANSWER_BYTES_MAX) {
        throw new UnexpectedAnswerError('The answer is too large.', { status: response.status, requestId })
      }
      chunks.push(part.value)
    }
    signal.throwIfAborted()
    return joined(chunks, length)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

/** `fetch` says "fetch failed" and keeps the reason in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return 'unknown reason'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
