/**
 * The Operator API over a real database, called without a socket. Every answer is checked on its way: JSON in the door's
 * form, as its reference describes it, and never a fault of our own.
 */
import type { FastifyInstance, InjectOptions } from 'fastify'
import pino from 'pino'
import type { LedgerProofs } from '../../packages/server/src/app/ledger-proof.ts'
import { ApiLog } from '../../packages/server/src/app/live/api-log.ts'
import type { Platform } from '../../packages/server/src/app/live/platform.ts'
import type { Ports } from '../../packages/server/src/app/ports.ts'
import { createProductClock, REAL_TIME } from '../../packages/server/src/app/product-clock.ts'
import type { WebhookDoor } from '../../packages/server/src/app/webhook-ports.ts'
import { keysecureCallbacks } from '../../packages/server/src/dialects/keysecure/callbacks.ts'
import { keysecureInspector } from '../../packages/server/src/dialects/keysecure/inspection.ts'
import { pagsmileInspector } from '../../packages/server/src/dialects/pagsmile/inspection.ts'
import { pagsmileNotifications } from '../../packages/server/src/dialects/pagsmile/notifications.ts'
import { createHttpServer } from '../../packages/server/src/http/server.ts'
import { createLedgerProofs } from '../../packages/server/src/ledger-watch.ts'
import { secretHash } from '../../packages/server/src/operator/access.ts'
import { operatorApi } from '../../packages/server/src/operator/operator-api.ts'
import { refusalOf } from '../../packages/server/src/webhooks/addresses.ts'
import { assertDescribed } from './reference.ts'
import { createUseCases, type UseCases } from './use-cases.ts'

export type OperatorAnswer = {
  readonly status: number
  readonly body: AnswerBody
  readonly text: string
}

/** What the answers of the door's calls have, taken together: a test looks into its own call's part. */
type AnswerBody = {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
  readonly partnerId: string
  readonly approveCardholdersAutomatically: boolean
  readonly accounts: readonly { readonly accountId: string; readonly kind: string; readonly currency: string }[]
  readonly pagsmile: {
    readonly appId: string
    readonly partnerId: string
    readonly platformPublicKey: string
    readonly merchantPublicKey: string | null
    readonly fundingAccount: string
    readonly sharedAccount: string
  }
  readonly keysecure: { readonly apiKey: string; readonly apiSecret: string }
  readonly uniqueNo: string | null
  readonly authorizationId: string
  readonly cardToken: string
  readonly decision: string
  readonly declineReason: string | null
  readonly repeated: boolean
  readonly trace: readonly unknown[]
}

export type OperatorDoor = {
  readonly useCases: UseCases
  readonly key: string
  readonly server: FastifyInstance
  /** with the operator's key, unless the headers say otherwise; a body that is no text goes as JSON */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<OperatorAnswer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<OperatorAnswer>
  /** the same door of an issuer in live mode, over the same database */
  readonly live: Pick<OperatorDoor, 'call' | 'post'>
  close(): Promise<void>
}

export async function createOperatorDoor(): Promise<OperatorDoor> {
  const useCases = await createUseCases()
  const key = `op_${useCases.ports.random.token(32)}`
  await useCases.run(async work => {
    const keyId = await work.ids.next('operator-key')
    const first = { keyId, name: 'test', role: 'reveal', createdAt: work.clock.now() } as const
    await work.tx.insertOperatorKey(first, secretHash(key))
  })
  const proofs = createLedgerProofs(useCases.pool, useCases.clock, SILENT)
  const sandbox = await serverOver(useCases.ports, proofs)
  const live = await serverOver({ ...useCases.ports, mode: 'live' }, proofs)
  return {
    useCases,
    key,
    server: sandbox,
    ...callsOf(sandbox, key),
    live: callsOf(live, key),
    async close() {
      await sandbox.close()
      await live.close()
      await useCases.close()
    },
  }
}

const SILENT = pino({ level: 'silent' })

function serverOver(ports: Ports, proofs: LedgerProofs): Promise<FastifyInstance> {
  return createHttpServer({
    logger: SILENT,
    trustedProxies: [],
    ready: async () => undefined,
    doors: [
      operatorApi({
        ports,
        clock: createProductClock(ports.clock, REAL_TIME),
        wall: ports.clock,
        due: [],
        proofs,
        webhooks: webhooksOf(ports),
        platform: TEST_PLATFORM,
        apiLog: new ApiLog(ports.clock),
        inspectors: {
          envelopes: pagsmileInspector(ports, webhooksOf(ports)),
          signatures: keysecureInspector(ports, ports.clock),
        },
      }),
    ],
  })
}

/** A platform that is well. */
export const TEST_PLATFORM: Platform = {
  version: '0.0.0',
  startedAt: Temporal.Instant.from('2026-05-22T11:00:00Z'),
  database: async () => ({
    reachable: true,
    version: '18.4',
    roundTripMs: 0.4,
    pools: [{ name: 'general', max: 9, open: 2, idle: 2, waiting: 0 }],
  }),
}

/** The dialects as they are, and the rules of the mode; nothing is sent. */
function webhooksOf(ports: Ports): WebhookDoor {
  const rules = { loopback: ports.mode === 'sandbox', https: ports.mode === 'live' }
  return {
    dialects: { pagsmile: pagsmileNotifications(ports), keysecure: keysecureCallbacks(ports) },
    refusalOf: url => refusalOf(url, rules),
    look: () => undefined,
  }
}

function callsOf(server: FastifyInstance, key: string): Pick<OperatorDoor, 'call' | 'post'> {
  const call: OperatorDoor['call'] = async (method, path, body, headers = {}) => {
    const request: InjectOptions = { method, url: path, headers: { authorization: `Bearer ${key}`, ...headers } }
    if (body !== undefined) {
      request.payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
      request.headers = { 'content-type': 'application/json', ...request.headers }
    }
    const { statusCode: status, body: text, headers: answered } = await server.inject(request)
    if (status >= 500 || !String(answered['content-type']).startsWith('application/json')) {
      throw new Error(`${method} ${path} was answered ${status}: ${text}`)
    }
    const parsed = JSON.parse(text)
    if (status >= 400 && !isErrorForm(parsed))
      throw new Error(`${method} ${path}: no error in the door's form: ${text}`)
    assertDescribed('operator', { method, path: path.replace(/\?.*/s, ''), status, answer: parsed })
    return { status, body: parsed as AnswerBody, text }
  }
  return { call, post: (path, body, headers) => call('POST', path, body, headers) }
}

/** `{ "error": { "code", "message", "field"? } }` and nothing more. */
function isErrorForm(parsed: Record<string, unknown>): boolean {
  const { error, ...rest } = parsed
  if (typeof error !== 'object' || error === null || Object.keys(rest).length > 0) return false
  const { code, message, field = '', ...more } = error as Record<string, unknown>
  return [code, message, field].every(value => typeof value === 'string') && Object.keys(more).length === 0
}
