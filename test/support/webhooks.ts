/**
 * Receivers of webhooks and a relay over the use cases of a test: real sockets, a real database, the test's clock.
 */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import { addKeysecureCredential, addPagsmileApp } from '../../packages/server/src/app/create-partner.ts'
import { createWebhookEndpoint } from '../../packages/server/src/app/webhook-endpoints.ts'
import type { DialectName, WebhookDialects, WebhookEndpoint } from '../../packages/server/src/app/webhook-ports.ts'
import { wallClock } from '../../packages/server/src/clock.ts'
import { keysecureCallbacks } from '../../packages/server/src/dialects/keysecure/callbacks.ts'
import { pagsmileNotifications } from '../../packages/server/src/dialects/pagsmile/notifications.ts'
import { openPool } from '../../packages/server/src/storage/database.ts'
import { createDeliveryStore } from '../../packages/server/src/storage/delivery-store.ts'
import { type Relay, startRelay } from '../../packages/server/src/webhooks/relay.ts'
import { createSender } from '../../packages/server/src/webhooks/sender.ts'
import type { UseCases } from './use-cases.ts'

export type Received = {
  readonly path: string
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly body: Record<string, unknown>
  /** real time, milliseconds */
  readonly atMs: number
}

export type Answer = { readonly status?: number; readonly headers?: Record<string, string>; readonly text?: string }

export type Receiver = {
  readonly url: string
  readonly received: Received[]
  /** what it answers; undefined for never. An acknowledgement in both dialects unless a test says otherwise */
  answer: (received: Received) => Answer | undefined | Promise<Answer | undefined>
  close(): void
}

export const ACKNOWLEDGEMENT: Answer = { status: 200, text: '{"code":0,"message":""}' }

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void answerWith(request, Buffer.concat(chunks).toString('utf8'), response))
  })
  async function answerWith(request: http.IncomingMessage, text: string, response: http.ServerResponse) {
    const body = JSON.parse(text) as Record<string, unknown>
    const each = { path: request.url ?? '', headers: request.headers, text, body, atMs: performance.now() }
    received.push(each)
    const answer = await receiver.answer(each)
    if (answer !== undefined) response.writeHead(answer.status ?? 200, answer.headers).end(answer.text)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: () => ACKNOWLEDGEMENT,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return receiver
}

export type TestRelay = Relay & { readonly faults: Error[]; close(): Promise<void> }

export function dialectsOf({ ports }: Pick<UseCases, 'ports'>): WebhookDialects {
  return { pagsmile: pagsmileNotifications(ports), keysecure: keysecureCallbacks(ports) }
}

/** A relay as a process has it. */
export function startTestRelay(useCases: Pick<UseCases, 'ports' | 'url' | 'clock'>): TestRelay {
  const pool = openPool({ url: useCases.url }, { connections: 2, onError: () => undefined, pipeline: true })
  const faults: Error[] = []
  const relay = startRelay({
    store: createDeliveryStore(pool),
    dialects: dialectsOf(useCases),
    clock: useCases.clock,
    wall: wallClock,
    createSender: () => createSender({ loopback: true, connections: 32 }),
    onFault: error => faults.push(error),
  })
  return {
    wake: partnerId => relay.wake(partnerId),
    look: () => relay.look(),
    stop: () => relay.stop(),
    faults,
    async close() {
      await relay.stop()
      await pool.end()
    },
  }
}

/** An endpoint of a partner, with a credential of its own. */
export async function addEndpoint(
  useCases: UseCases,
  partnerId: bigint,
  url: string,
  options: { readonly dialect?: DialectName; readonly kinds?: readonly HappeningKind[] } = {},
): Promise<WebhookEndpoint & { readonly secret: string }> {
  const { dialect = 'pagsmile', kinds } = options
  return useCases.run(async work => {
    const { credential, secret } = await addCredential()
    const rules = { dialects: dialectsOf(useCases), refusalOf: () => undefined }
    const terms = { partnerId, dialect, credential, url, description: null, kinds }
    return { ...(await createWebhookEndpoint(work, rules, terms)), secret }

    async function addCredential() {
      if (dialect === 'pagsmile') {
        const app = await addPagsmileApp(work, { partnerId, merchantPublicKey: null, unlimitedDateRange: false })
        return { credential: app.appId, secret: '' }
      }
      const added = await addKeysecureCredential(work, { partnerId, expiresAt: null, allowedAddresses: [] })
      return { credential: added.credential.apiKey, secret: added.apiSecret }
    }
  })
}
