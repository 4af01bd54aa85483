/**
 * The order of refusals before any business data is looked at: each request below is also guilty of everything that
 * later rows accuse it of, so a row passes only where its own check comes first. No database: nothing gets that far.
 */
import { constants, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import Fastify from 'fastify'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import type { AnsweredCall } from '../../app/live/api-log.ts'
import type { PagsmileApp, Ports, Transaction } from '../../app/ports.ts'
import { APP_AGE_MS_MAX, AppDirectory } from './apps.ts'
import { encryptText } from './envelope.ts'
import { FAILURES_MAX, pagsmileDialect } from './routes.ts'
import type { WebhookRules } from './webhooks.ts'

const platform = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})
const KEY = Buffer.from('0123456789ABCDEF')
const PATH = '/issuing/card/create-contact'

let app: PagsmileApp
let partnerStatus: 'active' | 'disabled'
let appReads: number
let transactions: number

beforeEach(() => {
  app = {
    appId: '20170519141722361',
    partnerId: 100_001n,
    partnerNo: '20170519141722999',
    platformPrivateKey: Buffer.from(platform.privateKey),
    platformPublicKey: platform.publicKey,
    merchantPublicKey: platform.publicKey,
    unlimitedDateRange: false,
    showSensitive: false,
    plaintext: false,
    previousKey: null,
  }
  partnerStatus = 'active'
  appReads = 0
  transactions = 0
  fakes.mode = 'live'
})

const tx: Partial<Transaction> = {
  claimKey: async ({ key }) => (key === 'used' ? { inputHash: new Uint8Array(), answer: null } : undefined),
}
const fakes = {
  storage: {
    read: {
      pagsmileApp: async (appId: string) => {
        appReads++
        return appId === app.appId ? app : undefined
      },
      partner: async () => ({ status: partnerStatus }),
    },
    transaction: async (work: (each: unknown) => unknown) => {
      transactions++
      return work(tx)
    },
  },
  mode: 'live',
  clock: { now: () => Temporal.Instant.from('2025-04-07T05:56:46Z') },
  vault: { openSecret: (_context: string, sealed: Uint8Array) => Buffer.from(sealed).toString() },
}
// only what runs before the use cases is there
const ports = fakes as unknown as Ports

// nothing here gets as far as a webhook
const webhooks = {} as WebhookRules

/** One server per test, as the dialect keeps apps for a while. */
const servers: ReturnType<typeof Fastify>[] = []
afterAll(async () => {
  for (const server of servers) await server.close()
})

type Request = { path?: string; contentType?: string; body: string }

async function post({ path = PATH, contentType = 'application/json; chartset=UTF-8', body }: Request) {
  const server = Fastify()
  servers.push(server)
  await server.register(pagsmileDialect({ ports, webhooks }))
  const answer = await server.inject({ method: 'POST', url: path, headers: { 'content-type': contentType }, body })
  return `${answer.statusCode} ${answer.json<{ code: string }>().code} ${answer.json<{ sub_msg: string }>().sub_msg}`
}

function sealKey(key: Uint8Array): string {
  return publicEncrypt({ key: platform.publicKey, padding: constants.RSA_PKCS1_PADDING }, key).toString('base64')
}

/** Everything wrong that can be wrong after decryption. */
const GUILTY = {
  app_id: 'nobody',
  partner_id: 'nobody',
  request_id: 'used',
  timestamp: 'yesterday',
  version: '3.0',
  sign_type: 'RSA2',
  random_key: 'AAAA',
  biz_data: 'AAAA',
}
const FORM = { timestamp: '2025-04-07 13:56:46', version: '2.0', sign_type: 'RSA' }
const IDENTITY = { app_id: '20170519141722361', partner_id: '20170519141722999' }
const OPEN = { random_key: sealKey(KEY), biz_data: encryptText('{}', KEY) }

describe('the order of refusals', () => {
  test.each<[string, Request, string]>([
    ['path', { path: '/issuing/card/nothing', contentType: 'text/plain', body: 'x' }, '404 40004 not found'],
    ['media type', { contentType: 'text/plain', body: 'x' }, '400 40005 media type not supported'],
    ['JSON', { body: '{"app_id":""' }, '400 40005 media type not supported'],
    ['strict JSON', { body: '{"a":1,"a":2}' }, '400 40005 media type not supported'],
    ['JSON object', { body: '[]' }, '400 40005 media type not supported'],
    ['missing field', { body: JSON.stringify({ ...GUILTY, biz_data: ' ' }) }, '400 40001 biz_data is required'],
    ['timestamp', { body: JSON.stringify(GUILTY) }, '400 40002 invalid timestamp'],
    ['version', { body: JSON.stringify({ ...GUILTY, timestamp: FORM.timestamp }) }, '400 40002 invalid version'],
    ['sign_type', { body: JSON.stringify({ ...GUILTY, ...FORM, sign_type: 'RSA2' }) }, '400 40002 invalid sign_type'],
    ['app', { body: JSON.stringify({ ...GUILTY, ...FORM }) }, '400 40002 invalid partner or app'],
    [
      'partner of the app',
      { body: JSON.stringify({ ...GUILTY, ...FORM, app_id: IDENTITY.app_id }) },
      '400 40002 invalid partner or app',
    ],
    ['decryption', { body: JSON.stringify({ ...GUILTY, ...FORM, ...IDENTITY }) }, '400 40002 invalid signature'],
    [
      'request_id',
      { body: JSON.stringify({ ...GUILTY, ...FORM, ...IDENTITY, ...OPEN }) },
      '400 40002 request_id already used',
    ],
    [
      'business data',
      { body: JSON.stringify({ ...FORM, ...IDENTITY, ...OPEN, request_id: 'new' }) },
      '400 40002 first_name is required',
    ],
  ])('%s', async (_what, request, expected) => expect(await post(request)).toBe(expected))

  test('what could not be opened is told as a refusal without a body, and as nobody’s proof', async () => {
    const told: AnsweredCall[] = []
    const server = Fastify()
    servers.push(server)
    await server.register(pagsmileDialect({ ports, webhooks, recorder: { record: call => void told.push(call) } }))
    const send = (envelope: object) =>
      server.inject({
        method: 'POST',
        url: `${PATH}?a=1`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(envelope),
      })
    await send({ ...GUILTY, ...FORM, ...IDENTITY })
    await send({ ...FORM, ...IDENTITY, ...OPEN, request_id: 'new' })
    await send({ ...GUILTY, ...FORM })
    const common = { dialect: 'pagsmile', method: 'POST', path: PATH, status: 400, code: '40002' }
    const sender = { partnerId: 100_001n, credential: IDENTITY.app_id }
    expect(told).toMatchObject([
      { ...common, ...sender, proved: false, requestId: null, request: undefined, subCode: 'invalid-signature' },
      { ...common, ...sender, proved: true, requestId: 'new', request: {}, subCode: 'mandatory-data' },
      { ...common, proved: false, partnerId: null, credential: null, subCode: 'invalid-account' },
    ])
    expect(told[0]?.answer).toEqual({
      code: '40002',
      msg: 'Business Failed',
      sub_code: 'invalid-signature',
      sub_msg: 'invalid signature',
    })
  })

  test('a disabled partner is told before a missing key, a missing key before decryption', async () => {
    const body = JSON.stringify({ ...GUILTY, ...FORM, ...IDENTITY })
    app = { ...app, merchantPublicKey: null }
    partnerStatus = 'disabled'
    expect(await post({ body })).toBe('400 40002 merchant status abnormal')
    partnerStatus = 'active'
    expect(await post({ body })).toBe('400 40002 missing signature config')
    expect(transactions).toBe(0)
  })
})

test.each([
  ['', 'app_id is required'],
  ['5', 'invalid app_id'],
  ['"12345678901234567890123456789012345"', 'invalid app_id'],
])('app_id %s: %s', async (appId, expected) => {
  const body = JSON.stringify({ ...GUILTY, ...FORM }).replace('"nobody"', appId === '' ? '""' : appId)
  expect(await post({ body })).toContain(expected)
})

test.each(['"100"', '100', '""', 'null'])('sub_partner_id %s is accepted', async subPartner => {
  const body = JSON.stringify({ ...GUILTY, ...FORM }).replace('{', `{"sub_partner_id":${subPartner},`)
  expect(await post({ body })).toBe('400 40002 invalid partner or app')
})

test('a fault answers 500 and is logged without what the client sent', async () => {
  const lines: string[] = []
  const server = Fastify({ logger: { stream: { write: (line: string) => void lines.push(line) } } })
  servers.push(server)
  await server.register(pagsmileDialect({ ports, webhooks }))
  const biz_data = encryptText('{"first_name":"secret","last_name":"b","mobile":"12345","email":"a@b"}', KEY)
  const body = { ...FORM, ...IDENTITY, ...OPEN, biz_data, request_id: 'new' }
  const answer = await server.inject({ method: 'POST', url: PATH, body })
  expect(answer.statusCode).toBe(500)
  expect(answer.body).toBe(
    '{"code":"20000","msg":"Service Currently Unavailable","sub_code":"SYS-0001","sub_msg":"service currently unavailable"}',
  )
  expect(lines.join('')).toContain('a Pagsmile call failed')
  expect(lines.join('')).not.toContain('secret')
})

describe('while a platform key is replaced', () => {
  const older = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const under = (publicKey: string, requestId = 'new') => {
    const key = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, KEY).toString('base64')
    return { body: JSON.stringify({ ...FORM, ...IDENTITY, ...OPEN, random_key: key, request_id: requestId }) }
  }
  const OPENED = '400 40002 first_name is required'
  const REFUSED = '400 40002 invalid signature'

  test('both keys are understood until the old one expires', async () => {
    const expiresAt = fakes.clock.now().add({ milliseconds: 1 })
    app = { ...app, previousKey: { privateKey: Buffer.from(older.privateKey), expiresAt } }
    expect(await post(under(platform.publicKey))).toBe(OPENED)
    expect(await post(under(older.publicKey))).toBe(OPENED)
    app = { ...app, previousKey: { privateKey: Buffer.from(older.privateKey), expiresAt: fakes.clock.now() } }
    expect(await post(under(platform.publicKey))).toBe(OPENED)
    expect(await post(under(older.publicKey))).toBe(REFUSED)
  })

  test('a key that is none of the two is refused as ever', async () => {
    const expiresAt = fakes.clock.now().add({ hours: 1 })
    app = { ...app, previousKey: { privateKey: Buffer.from(older.privateKey), expiresAt } }
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    expect(await post(under(stranger.export({ type: 'spki', format: 'pem' })))).toBe(REFUSED)
    app = { ...app, previousKey: null }
    expect(await post(under(older.publicKey))).toBe(REFUSED)
  })
})

describe('failures to decrypt', () => {
  const broken = JSON.stringify({ ...GUILTY, ...FORM, ...IDENTITY })
  const good = JSON.stringify({ ...FORM, ...IDENTITY, ...OPEN, request_id: 'new' })

  test('are answered alike until there are too many, and then the key is not asked any more', async () => {
    const server = Fastify()
    servers.push(server)
    await server.register(pagsmileDialect({ ports, webhooks }))
    const send = async (body: string, remoteAddress = '10.0.0.1') => {
      const headers = { 'content-type': 'application/json' }
      const answer = await server.inject({ method: 'POST', url: PATH, headers, body, remoteAddress })
      return `${answer.statusCode} ${answer.json<{ sub_code: string }>().sub_code}`
    }
    for (let i = 0; i < FAILURES_MAX; i++) expect(await send(broken)).toBe('400 invalid-signature')
    expect(await send(broken)).toBe('429 too-many-requests')
    expect(await send(good)).toBe('429 too-many-requests')
    expect(await send(good, '10.0.0.2')).toBe('400 mandatory-data')
  })
})

describe('business data in clear', () => {
  const clear = JSON.stringify({
    ...FORM,
    ...IDENTITY,
    random_key: 'none',
    biz_data: { first_name: 'a' },
    request_id: 'new',
  })

  test('is a failure to decrypt unless the app was set so, and always in live mode', async () => {
    expect(await post({ body: clear })).toBe('400 40002 invalid signature')
    app = { ...app, plaintext: true }
    expect(await post({ body: clear })).toBe('400 40002 invalid signature')
    fakes.mode = 'sandbox'
    expect(await post({ body: clear })).toBe('400 40002 last_name is required')
    expect(await post({ body: JSON.stringify({ ...FORM, ...IDENTITY, ...OPEN, request_id: 'new' }) })).toBe(
      '400 40002 first_name is required',
    )
  })
})

describe('the app directory', () => {
  test('reads an app once per age and sees a change after it', async () => {
    let nowMs = 0
    const apps = new AppDirectory(ports, () => nowMs)
    const first = await apps.find(app.appId)
    app = { ...app, merchantPublicKey: null }
    nowMs = APP_AGE_MS_MAX - 1
    expect(await apps.find(app.appId)).toBe(first)
    expect(appReads).toBe(1)
    nowMs = APP_AGE_MS_MAX
    const second = await apps.find(app.appId)
    expect(second?.merchantKey).toBeNull()
    expect(second?.platformKey).toBe(first?.platformKey)
    expect(appReads).toBe(2)
  })

  test('does not keep an app that does not exist', async () => {
    const apps = new AppDirectory(ports, () => 0)
    expect(await apps.find('nobody')).toBeUndefined()
    expect(await apps.find('nobody')).toBeUndefined()
    expect(appReads).toBe(2)
  })
})
