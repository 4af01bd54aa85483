/**
 * One HTTP request and its whole answer. Nothing is added or repaired on the way: the body goes out byte for byte and a
 * header that is not given is not sent, so that a client can also be deliberately wrong. Every request has its own connection.
 */
import http from 'node:http'
import https from 'node:https'

export type HttpRequest = {
  method: string
  url: string
  headers?: Record<string, string>
  body?: string | Buffer
  timeoutMs?: number
}

export type HttpAnswer = {
  status: number
  headers: http.IncomingHttpHeaders
  text: string
  elapsedMs: number
}

/** Rejects when no complete answer arrives: refused connection, reset, or silence for longer than `timeoutMs` (20 s). */
export function exchange(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, body, timeoutMs = 20_000 } = request
  const startedAt = performance.now()
  return new Promise((resolve, reject) => {
    const { request: open } = url.startsWith('https:') ? https : http
    const headers = { ...request.headers }
    if (body !== undefined) headers['Content-Length'] = String(Buffer.byteLength(body))
    const outgoing = open(url, { method, headers, agent: false }, incoming => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          text: Buffer.concat(chunks).toString('utf8'),
          elapsedMs: performance.now() - startedAt,
        })
      })
    })
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(new Error(`${method} ${url}: no answer within ${timeoutMs} ms`)),
    )
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** The text as JSON, or undefined when it is not JSON. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
