/**
 * Sends one message to one URL and says what came of it, whatever the receiver does: bounded in time and in what is read,
 * no redirects, and connected only to an address that was checked. Nothing is thrown.
 */
import { Resolver } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Agent, buildConnector } from 'undici'
import type { Message } from '../app/webhook-ports.ts'
import { isLocalName, isReachable } from './addresses.ts'

export type Answer = {
  /** null where no complete answer came */
  readonly status: number | null
  /** the first 4 kB of the body, as far as it came */
  readonly text: string | null
  readonly retryAfter: string | undefined
  /** why there is no complete answer; null when there is one */
  readonly error: string | null
  readonly latencyMs: number
}

/** The addresses of a host name; an exception where it has none. */
export type Resolve = (host: string) => Promise<readonly string[]>

export type SenderOptions = {
  readonly loopback: boolean
  /** connections to one endpoint */
  readonly connections: number
  readonly resolve?: Resolve
}

/** One endpoint's connections, which no other endpoint shares. */
export type Sender = {
  send(url: string, message: Message, timeoutMs: number): Promise<Answer>
  close(): Promise<void>
}

/** An answer that is longer is not read to its end and counts as none. */
const ANSWER_BYTES_MAX = 64 * 1024
const ANSWER_BYTES_KEPT = 4 * 1024
/** Informational answers (1xx) before the real one. */
const INFORMATIONAL_MAX = 10
const KEEP_ALIVE_MS = 4_000

/** The library is loaded with the first endpoint: an issuer without any does not pay for it. */
export async function createSender(options: SenderOptions): Promise<Sender> {
  const undici = await import('undici')
  const agent = new undici.Agent({
    connect: checkedConnector(undici.buildConnector, options),
    connections: options.connections,
    pipelining: 1,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: 16 * 1024,
    bodyTimeout: 0,
    headersTimeout: 0,
  })
  return {
    send: (url, message, timeoutMs) => exchange(undici.request, agent, url, message, timeoutMs),
    // whoever is still waiting for an answer has been given up
    close: () => agent.destroy(),
  }
}

async function exchange(
  request: typeof import('undici').request,
  agent: Agent,
  url: string,
  message: Message,
  timeoutMs: number,
): Promise<Answer> {
  const startedAt = performance.now()
  const abort = new AbortController()
  // the library does not give up while it connects
  const aborted = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(abort.signal.reason as Error))
  })
  aborted.catch(() => undefined)
  const timer = setTimeout(() => abort.abort(new SendError(`no complete answer within ${timeoutMs} ms`)), timeoutMs)
  let informational = 0
  let status: number | null = null
  const kept: Buffer[] = []
  let retryAfter: string | undefined
  const answer = (error: string | null): Answer => ({
    status,
    text: status === null ? null : textOf(kept),
    retryAfter,
    error,
    latencyMs: Math.round(performance.now() - startedAt),
  })
  try {
    const responding = request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { ...message.headers, 'accept-encoding': 'identity', 'user-agent': 'OpenIssuer' },
      body: message.body,
      signal: abort.signal,
      onInfo: () => {
        informational += 1
        if (informational > INFORMATIONAL_MAX) abort.abort(new SendError('too many informational answers'))
      },
    })
    const response = await Promise.race([responding, aborted])
    status = response.statusCode
    retryAfter = [response.headers['retry-after']].flat()[0]
    await Promise.race([readBounded(response.body, kept), aborted])
    return answer(null)
  } catch (error) {
    return answer(reasonOf(abort.signal.aborted ? abort.signal.reason : error))
  } finally {
    clearTimeout(timer)
  }
}

async function readBounded(body: AsyncIterable<Buffer>, kept: Buffer[]): Promise<void> {
  let bytes = 0
  for await (const chunk of body) {
    if (bytes < ANSWER_BYTES_KEPT) kept.push(chunk.subarray(0, ANSWER_BYTES_KEPT - bytes))
    bytes += chunk.length
    if (bytes > ANSWER_BYTES_MAX) throw new SendError(`the answer is longer than ${ANSWER_BYTES_MAX} bytes`)
  }
}

/** Text that the database can keep: what is no UTF-8 is replaced, NUL too. */
function textOf(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString('utf8').replaceAll('\0', '\uFFFD')
}

/** A reason in our own words. */
class SendError extends Error {}

const REASON_LENGTH_MAX = 200

/** One line, without what the receiver may have put into it. */
function reasonOf(error: unknown): string {
  if (error instanceof SendError) return error.message
  if (!(error instanceof Error)) return 'failed'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return code === 'AggregateError' && 'errors' in error && Array.isArray(error.errors)
    ? reasonOf(error.errors[0])
    : code.slice(0, REASON_LENGTH_MAX)
}

/**
 * Resolves the host once, checks every address it has, and connects to the one that was checked: what the name means a
 * moment later does not matter. A literal address is checked the same way.
 */
function checkedConnector(
  build: typeof buildConnector,
  { loopback, resolve = createResolve() }: SenderOptions,
): buildConnector.connector {
  const connect = build({ timeout: 10_000, allowH2: false })
  return (options, callback) => {
    const host = options.hostname.startsWith('[') ? options.hostname.slice(1, -1) : options.hostname
    const connectChecked = async () => {
      try {
        const address = await checkedAddress(host, loopback, resolve)
        // the certificate is that of the name, not of the address
        const named = isIP(host) === 0 ? { servername: host } : {}
        connect({ ...options, hostname: address, host: address, ...named }, callback)
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), null)
      }
    }
    void connectChecked()
  }
}

async function checkedAddress(host: string, loopback: boolean, resolve: Resolve): Promise<string> {
  const addresses = await addressesOf(host, resolve)
  const [first] = addresses
  if (first === undefined) throw new SendError('the host has no address')
  if (!addresses.every(address => isReachable(address, { loopback }))) {
    throw new SendError('the host has an address that is not public')
  }
  return first
}

async function addressesOf(host: string, resolve: Resolve): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host]
  if (isLocalName(host)) return ['127.0.0.1']
  try {
    return await resolve(host)
  } catch (error) {
    throw new SendError(`the host name cannot be resolved (${reasonOf(error)})`)
  }
}

const RESOLVE_MS = 2_500

/**
 * Asks the name servers directly. The operating system's resolver would do so on the few threads that encryption and
 * files share, and names that do not answer would hold everybody up.
 */
function createResolve(): Resolve {
  const resolver = new Resolver({ timeout: RESOLVE_MS, tries: 2 })
  return async host => {
    const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const addresses = [ipv4, ipv6].flatMap(result => (result.status === 'fulfilled' ? result.value : []))
    if (addresses.length === 0 && ipv4.status === 'rejected') throw ipv4.reason
    return addresses
  }
}
