/**
 * Receivers of webhooks, good and bad, as a process of its own: `fork(receivers.ts)`. Says `{ port }` when it listens;
 * answers every message with what it has received since the last one, `{ received: [path, id, atMs][] }`.
 */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request's path, the event's id on the wire with the authorization that it is about, and when it was read. */
export type Receipt = readonly [path: string, requestId: string, authorizationId: string, atMs: number]

/** What the first part of a path asks for. */
const MANNERS: Record<string, (response: http.ServerResponse) => void> = {
  good: response => response.writeHead(200).end(),
  approving: response => response.writeHead(200).end('{"code":0,"message":""}'),
  silent: () => undefined,
  failing: response => response.writeHead(500).end(),
  slow: response => void response.writeHead(200).write('x'),
  rude: response => response.destroy(),
}

export const BAD_MANNERS = ['silent', 'failing', 'slow', 'rude'] as const

if (process.send !== undefined) await serve(message => process.send?.(message))

async function serve(say: (message: unknown) => void): Promise<void> {
  let receipts: Receipt[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      const manner = path.split('/')[1] ?? ''
      if (manner === 'good') receipts.push(receiptOf(path, Buffer.concat(chunks).toString('utf8')))
      MANNERS[manner]?.(response)
    })
  })
  // connections are kept, so that what is measured is not their making
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  say({ port: (server.address() as AddressInfo).port })
  process.on('message', () => {
    say({ received: receipts })
    receipts = []
  })
  process.on('disconnect', () => process.exit())
}

function receiptOf(path: string, text: string): Receipt {
  const { request_id: id, biz_data: data } = JSON.parse(text) as { request_id: string; biz_data: { auth_id?: string } }
  return [path, id, data?.auth_id ?? '', performance.timeOrigin + performance.now()]
}
