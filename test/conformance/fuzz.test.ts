/**
 * Nonsense in every place a stranger can write to: bodies, envelopes, business objects and headers, changed at random from
 * valid ones. Whatever arrives, the server answers, the answer is the dialect's own JSON, and it is never a 5xx. The seed is
 * fixed so that a failure can be repeated; FUZZ_SEED and FUZZ_ROUNDS choose others.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exchange, type HttpAnswer, jsonOrUndefined } from '../../demo/exchange.ts'
import { newRequestId } from '../../demo/pagsmile-client.ts'
import { isRecord } from './golden.ts'
import type { Fields } from './issuer.ts'
import * as given from './issuer.ts'

const SEED = Number(process.env.FUZZ_SEED ?? 20_260_522)
const ROUNDS = Number(process.env.FUZZ_ROUNDS ?? 250)
const FUZZ_MS_MAX = 120_000

let issuer: given.Issuer
let card: given.TestCard
let accessToken: string

beforeAll(async () => {
  issuer = await given.startIssuer()
  card = await given.newCard(issuer)
  const { data } = (await issuer.keysecure.logIn()).envelope
  accessToken = isRecord(data) ? String(data.access_token) : ''
}, given.START_MS_MAX)

afterAll(async () => {
  if (issuer === undefined) return
  const ready = await exchange({ method: 'GET', url: `${issuer.credentials.baseUrl}/readyz` })
  const printed = issuer.server?.output() ?? ''
  await given.stopIssuer(issuer)
  expect(ready.status, printed).toBe(200)
}, given.START_MS_MAX)

// What runs first keeps the envelopes valid, so that a limit on failed decryptions cannot stand in front of the fields.
describe('the Pagsmile format', () => {
  it(
    'survives nonsense in business objects',
    async () => {
      const random = generator(SEED)
      for (let round = 0; round < ROUNDS; round++) {
        const [path, fields] = pick(random, businessRequests())
        const text = mutatedJson(random, fields)
        await survives('pagsmile', `round ${round} ${path} ${text}`, () =>
          send('POST', path, JSON.stringify(issuer.pagsmile.seal(text)), JSON_TYPE),
        )
      }
    },
    FUZZ_MS_MAX,
  )

  it(
    'survives nonsense in envelopes',
    async () => {
      const random = generator(SEED + 1)
      for (let round = 0; round < ROUNDS; round++) {
        const [path, fields] = pick(random, businessRequests())
        const body = mutatedJson(random, issuer.pagsmile.seal(JSON.stringify(fields)))
        await survives('pagsmile', `round ${round} ${path} ${body}`, () => send('POST', path, body, JSON_TYPE))
      }
    },
    FUZZ_MS_MAX,
  )

  it(
    'survives nonsense in bytes, methods, paths and headers',
    async () => {
      const random = generator(SEED + 2)
      for (let round = 0; round < ROUNDS; round++) {
        const [path, fields] = pick(random, businessRequests())
        const body = mutatedBytes(random, Buffer.from(JSON.stringify(issuer.pagsmile.seal(JSON.stringify(fields)))))
        const method = pick(random, METHODS)
        const target = path + pick(random, PATH_ENDINGS)
        const headers = mutatedHeaders(random, JSON_TYPE)
        const what = `round ${round} ${method} ${target} ${JSON.stringify(headers)} ${body.toString('base64')}`
        await survives('pagsmile', what, () => send(method, target, method === 'GET' ? undefined : body, headers))
      }
    },
    FUZZ_MS_MAX,
  )
})

describe('the KeySecure format', () => {
  it(
    'survives nonsense in bodies',
    async () => {
      const random = generator(SEED + 3)
      for (let round = 0; round < ROUNDS; round++) {
        const [path, fields] = pick(random, keysecureRequests())
        const body = mutatedJson(random, fields)
        const headers = { ...JSON_TYPE, ...keysecureHeaders() }
        await survives('keysecure', `round ${round} ${path} ${body}`, () => send('POST', path, body, headers))
      }
    },
    FUZZ_MS_MAX,
  )

  it(
    'survives nonsense in bytes, methods, paths and headers',
    async () => {
      const random = generator(SEED + 4)
      for (let round = 0; round < ROUNDS; round++) {
        const [path, fields] = pick(random, keysecureRequests())
        const body = mutatedBytes(random, Buffer.from(JSON.stringify(fields)))
        const method = pick(random, METHODS)
        const target = path + pick(random, PATH_ENDINGS)
        const headers = mutatedHeaders(random, { ...JSON_TYPE, ...keysecureHeaders() })
        const what = `round ${round} ${method} ${target} ${JSON.stringify(headers)} ${body.toString('base64')}`
        await survives('keysecure', what, () => send(method, target, method === 'GET' ? undefined : body, headers))
      }
    },
    FUZZ_MS_MAX,
  )
})

type Dialect = 'pagsmile' | 'keysecure'

/** Answered, below 500, and in the dialect's own form. */
async function survives(dialect: Dialect, what: string, act: () => Promise<HttpAnswer>): Promise<void> {
  const context = `seed ${SEED}, ${what.slice(0, 4_000)}`
  const answer = await act().catch((cause: unknown) => {
    throw new Error(`no answer: ${context}`, { cause })
  })
  expect(answer.status, `${context}\n${answer.text}`).toBeLessThan(500)
  const body = jsonOrUndefined(answer.text)
  expect(isRecord(body), `${context}\n${answer.text}`).toBe(true)
  // A path that cannot be decoded belongs to no dialect.
  if (!isRecord(body) || what.includes('%zz')) return
  expect(typeof body.code, `${context}\n${answer.text}`).toBe(dialect === 'pagsmile' ? 'string' : 'number')
}

function send(
  method: string,
  path: string,
  body: string | Buffer | undefined,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  const request = { method, url: issuer.credentials.baseUrl + path, headers }
  return exchange(body === undefined ? request : { ...request, body })
}

// Valid requests to start from

const JSON_TYPE = { 'Content-Type': 'application/json' }
const METHODS = [...Array.from({ length: 12 }, () => 'POST'), 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const PATH_ENDINGS = [
  ...Array.from({ length: 16 }, () => ''),
  '/',
  '?a=1',
  '?a[]=1&a[b]=2',
  '/%00',
  '/%zz',
  '/..%2f..',
  '//',
  ';x=1',
]

function businessRequests(): [path: string, fields: Fields][] {
  return [
    [given.CREATE_CONTACT, given.CONTACT],
    [given.QUERY_CONTACTS, { contact_id: 100_000, ...given.ALL_TIME, page_num: 1, page_size: 30 }],
    [given.CREATE_HOLDER, given.holderFields()],
    [given.APPLY_CARD, given.applicationFields(card.holderId, { card_limit: given.LIMIT, initial_balance: '1.00' })],
    [given.RECHARGE, given.rechargeFields(issuer, card, { amount: '0.01' })],
    [given.CREATE_LIMIT, { card_token: card.token, ...given.LIMIT }],
    [given.QUERY_LIMIT, { limit_id: 100_000, card_token: card.token }],
    [
      given.QUERY_AUTHORIZATIONS,
      { card_token: card.token, data_type: 'cardAuthorization', transaction_type: 2, ...given.aroundNow() },
    ],
  ]
}

function keysecureRequests(): [path: string, fields: Fields][] {
  const { packageNo, cardBinNo } = issuer.credentials.keysecure
  return [
    [given.CARD_LIST, { cardholder_no: '', card_unique_no: '', card_no: '', ...given.theseDays(), page: 0, size: 10 }],
    ['/open-api/v1/cardholder/apply', { cardholder_unique_no: newRequestId(), sumsub_share_token: 'token' }],
    [
      '/open-api/v1/card/apply',
      {
        package_no: packageNo,
        card_bin_no: cardBinNo,
        cardholder_no: 'U1',
        card_unique_no: newRequestId(),
        card_type: 'Virtual',
      },
    ],
    ['/open-api/v1/merchant/token', {}],
  ]
}

function keysecureHeaders(): Record<string, string> {
  return {
    'Api-Key': issuer.keysecure.credentials.apiKey,
    Timestamp: String(Date.now()),
    'Access-Token': accessToken,
    Timezone: 'UTC+8',
    Language: 'en_US',
  }
}

// Mutations

type Random = () => number

/** mulberry32: small, fast and good enough to choose among mutations. */
function generator(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function pick<T>(random: Random, choices: readonly T[]): T {
  const choice = choices[Math.floor(random() * choices.length)]
  if (choice === undefined) throw new RangeError('nothing to choose from')
  return choice
}

/** JSON texts of values a field was never meant to have. */
const NONSENSE = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e308',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740991',
  '9007199254740993',
  '-9223372036854775809',
  '99999999999999999999999999',
  '""',
  '" "',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u202e"',
  '"NaN"',
  '"Infinity"',
  '"-0.00"',
  '"0"',
  '"00000000000000000000000000000000000001.00"',
  '"1e5"',
  '"0x1F"',
  '"１２３"',
  '"٣"',
  '"9999999999999999999999999999999.99"',
  '"0.000000000000000000001"',
  '"2025-02-30 00:00:00"',
  '"0000-00-00 00:00:00"',
  '"9999-12-31 23:59:59"',
  '"-271821-04-20 00:00:00"',
  '"2025-01-01 00:00:60"',
  '"%00"',
  '"../../etc/passwd"',
  '"\'; select 1; --"',
  '"${jndi:ldap://x}"',
  '"\\\\"',
  '"\\n\\r"',
  '"💳"',
  '[]',
  '[[]]',
  '[null]',
  '[1,2,3]',
  '{}',
  '{"a":{}}',
  '{"__proto__":null}',
  '{"constructor":{"prototype":{}}}',
  '{"length":1e9}',
  '{"toString":1}',
  '{"valueOf":null,"toJSON":1}',
]
const LONG_LENGTHS = [20, 33, 49, 64, 65, 129, 1_000, 100_000]
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  ' ',
  '\u0001',
  'a'.repeat(1_000),
  '0',
  'length',
]

/**
 * The object's JSON text with one to three members replaced, removed, renamed or added. One text in eight is also made
 * illegal JSON, which a strict parser refuses before any field is looked at.
 */
function mutatedJson(random: Random, fields: Fields): string {
  const members = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]): [key: string, value: string] => [
      JSON.stringify(key),
      isRecord(value) && random() < 0.5 ? mutatedJson(random, value) : JSON.stringify(value),
    ])
  const count = 1 + Math.floor(random() * 3)
  for (let i = 0; i < count && members.length > 0; i++) {
    const index = Math.floor(random() * members.length)
    const [key, value] = members[index] ?? ['""', 'null']
    const otherKey = JSON.stringify(pick(random, KEYS))
    pick(random, [
      () => members.splice(index, 1, [key, nonsense(random)]),
      () => members.splice(index, 1, [key, nonsense(random)]),
      () => members.splice(index, 1, [key, requoted(value)]),
      () => members.splice(index, 1),
      () => members.splice(index, 1, [otherKey, value]),
      () => members.push([otherKey, nonsense(random)]),
    ])()
  }
  const text = `{${members.map(member => member.join(':')).join(',')}}`
  if (random() >= 1 / 8) return text
  return pick(random, [
    () => text.replace('{', `{${members.at(-1)?.join(':') ?? ''},`),
    () => text.slice(0, Math.floor(random() * text.length)),
    () => text.replaceAll('"', "'"),
    () => text + text,
  ])()
}

function nonsense(random: Random): string {
  const kind = random()
  if (kind < 0.1) return JSON.stringify(pick(random, ['x', '9', 'é', '💳', ' ']).repeat(pick(random, LONG_LENGTHS)))
  if (kind < 0.15) return '['.repeat(40) + ']'.repeat(40)
  return pick(random, NONSENSE)
}

/** Numbers as strings, and strings of digits as numbers. */
function requoted(value: string): string {
  const digits = /^"(0|[1-9]\d*(\.\d+)?)"$/.exec(value)?.[1]
  return digits ?? JSON.stringify(value)
}

/** One to four bytes changed, cut out, doubled or appended. */
function mutatedBytes(random: Random, bytes: Buffer): Buffer {
  let result = Buffer.from(bytes)
  const count = 1 + Math.floor(random() * 4)
  for (let i = 0; i < count; i++) {
    const at = Math.floor(random() * (result.length + 1))
    const some = Buffer.from(Array.from({ length: 1 + Math.floor(random() * 4) }, () => Math.floor(random() * 256)))
    result = pick(random, [
      () => Buffer.concat([result.subarray(0, at), some, result.subarray(at + some.length)]),
      () => Buffer.concat([result.subarray(0, at), some, result.subarray(at)]),
      () => Buffer.concat([result.subarray(0, at), result.subarray(at + some.length)]),
      () => result.subarray(0, at),
      () => Buffer.concat([result, result.subarray(0, at)]),
      () => Buffer.from(result),
    ])()
  }
  return result
}

const HEADER_VALUES = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'undefined',
  '[object Object]',
  'é',
  '\u00ff\u00fe',
  '%00',
  "' or 1=1 --",
  '9'.repeat(13),
  '9'.repeat(300),
  'x'.repeat(5_000),
  '1716307200000.0',
  'UTC+8:00:00',
  'application/json; charset=utf-16',
  'application/json;;',
  'application/',
  '*/*',
  'multipart/form-data',
]
const HEADER_NAMES = [
  'Content-Type',
  'Api-Key',
  'Timestamp',
  'Access-Token',
  'Timezone',
  'Language',
  'Content-Encoding',
  'Accept',
  'Authorization',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'If-None-Match',
  'Range',
  'Cookie',
  'Accept-Encoding',
  'X-HTTP-Method-Override',
]

function mutatedHeaders(random: Random, headers: Record<string, string>): Record<string, string> {
  const result = { ...headers }
  const count = 1 + Math.floor(random() * 2)
  for (let i = 0; i < count; i++) {
    const name = pick(random, HEADER_NAMES)
    if (random() < 0.2) delete result[name]
    else result[name] = pick(random, HEADER_VALUES)
  }
  return result
}
