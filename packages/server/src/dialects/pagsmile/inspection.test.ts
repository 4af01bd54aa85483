/** Envelopes with one fault each, and what the operator is told. */
import { constants, createCipheriv, generateKeyPairSync, type KeyObject, publicEncrypt, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import type { JsonValue, PagsmileApp, Ports } from '../../app/ports.ts'
import { encryptText } from './envelope.ts'
import { pagsmileInspector } from './inspection.ts'
import type { WebhookRules } from './webhooks.ts'

const NOW = Temporal.Instant.from('2026-05-22T12:00:00Z')
const pair = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (key: KeyObject) => Buffer.from(key.export({ type: 'pkcs8', format: 'pem' }))
const [platform, previous, merchant] = [pair(), pair(), pair()]

let app: PagsmileApp
let status: 'active' | 'disabled'
let mode: 'sandbox' | 'live'

beforeEach(() => {
  status = 'active'
  mode = 'sandbox'
  app = {
    appId: '2026',
    partnerId: 7n,
    partnerNo: '2027',
    merchantPublicKey: merchant.publicKey.export({ type: 'spki', format: 'pem' }),
    platformPrivateKey: pem(platform.privateKey),
    previousKey: { privateKey: pem(previous.privateKey), expiresAt: NOW.add({ hours: 1 }) },
    platformPublicKey: '',
    unlimitedDateRange: false,
    showSensitive: false,
    plaintext: false,
  }
})

async function inspect(changes: Record<string, JsonValue> = {}, path?: string) {
  const fakes = {
    storage: { read: { pagsmileApp: async () => app, partner: async () => ({ partnerId: 7n, status }) } },
    vault: { openSecret: (_context: string, secret: Uint8Array) => Buffer.from(secret).toString() },
    clock: { now: () => NOW },
    mode,
  }
  const inspector = pagsmileInspector(fakes as unknown as Ports, {} as WebhookRules)
  const found = await inspector.inspect('2026', { ...ENVELOPE, ...sealed(BODY), ...changes }, path)
  const failed = found?.steps.find(({ holds }) => holds === false)
  return { found, failed: failed && `${failed.step}: ${failed.says}`, content: found?.content }
}

const KEY = randomBytes(16)
const ENVELOPE = {
  app_id: '2026',
  partner_id: '2027',
  request_id: 'r-1',
  timestamp: '2026-05-22 12:00:00',
  version: '2.0',
  sign_type: 'RSA',
}
const BODY = { card_token: '450620141926' }
const PATH = '/issuing/card/query-card-info'

function sealKey(to: KeyObject, key: Uint8Array, padding = constants.RSA_PKCS1_PADDING, oaepHash = 'sha1'): string {
  return publicEncrypt({ key: to, padding, oaepHash }, key).toString('base64')
}

function sealed(body: object | string, to = platform.publicKey) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { random_key: sealKey(to, KEY), biz_data: encryptText(text, KEY) }
}

test('an envelope that is right holds in every step and shows what was in it', async () => {
  const { found, content } = await inspect({}, PATH)
  expect(found?.steps.map(({ holds }) => holds)).toEqual(Array.from({ length: 8 }, () => true))
  expect([found?.partnerId, content]).toEqual([7n, BODY])
})

test('what is shown is masked', async () => {
  const { content } = await inspect(sealed({ ...BODY, cvv: '123', pin: '1234', note: '4111111111111111' }))
  expect(JSON.stringify(content)).not.toMatch(/123"|1234"|4111111111111111/)
})

describe('one fault each', () => {
  test.each<[string, () => Record<string, JsonValue>, RegExp]>([
    ['a missing field', () => ({ version: null }), /^fields: version is required/],
    ['another app', () => ({ app_id: '2028' }), /^app: .*another app/],
    ['another partner', () => ({ partner_id: '1' }), /^app: .*is 2027/],
    ['no Base64', () => ({ random_key: '%' }), /^random_key: Is no Base64/],
    ['a key of another size', () => ({ random_key: 'AAAA' }), /^random_key: Has 3 bytes; .* 256/],
    ['another key', () => sealed(BODY, merchant.publicKey), /^random_key: Opens under none/],
    [
      'another padding',
      () => ({ random_key: sealKey(platform.publicKey, KEY, constants.RSA_PKCS1_OAEP_PADDING, 'sha256') }),
      /^random_key: Has OAEP padding \(sha256\)/,
    ],
    [
      'a session key of another size',
      () => ({ random_key: sealKey(platform.publicKey, randomBytes(20)) }),
      /^session key: Has 20 bytes/,
    ],
    ['half a block', () => ({ biz_data: encryptText('{}', KEY).slice(0, -4) }), /^biz_data: Is not 16 characters/],
    [
      'another mode',
      () => ({ biz_data: ecb(JSON.stringify({ ...BODY, note: 'n'.repeat(40) })) }),
      /^padding: |^JSON: /,
    ],
    ['another AES key', () => ({ biz_data: encryptText('{}', randomBytes(16)) }), /^padding: |^JSON: /],
    ['a wrong IV', () => ({ biz_data: `0000000000000000${sealed(BODY).biz_data.slice(16)}` }), /^JSON: .* IV/],
    ['no object', () => sealed('[]'), /^JSON: Is JSON, but no object/],
    ['a duplicate key', () => sealed('{"a":1,"a":2}'), /^JSON: .*duplicate-key/],
    ['a missing business field', () => sealed({}), /^schema: card_token is required/],
  ])('%s', async (_name, changes, expected) => {
    const { failed, found } = await inspect(changes(), PATH)
    expect(failed).toMatch(expected)
    const after = found?.steps.slice((found?.steps.findIndex(({ holds }) => holds === false) ?? 0) + 1) ?? []
    expect(after.every(({ holds }) => holds === null)).toBe(true)
  })

  test('a partner that is disabled, or has no key', async () => {
    status = 'disabled'
    expect((await inspect()).failed).toMatch(/^app: The partner is disabled/)
    status = 'active'
    app = { ...app, merchantPublicKey: null }
    expect((await inspect()).failed).toMatch(/^app: The partner has uploaded no public key/)
  })

  test('a path that is none', async () => {
    expect((await inspect({}, '/issuing/nowhere')).failed).toBe('schema: There is no call at this path.')
  })
})

/** The IV in its place, and a mode that does not use it. */
function ecb(text: string): string {
  const cipher = createCipheriv('aes-128-ecb', KEY, null)
  return `ABCDEF0123456789${cipher.update(text, 'utf8', 'base64')}${cipher.final('base64')}`
}

test('the key before is named for as long as it counts', async () => {
  const { found } = await inspect(sealed(BODY, previous.publicKey))
  expect(found?.steps[2]).toMatchObject({ holds: true, says: expect.stringContaining('the platform key before') })
  app = { ...app, previousKey: { privateKey: pem(previous.privateKey), expiresAt: NOW } }
  expect((await inspect(sealed(BODY, previous.publicKey))).failed).toMatch(/has not counted since 2026-05-22T12:00:00Z/)
})

test('without a path the business data is shown and not checked', async () => {
  const { found, content } = await inspect(sealed({}))
  expect(found?.steps.at(-1)).toMatchObject({ step: 'schema', holds: null })
  expect(content).toEqual({})
})

test('business data in clear is taken where the app may send it so', async () => {
  expect((await inspect({ biz_data: BODY })).failed).toMatch(/^biz_data: /)
  app = { ...app, plaintext: true }
  expect(await inspect({ biz_data: BODY, random_key: 'none' }, PATH)).toMatchObject({
    failed: undefined,
    content: BODY,
  })
  mode = 'live'
  expect((await inspect({ biz_data: BODY })).failed).toMatch(/^biz_data: /)
})

test('an app that does not exist has nothing to show', async () => {
  app = undefined as unknown as PagsmileApp
  expect((await inspect()).found).toBeUndefined()
})
