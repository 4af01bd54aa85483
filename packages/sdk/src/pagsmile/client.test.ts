import { constants, createCipheriv, generateKeyPairSync, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { beforeAll, expect, test } from 'vitest'
import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  UnexpectedAnswerError,
} from '../errors.ts'
import { failureOf } from '../failure.fixture.ts'
import { type Asked, type FakeApi, fakeApi, json, type Scripted } from '../fake-api.fixture.ts'
import { PagsmileClient, type PagsmileOptions } from './client.ts'
import { encryptText } from './envelope.ts'

type Pair = { readonly publicKey: string; readonly privateKey: string }

let platform: Pair
let merchant: Pair

beforeAll(() => {
  platform = keyPair()
  merchant = keyPair()
})

function keyPair(modulusLength = 2048): Pair {
  return generateKeyPairSync('rsa', {
    modulusLength,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
}

function clientOf(
  script: readonly Scripted[],
  more: Partial<PagsmileOptions> = {},
): { client: PagsmileClient; api: FakeApi } {
  const api = fakeApi(script)
  const keys = { platformPublicKey: platform.publicKey, merchantPrivateKey: merchant.privateKey }
  return { client: new PagsmileClient({ ...api.options, appId: '7', partnerId: '100002', ...keys, ...more }), api }
}

const KEY = Buffer.from('0123456789ABCDEF')

/** A success as the platform sends it, under a key of its own. */
function success(data: unknown, total = 1, key: Buffer = KEY): Response {
  const randomKey = publicEncrypt({ key: merchant.publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
  const sealed = encryptText(JSON.stringify(data), key, 'A1B2C3D4E5F60718')
  return json(200, { code: '10000', msg: 'Success', total, random_key: randomKey.toString('base64'), data: sealed })
}

const done = () => json(200, { code: '10000', msg: 'Success' })
const refusal = (status: number, code: string, subCode: string) =>
  json(status, { code, msg: 'Business Failed', sub_code: subCode, sub_msg: `it is ${subCode}` })

function envelopeOf(asked: Asked | undefined): Record<string, string> {
  return JSON.parse(asked?.body ?? '{}') as Record<string, string>
}

/** The AES key of a request, as the platform finds it. */
function keyOf(asked: Asked | undefined): Buffer {
  const { random_key: randomKey = '' } = envelopeOf(asked)
  const padding = constants.RSA_PKCS1_PADDING
  return privateDecrypt({ key: platform.privateKey, padding }, Buffer.from(randomKey, 'base64'))
}

test.each([
  ['{"limit_id":100848}', 'A1B2C3D4E5F60718VxmCwsIskIIXUVgaos2E+MjNJEQoorfAEacE/jtxjYU='],
  ['{"note":"é"}', 'A1B2C3D4E5F6071858g3zIwY/NGg+4SWBFGFOg=='],
])('%s is encrypted as the reference has it', (plain, sealed) => {
  expect(encryptText(plain, KEY, 'A1B2C3D4E5F60718')).toBe(sealed)
})

test('the business data goes out under a fresh key each time, in an envelope with everything that is required', async () => {
  const { client, api } = clientOf([success({ limit_id: 1 }), success({ limit_id: 1 })])
  expect(await client.limits.retrieve({ limit_id: 1 })).toEqual({ limit_id: 1 })
  await client.limits.retrieve({ limit_id: 1 })
  const [first, second] = api.asked
  expect(first).toMatchObject({ method: 'POST', url: 'http://issuer.test/base/issuing/card/query-limit' })
  expect(envelopeOf(first)).toEqual({
    app_id: '7',
    partner_id: '100002',
    request_id: expect.stringMatching(/^.{1,64}$/) as string,
    timestamp: '2026-11-18 11:06:40',
    format: 'JSON',
    version: '2.0',
    sign_type: 'RSA',
    random_key: expect.stringMatching(/^[A-Za-z0-9+/]{342}==$/) as string,
    biz_data: expect.stringMatching(/^[0-9A-F]{16}[A-Za-z0-9+/]+=*$/) as string,
  })
  const key = keyOf(first)
  expect(key.toString()).toMatch(/^[0-9A-F]{16}$/)
  const { biz_data: bizData = '' } = envelopeOf(first)
  expect(bizData).toBe(encryptText('{"limit_id":1}', key, bizData.slice(0, 16)))
  expect(keyOf(second)).not.toEqual(key)
  expect(envelopeOf(second)['request_id']).not.toBe(envelopeOf(first)['request_id'])
})

test.each([16, 24, 32])('an answer under a key of %i bytes is opened', async length => {
  const { client } = clientOf([success({ contact_id: 100848 }, 1, randomBytes(length))])
  expect(await client.contacts.create({ first_name: 'a', last_name: 'b', mobile: '12345', email: 'a@b' })).toEqual({
    contact_id: 100848,
  })
})

test('an answer without a key of its own is opened with that of the request', async () => {
  const { client } = clientOf([
    asked =>
      json(200, {
        code: '10000',
        msg: 'Success',
        total: 1,
        data: encryptText('["658704"]', keyOf(asked), '0'.repeat(16)),
      }),
  ])
  expect(await client.cards.availableBins()).toEqual(['658704'])
})

test('keys may be Base64 of their DER', async () => {
  const bare = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\n/g, '')
  const { client } = clientOf([success(['658704'])], {
    platformPublicKey: bare(platform.publicKey),
    merchantPrivateKey: bare(merchant.privateKey),
  })
  expect(await client.cards.availableBins()).toEqual(['658704'])
})

test('a call without a result answers with nothing', async () => {
  expect(await clientOf([done()]).client.cards.block('450620141926', 'lost for a while')).toBeUndefined()
})

/** RSA blocks that are no message for us, all of the right size. */
const BLOCKS: readonly (readonly [string, (block: Buffer) => void])[] = [
  ['begins with another byte', block => block.writeUInt8(1, 0)],
  ['is of another block type', block => block.writeUInt8(1, 1)],
  ['has a zero among its first eight random bytes', block => block.writeUInt8(0, 5)],
  ['has no end of its padding', block => block.fill(1, 2)],
  ['holds a message of another length', block => block.writeUInt8(0, 100)],
  ['ends with its padding', block => block.fill(1, 2, 255).writeUInt8(0, 255)],
]

test.each(BLOCKS)('an answer whose key %s is refused', async (_name, spoil) => {
  const block = Buffer.alloc(256, 7)
  block.writeUInt8(0, 0)
  block.writeUInt8(2, 1)
  block.writeUInt8(0, 239)
  KEY.copy(block, 240)
  const answerWith = (bytes: Buffer) => {
    const randomKey = publicEncrypt({ key: merchant.publicKey, padding: constants.RSA_NO_PADDING }, bytes)
    const data = encryptText('["658704"]', KEY, '0'.repeat(16))
    return json(200, { code: '10000', total: 1, random_key: randomKey.toString('base64'), data })
  }
  expect(await clientOf([answerWith(block)]).client.cards.availableBins()).toEqual(['658704'])
  spoil(block)
  const error = await failureOf(clientOf([answerWith(block)]).client.cards.availableBins())
  expect(error).toBeInstanceOf(UnexpectedAnswerError)
  expect(error).toMatchObject({ message: 'The answer could not be decrypted. (HTTP 200)' })
})

test('whatever an answer holds instead of encrypted JSON is refused alike', async () => {
  const randomKey = publicEncrypt({ key: merchant.publicKey, padding: constants.RSA_PKCS1_PADDING }, KEY).toString(
    'base64',
  )
  const cipher = createCipheriv('aes-128-cbc', KEY, Buffer.alloc(16, '0'))
  const noJson = `${'0'.repeat(16)}${cipher.update('no JSON', 'utf8', 'base64')}${cipher.final('base64')}`
  for (const data of [noJson, 'too short', '0'.repeat(60), '', { clear: 'text' }, 7]) {
    const { client } = clientOf([json(200, { code: '10000', total: 1, random_key: randomKey, data })])
    expect(await failureOf(client.cards.availableBins())).toBeInstanceOf(UnexpectedAnswerError)
  }
})

test.each([
  [400, '40002', 'invalid-signature', AuthenticationError],
  [400, '40002', 'merchant-status-abnormal', PermissionError],
  [400, '40002', 'data-not-found', NotFoundError],
  [400, '40002', 'dublicate-order', ConflictError],
  [400, '40002', 'invalid-card-status', ConflictError],
  [400, '40002', 'mandatory-data', InvalidRequestError],
  [400, '40002', 'constructor', InvalidRequestError],
  [404, '40004', 'method-not-supported', NotFoundError],
  [429, '40002', 'too-many-requests', RateLimitError],
  [500, '20000', 'SYS-0001', ServerError],
])('HTTP %i, %s %s is told with its codes and request id', async (status, code, subCode, kind) => {
  const { client, api } = clientOf([refusal(status, code, subCode)])
  const error = await failureOf(client.cards.retrieve('450620141926', { retries: 0 }))
  expect(error).toBeInstanceOf(kind)
  const requestId = envelopeOf(api.asked[0])['request_id']
  expect(error).toMatchObject({ message: `it is ${subCode}`, code, subCode, status, requestId })
})

test('a change keeps its request id and its very bytes over repetitions', async () => {
  const { client, api } = clientOf([new Error('reset'), json(503, {}), done()])
  await client.cards.unblock('450620141926', 'found', { requestId: 'mine' })
  expect(envelopeOf(api.asked[0])['request_id']).toBe('mine')
  expect(new Set(api.asked.map(({ body }) => body)).size).toBe(1)
  expect(api.asked).toHaveLength(3)
})

test('a change is sent once where the host is not known to recognise repetitions, a query as often as ever', async () => {
  const { client, api } = clientOf([new Error('reset'), new Error('reset'), success([])], { retryChanges: false })
  expect(await failureOf(client.cards.revoke('450620141926'))).toBeInstanceOf(ConnectionError)
  expect(api.asked).toHaveLength(1)
  expect(await client.cards.availableBins()).toEqual([])
})

test('a list is read page by page, and a page says how many rows there are', async () => {
  const rows = (from: number, count: number) => Array.from({ length: count }, (_, at) => ({ contact_id: from + at }))
  const window = { start_date: '2026-01-01 00:00:00', end_date: '2026-12-31 00:00:00' }
  const one = clientOf([success(rows(0, 2), 15)])
  expect(await one.client.contacts.list(window)).toEqual({ total: 15, rows: rows(0, 2) })
  const { client, api } = clientOf([success(rows(0, 30), 31), success(rows(30, 1), 31)])
  const ids: number[] = []
  for await (const { contact_id } of client.contacts.listAll(window)) ids.push(contact_id)
  expect(ids).toEqual(rows(0, 31).map(({ contact_id }) => contact_id))
  expect(api.asked).toHaveLength(2)
})

test('neither the client nor its errors show a key or the business data', async () => {
  const { client } = clientOf([refusal(400, '40002', 'invalid-signature'), new Error('reset'), success('x')])
  const calls = [1, 2].map(() => client.cards.retrieve('450620141926', { retries: 0 }))
  const shown = [client, ...(await Promise.all(calls.map(failureOf)))]
  const secret = merchant.privateKey.split('\n')[5] ?? ''
  expect(secret).toHaveLength(64)
  for (const each of shown) {
    const text = `${inspect(each, { depth: 20, showHidden: true })}${JSON.stringify(each)}${String(each)}`
    expect(text).not.toContain(secret)
    expect(text).not.toContain('450620141926')
  }
})

test.each([
  [{ merchantPrivateKey: 'not a key, but perhaps half of one' }, 'merchantPrivateKey'],
  [{ platformPublicKey: '' }, 'platformPublicKey'],
  [{ appId: '' }, 'appId'],
])('an option that is no use is named without its value', (wrong, option) => {
  const attempt = () => clientOf([], wrong)
  expect(attempt).toThrow(TypeError)
  expect(attempt).toThrow(option)
  expect(attempt).not.toThrow(/perhaps half/)
})
