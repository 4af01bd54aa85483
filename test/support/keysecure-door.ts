/**
 * The KeySecure dialect over a real database, called without a socket, and merchants with money who call it. Every answer
 * is checked on its way: HTTP 200, the envelope, and what the reference describes.
 */
import type { FastifyInstance } from 'fastify'
import pino from 'pino'
import { addKeysecureCredential } from '../../packages/server/src/app/create-partner.ts'
import { ApiLog } from '../../packages/server/src/app/live/api-log.ts'
import type { KeysecureSettings } from '../../packages/server/src/app/ports.ts'
import { cardholderNoOf, programNoOf } from '../../packages/server/src/dialects/keysecure/ids.ts'
import { keysecureDialect } from '../../packages/server/src/dialects/keysecure/routes.ts'
import { createHttpServer } from '../../packages/server/src/http/server.ts'
import { assertDescribed } from './reference.ts'
import { addCardholder, addPartner, addProgram, createUseCases, type TestPartner, type UseCases } from './use-cases.ts'

export type KeysecureAnswer = { readonly code: number; readonly msg: string; readonly data: AnswerData }

/** What the answers of the calls have, taken together: a test looks into its own call's part. */
type AnswerData = { readonly [name: string]: unknown } & {
  readonly list: readonly { readonly [name: string]: unknown }[]
  readonly card_no: string
  readonly cardholder_no: string
  readonly cardholder_unique_no: string
}

export type Merchant = TestPartner & {
  readonly apiKey: string
  readonly apiSecret: string
  get(path: string, headers?: Record<string, string>): Promise<KeysecureAnswer>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<KeysecureAnswer>
}

export type KeysecureDoor = {
  readonly useCases: UseCases
  readonly server: FastifyInstance
  readonly apiLog: ApiLog
  /** what the default program is called as a package and as a BIN */
  readonly packageNo: string
  readonly cardBinNo: string
  newMerchant(options?: Parameters<typeof addPartner>[1], settings?: Partial<KeysecureSettings>): Promise<Merchant>
  /** the number of an approved cardholder with a unique number */
  newCardholder(merchant: Merchant): Promise<string>
  close(): Promise<void>
}

/** @param now both of the product's clock and of the wall's */
export async function createKeysecureDoor(now?: string): Promise<KeysecureDoor> {
  const useCases = await createUseCases(now)
  const program = await addProgram(useCases)
  const apiLog = new ApiLog(useCases.clock)
  const server = await createHttpServer({
    logger: pino({ level: 'silent' }),
    trustedProxies: [],
    ready: async () => undefined,
    doors: [keysecureDialect({ ports: useCases.ports, wallClock: useCases.clock, recorder: apiLog })],
  })
  const door: KeysecureDoor = {
    useCases,
    server,
    apiLog,
    packageNo: programNoOf('package', program),
    cardBinNo: programNoOf('card-bin', program),
    async newMerchant(options = {}, settings = {}) {
      const partner = await addPartner(useCases, options)
      const { credential, apiSecret } = await useCases.run(work =>
        addKeysecureCredential(work, {
          partnerId: partner.partnerId,
          expiresAt: null,
          requestsPerSecond: null,
          ...settings,
        }),
      )
      return { ...partner, apiSecret, ...(await callsOf(useCases, server, credential.apiKey)) }
    },
    async newCardholder({ partnerId }) {
      return cardholderNoOf(await addCardholder(useCases, partnerId))
    },
    async close() {
      await server.close()
      await useCases.close()
    },
  }
  return door
}

async function callsOf(
  { clock }: UseCases,
  server: FastifyInstance,
  apiKey: string,
): Promise<Pick<Merchant, 'apiKey' | 'get' | 'post'>> {
  const send = async (method: 'GET' | 'POST', url: string, body: unknown, headers: Record<string, string>) => {
    const answer = await server.inject({
      method,
      url: `/open-api/v1${url}`,
      headers: {
        'api-key': apiKey,
        timestamp: String(clock.now().epochMilliseconds),
        'access-token': token,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    })
    const parsed = JSON.parse(answer.body) as KeysecureAnswer
    if (answer.statusCode !== 200 || typeof parsed.code !== 'number' || typeof parsed.msg !== 'string') {
      throw new Error(`${method} ${url} was answered ${answer.statusCode}: ${answer.body}`)
    }
    const path = `/open-api/v1${url.replace(/\?.*/s, '')}`
    assertDescribed('keysecure', { method, path, status: answer.statusCode, answer: parsed })
    return parsed
  }
  let token = ''
  const { data } = await send('GET', '/merchant/token', undefined, {})
  token = String(data.access_token)
  return {
    apiKey,
    get: (path, headers = {}) => send('GET', path, undefined, headers),
    post: (path, body, headers = {}) => send('POST', path, body, headers),
  }
}
