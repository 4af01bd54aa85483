/**
 * A partner's receiver of webhooks, written from the vendors' descriptions alone: it takes what is posted to it, checks what
 * can be checked of it, and acknowledges in both formats at once.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { jsonOrUndefined } from './exchange.ts'

export type Heard = {
  path: string
  headers: http.IncomingHttpHeaders
  /** The body as it came; a signature is over its own words. */
  text: string
  body: Record<string, unknown>
}

export class WebhookReceiver {
  private readonly server: http.Server
  private readonly heard: Heard[] = []

  private constructor(server: http.Server) {
    this.server = server
  }

  static async start(): Promise<WebhookReceiver> {
    const server = http.createServer()
    const receiver = new WebhookReceiver(server)
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const parsed = jsonOrUndefined(text)
        const body = typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
        receiver.heard.push({ path: request.url ?? '', headers: request.headers, text, body })
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"code":0,"message":""}')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return receiver
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`
  }

  /** What came to a path, once it is so many or the patience is over. */
  async wait(path: string, count: number, patienceMs: number): Promise<Heard[]> {
    const deadline = performance.now() + patienceMs
    const found = () => this.heard.filter(each => each.path === path)
    while (found().length < count && performance.now() < deadline) await delay(20)
    return found()
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }
}

/** Whether a KeySecure callback carries the signature of its own text, and a time of now. */
export function isSigned(heard: Heard, credentials: { apiKey: string; apiSecret: string }): boolean {
  const { timestamp, signature } = heard.headers
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return false
  if (Math.abs(Date.now() - Number(timestamp)) > FRESH_MS_MAX) return false
  const pairs: Record<string, string> = { appId: credentials.apiKey, timestamp, ...membersOf(heard.text) }
  const signed = Object.keys(pairs)
    .toSorted((a, b) => (a < b ? -1 : 1))
    .map(name => `${name}=${pairs[name]}`)
    .join('&')
  const expected = Buffer.from(createHmac('sha256', credentials.apiSecret).update(signed).digest('hex'))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}

const FRESH_MS_MAX = 5 * 60_000

/** Each member of `data` as the signature has it: texts without their quotes, anything else as it is written. */
export function membersOf(text: string): Record<string, string> {
  const members: Record<string, string> = {}
  const start = text.indexOf('"data":{')
  if (start < 0) return members
  let at = start + '"data":{'.length
  while (text[at] === '"') {
    const nameEnd = endOfValue(text, at)
    const valueEnd = endOfValue(text, nameEnd + 1)
    const name = String(jsonOrUndefined(text.slice(at, nameEnd)))
    const value = text.slice(nameEnd + 1, valueEnd)
    if (value !== 'null') members[name] = value.startsWith('"') ? String(jsonOrUndefined(value)) : value
    at = valueEnd + 1
  }
  return members
}

/** The place behind the value that begins at `at`, in JSON without blanks between its parts. */
function endOfValue(text: string, at: number): number {
  let depth = 0
  let inText = false
  for (let index = at; index < text.length; index++) {
    const character = text[index] ?? ''
    if (inText) {
      if (character === '\\') index += 1
      else if (character === '"') inText = false
    } else if (character === '"') inText = true
    else if ('{['.includes(character)) depth += 1
    else if ('}]'.includes(character) && depth > 0) depth -= 1
    else if (',:}]'.includes(character) && depth === 0) return index
  }
  return text.length
}
