/**
 * What the Pagsmile format refuses: one row per kind of bad input with the error it must give, and after each row proof that
 * nothing changed. Everything from the RSA key to the parsing of the decrypted JSON fails with one and the same answer, so
 * that nobody can learn from it how far a forged request came.
 */
import { createPublicKey, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { exchange, jsonOrUndefined } from '../../demo/exchange.ts'
import {
  encryptText,
  newRequestId,
  PAGSMILE_HEADERS,
  type PagsmileAnswer,
  randomHexText,
  sealKey,
} from '../../demo/pagsmile-client.ts'
import { isRecord } from './golden.ts'
import { encryptCbc } from './independent-aes.ts'
import * as given from './issuer.ts'
import { dataOf, type Fields, type Refusal, rowsOf, shown } from './issuer.ts'

let issuer: given.Issuer
/** Never funded and never limited: a refused recharge or limit on it would show. */
let emptyCard: given.TestCard
let limitedCard: given.TestCard
let limitId: number

beforeAll(async () => {
  issuer = await given.startIssuer()
  await issuer.keysecure.logIn()
  await given.newContact(issuer)
  emptyCard = await given.newCard(issuer)
  limitedCard = await given.newCard(issuer)
  limitId = await given.newLimit(issuer, limitedCard)
}, given.START_MS_MAX)

afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

const METHOD: Refusal = { code: '40004', subCode: 'method-not-supported' }
const MEDIA_TYPE: Refusal = { code: '40005', subCode: 'mediatype-not-supported' }
const SIGNATURE: Refusal = { code: '40002', subCode: 'invalid-signature' }
const ACCOUNT: Refusal = { code: '40002', subCode: 'invalid-account' }
const AMOUNT: Refusal = { code: '40002', subCode: 'invalid-amount' }
const NOT_FOUND: Refusal = { code: '40002', subCode: 'data-not-found' }

const missingArgument = (field: string): Refusal => ({ code: '40001', subCode: 'missing-argument', naming: field })
const missingData = (field: string): Refusal => ({ code: '40002', subCode: 'mandatory-data', naming: field })
const malformed = (field: string): Refusal => ({ code: '40002', subCode: 'parameters-error', naming: field })
/** Where a value may be seen as missing or as malformed. */
const missingOrMalformed = (field: string): Refusal => ({
  code: '40002',
  subCode: ['mandatory-data', 'parameters-error'],
  naming: field,
})
/** Where a value may be seen as a malformed field or as an impossible amount. */
const malformedAmount: Refusal = { code: '40002', subCode: ['invalid-amount', 'parameters-error'] }
/** Where the outer object may be seen as no JSON request or as one without its fields. */
const NOT_AN_ENVELOPE: Refusal = {
  code: ['40001', '40005'],
  subCode: ['mediatype-not-supported', 'missing-argument'],
}

const post = (body: Fields | string | Buffer, headers?: Record<string, string>): Promise<PagsmileAnswer> =>
  issuer.pagsmile.send(given.CREATE_CONTACT, body, headers)
const sealed = (overrides: Fields = {}): Fields => issuer.pagsmile.seal(JSON.stringify(given.CONTACT), overrides)
const sealedText = (text: string | Buffer): Fields => issuer.pagsmile.seal(text)
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
const keySealed = (plaintext: string | Buffer): string => sealKey(plaintext, issuer.pagsmile.platformKey)
const undecryptable = (): Fields => ({ random_key: randomBytes(256).toString('base64') })
const incomplete = (overrides: Fields): Fields => issuer.pagsmile.seal('{"first_name":"a"}', overrides)
const address = (changes: Fields): Fields => ({ address: { ...Object(given.holderFields().address), ...changes } })
/** The JSON text of a valid envelope with something more in front of its members. */
const textWith = (member: string): string => JSON.stringify(sealed()).replace('{', `{${member},`)

describe('at the door', () => {
  let contactsBefore: unknown
  beforeEach(async () => {
    contactsBefore = await given.contactCount(issuer)
  })

  const rows: [name: string, send: () => Promise<PagsmileAnswer>, refusal: Refusal][] = [
    ['broken JSON', () => post(JSON.stringify(sealed()).slice(0, -1)), MEDIA_TYPE],
    ['text after the JSON', () => post(`${JSON.stringify(sealed())} x`), MEDIA_TYPE],
    ['an empty body', () => post(''), MEDIA_TYPE],
    ['a body of blanks', () => post('   '), MEDIA_TYPE],
    [
      'bytes that are not UTF-8',
      () => post(Buffer.concat([Buffer.from('{"app_id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])),
      MEDIA_TYPE,
    ],
    ['a JSON array', () => post(`[${JSON.stringify(sealed())}]`), NOT_AN_ENVELOPE],
    ['a JSON string', () => post('"envelope"'), NOT_AN_ENVELOPE],
    ['a JSON number', () => post('1'), NOT_AN_ENVELOPE],
    ['JSON null', () => post('null'), NOT_AN_ENVELOPE],
    ['an empty object', () => post('{}'), { code: '40001', subCode: 'missing-argument' }],
    ['content type text/plain', () => post(sealed(), { 'Content-Type': 'text/plain' }), MEDIA_TYPE],
    ['content type application/xml', () => post(sealed(), { 'Content-Type': 'application/xml' }), MEDIA_TYPE],
    ['a form', () => post('app_id=1', { 'Content-Type': 'application/x-www-form-urlencoded' }), MEDIA_TYPE],
    ['no content type', () => post(sealed(), {}), MEDIA_TYPE],
    ['a key twice', () => post(textWith('"app_id":"00000000000000000"')), MEDIA_TYPE],
    ['a key twice, once with an escape', () => post(textWith('"app_\\u0069d":"00000000000000000"')), MEDIA_TYPE],
    ['a key twice in a nested object', () => post(textWith('"x":{"a":1,"a":2}')), MEDIA_TYPE],
    ['nesting of 33 levels', () => post(textWith(`"x":${nested(33)}`)), MEDIA_TYPE],
    ['nesting of 100,000 levels', () => post(textWith(`"x":${nested(100_000)}`)), MEDIA_TYPE],
    ['nesting that is never closed', () => post(`{"x":${'['.repeat(100_000)}`), MEDIA_TYPE],
    ['a NUL character', () => post(textWith('"x":"a\\u0000b"')), MEDIA_TYPE],
    ['a lone high surrogate', () => post(textWith('"x":"\\ud800"')), MEDIA_TYPE],
    ['a lone low surrogate', () => post(textWith('"x":"\\udc00 "')), MEDIA_TYPE],
    ['a number beyond the safe integers', () => post(textWith('"x":9007199254740993')), MEDIA_TYPE],
    ['a number with a huge exponent', () => post(textWith('"x":1e400')), MEDIA_TYPE],
  ]
  it.each(rows)('%s is refused and stores no contact', async (_name, send, refusal) => {
    given.expectRefusal(await send(), refusal)
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })

  it('a body over 256 kB is refused and stores no contact', async () => {
    const answer = await post(sealedText(JSON.stringify(given.CONTACT) + ' '.repeat(300_000)))
    expect([400, 413], shown(answer)).toContain(answer.status)
    const subCode = ['parameters-error', 'mediatype-not-supported']
    given.expectRefusal(answer, { status: answer.status, code: ['40002', '40005'], subCode })
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s is refused', async method => {
    const answer = await sendWith(method, given.CREATE_CONTACT, method === 'GET' ? undefined : JSON.stringify(sealed()))
    given.expectRefusal(answer, METHOD)
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })

  const unknownPaths = [
    '/issuing/card/no-such-call',
    '/issuing/',
    `${given.CREATE_CONTACT}/1`,
    '/issuing/Card/create-contact',
  ]
  it.each(unknownPaths)('the unknown path %s is answered with 404', async path => {
    const answer = await issuer.pagsmile.send(path, sealed())
    given.expectRefusal(answer, { status: 404, ...METHOD, naming: 'not found' })
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })
})

describe('an envelope', () => {
  let contactsBefore: unknown
  beforeEach(async () => {
    contactsBefore = await given.contactCount(issuer)
  })

  const required = ['app_id', 'partner_id', 'request_id', 'timestamp', 'version', 'sign_type', 'random_key', 'biz_data']
  it.each(required)('without %s, with null or with an empty one is refused', async field => {
    for (const value of [undefined, null, '']) {
      given.expectRefusal(await post(sealed({ [field]: value })), missingArgument(field))
    }
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })

  const rows: [name: string, overrides: () => Fields, refusal: Refusal][] = [
    ['an unknown app_id', () => ({ app_id: '99999999999999999' }), ACCOUNT],
    ['an unknown partner_id', () => ({ partner_id: '99999999999999999' }), ACCOUNT],
    [
      'the two identifiers exchanged',
      () => ({ app_id: issuer.pagsmile.credentials.partnerId, partner_id: issuer.pagsmile.credentials.appId }),
      ACCOUNT,
    ],
    ['version 3.0', () => ({ version: '3.0' }), malformed('version')],
    ['a sign_type other than RSA', () => ({ sign_type: 'MD5' }), malformed('sign_type')],
    ['a timestamp in ISO form', () => ({ timestamp: '2025-04-07T13:56:46' }), malformed('timestamp')],
    ['a timestamp of words', () => ({ timestamp: 'yesterday at noon' }), malformed('timestamp')],
    ['a numeric timestamp', () => ({ timestamp: 1_744_034_206 }), malformed('timestamp')],
    ['a request_id of 65 characters', () => ({ request_id: 'x'.repeat(65) }), malformed('request_id')],
    ['a numeric request_id', () => ({ request_id: 5 }), malformed('request_id')],
    ['an object as request_id', () => ({ request_id: {} }), malformed('request_id')],
  ]
  it.each(rows)('with %s is refused', async (_name, overrides, refusal) => {
    given.expectRefusal(await post(sealed(overrides())), refusal)
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })

  const wrongTypes: [name: string, overrides: Fields][] = [
    ['app_id as an array', { app_id: ['x'] }],
    ['partner_id as an object', { partner_id: {} }],
    ['version as a number', { version: 2 }],
    ['sign_type as true', { sign_type: true }],
    ['random_key as an object', { random_key: {} }],
    ['random_key as a number', { random_key: 1 }],
    ['biz_data as a number', { biz_data: 1 }],
    ['biz_data as a plain object', { biz_data: given.CONTACT }],
  ]
  it.each(wrongTypes)('with %s is refused', async (_name, overrides) => {
    const subCode = ['parameters-error', 'invalid-account', 'invalid-signature', 'missing-argument']
    const answer = await post(sealed(overrides))
    given.expectRefusal(answer, { code: ['40001', '40002'], subCode })
    expect(await given.contactCount(issuer)).toBe(contactsBefore)
  })
})

describe('an envelope that does not open', () => {
  const key = '0123456789ABCDEF'
  const iv = 'A1B2C3D4E5F60718'
  const contact = JSON.stringify(given.CONTACT)
  const wire = encryptText(contact, key, iv)

  /** The text encrypted correctly, under a key sent correctly. */
  const encrypted = (text: string | Buffer): Fields => ({
    random_key: keySealed(key),
    biz_data: encryptText(text, key, iv),
  })
  const withWire = (bizData: string): Fields => ({ random_key: keySealed(key), biz_data: bizData })
  /** Blocks encrypted as they are, padding included. */
  const withBlocks = (blocks: Buffer): Fields =>
    withWire(iv + encryptCbc(blocks, Buffer.from(key), Buffer.from(iv)).toString('base64'))
  const ciphertext = Buffer.from(wire.slice(16), 'base64')
  const otherKey = (): string => {
    const publicKey = createPublicKey(issuer.credentials.pagsmile.merchantPrivateKey)
    return sealKey(key, publicKey)
  }

  const rows: [name: string, overrides: () => Fields][] = [
    ['random_key of random bytes', () => ({ random_key: randomBytes(256).toString('base64') })],
    ['random_key for another RSA key', () => ({ random_key: otherKey(), biz_data: wire })],
    ['random_key that is not Base64', () => ({ random_key: '!'.repeat(344) })],
    ['random_key of 128 bytes', () => ({ random_key: randomBytes(128).toString('base64') })],
    ['random_key of 257 bytes', () => ({ random_key: randomBytes(257).toString('base64') })],
    ['random_key of 256 zero bytes', () => ({ random_key: Buffer.alloc(256).toString('base64') })],
    [
      'random_key of 256 bytes 0xff, above the modulus',
      () => ({ random_key: Buffer.alloc(256, 0xff).toString('base64') }),
    ],
    ['an AES key of 15 bytes', () => ({ random_key: keySealed('0'.repeat(15)), biz_data: wire })],
    ['an AES key of 17 bytes', () => ({ random_key: keySealed('0'.repeat(17)), biz_data: wire })],
    ['an empty AES key', () => ({ random_key: keySealed(''), biz_data: wire })],
    ['another AES key than the one sent', () => ({ random_key: keySealed('FEDCBA9876543210'), biz_data: wire })],
    ['biz_data that is not Base64', () => withWire(iv + '*'.repeat(44))],
    ['biz_data with one character that is not Base64', () => withWire(`${wire.slice(0, 20)}*${wire.slice(21)}`)],
    ['biz_data shorter than its IV', () => withWire('A1B2C3D4')],
    ['biz_data of an IV alone', () => withWire(iv)],
    ['ciphertext cut inside a block', () => withWire(iv + ciphertext.subarray(0, -5).toString('base64'))],
    ['ciphertext cut by one block', () => withWire(iv + ciphertext.subarray(0, -16).toString('base64'))],
    ['ciphertext without its first block', () => withWire(iv + ciphertext.subarray(16).toString('base64'))],
    ['a padding of zero', () => withBlocks(Buffer.concat([Buffer.from(contact.padEnd(95)), Buffer.of(0)]))],
    ['a padding of seventeen', () => withBlocks(Buffer.concat([Buffer.from(contact.padEnd(95)), Buffer.of(17)]))],
    [
      'padding bytes that disagree',
      () => withBlocks(Buffer.concat([Buffer.from(contact.padEnd(93)), Buffer.of(1, 3, 3)])),
    ],
    ['text that is not JSON', () => encrypted('contact')],
    ['broken JSON', () => encrypted(contact.slice(0, -1))],
    ['an empty text', () => encrypted('')],
    ['a text of blanks', () => encrypted('   ')],
    ['a JSON array', () => encrypted(`[${contact}]`)],
    ['a JSON string', () => encrypted('"contact"')],
    ['a JSON number', () => encrypted('1')],
    ['JSON null', () => encrypted('null')],
    [
      'bytes that are not UTF-8',
      () => encrypted(Buffer.concat([Buffer.from('{"first_name":"'), Buffer.of(0xff), Buffer.from('"}')])),
    ],
    ['a key twice', () => encrypted(contact.replace('{', '{"first_name":"a",'))],
    ['nesting of 33 levels', () => encrypted(contact.replace('{', `{"x":${nested(33)},`))],
    ['nesting of 20,000 levels', () => encrypted(contact.replace('{', `{"x":${nested(20_000)},`))],
    ['a NUL character', () => encrypted(contact.replace('xxe', 'x\\u0000e'))],
    ['a lone high surrogate', () => encrypted(contact.replace('xxe', 'x\\ud800e'))],
    ['a lone low surrogate', () => encrypted(contact.replace('xxe', 'x\\udc00e'))],
    ['a number beyond the safe integers', () => encrypted(contact.replace('{', '{"x":9007199254740993,'))],
  ]

  it.each(rows)('because of %s gets the one answer and stores no contact', async (_name, overrides) => {
    const before = await given.contactCount(issuer)
    const answer = await post(sealed(overrides()))
    given.expectRefusal(answer, SIGNATURE)
    const reference = await post(sealed({ random_key: randomBytes(256).toString('base64') }))
    expect(answer.text).toBe(reference.text)
    expect(await given.contactCount(issuer)).toBe(before)
  })

  it('gets the same headers whatever was wrong', async () => {
    const seen = new Set<string>()
    for (const [, overrides] of rows) {
      const { status, text, headers } = await exchange({
        method: 'POST',
        url: issuer.pagsmile.credentials.baseUrl + given.CREATE_CONTACT,
        headers: PAGSMILE_HEADERS,
        body: JSON.stringify(sealed(overrides())),
      })
      const { date: _now, ...constant } = headers
      const names = Object.keys(constant).toSorted()
      seen.add(JSON.stringify([status, text, names, constant['content-type'], constant['content-length']]))
    }
    expect([...seen]).toHaveLength(1)
  })

  it('does not keep an honest client out', async () => {
    for (let i = 0; i < 10; i++) await post(sealed({ random_key: randomBytes(256).toString('base64') }))
    dataOf(issuer, await post(sealed()))
  })
})

type FieldRow = [name: string, changes: () => Fields, refusal: Refusal]
const absent = (...fields: string[]): FieldRow[] =>
  fields.map(field => [`no ${field}`, () => ({ [field]: undefined }), missingData(field)])

describe('create-contact', () => {
  const rows: FieldRow[] = [
    ...absent('first_name', 'last_name', 'mobile', 'email'),
    ['a null first_name', () => ({ first_name: null }), missingOrMalformed('first_name')],
    ['an empty first_name', () => ({ first_name: '' }), missingOrMalformed('first_name')],
    ['a blank last_name', () => ({ last_name: '   ' }), missingOrMalformed('last_name')],
    ['a first_name of 65 characters', () => ({ first_name: 'a'.repeat(65) }), malformed('first_name')],
    ['a last_name of 65 characters', () => ({ last_name: 'a'.repeat(65) }), malformed('last_name')],
    ['a numeric first_name', () => ({ first_name: 5 }), malformed('first_name')],
    ['an object as last_name', () => ({ last_name: {} }), malformed('last_name')],
    ['a list as email', () => ({ email: ['a@b.c'] }), malformed('email')],
    ['true as mobile', () => ({ mobile: true }), malformed('mobile')],
    ['letters as mobile', () => ({ mobile: 'call me' }), malformed('mobile')],
    ['four digits as mobile', () => ({ mobile: '1234' }), malformed('mobile')],
    ['an email without @', () => ({ email: 'nobody' }), malformed('email')],
    ['an email with two @', () => ({ email: 'a@b@c' }), malformed('email')],
    ['an email with nothing before @', () => ({ email: '@b.c' }), malformed('email')],
    ['an email of 129 characters', () => ({ email: `${'a'.repeat(123)}@b.com` }), malformed('email')],
    ['a language that is none', () => ({ language: 'english!' }), malformed('language')],
    ['a numeric language', () => ({ language: 1 }), malformed('language')],
  ]
  it.each(rows)('with %s is refused and stores no contact', async (_name, changes, refusal) => {
    const before = await given.contactCount(issuer)
    const answer = await issuer.pagsmile.call(given.CREATE_CONTACT, { ...given.CONTACT, ...changes() })
    given.expectRefusal(answer, refusal)
    expect(await given.contactCount(issuer)).toBe(before)
  })
})

const badPagesAndDates: FieldRow[] = [
  ...absent('start_date', 'end_date'),
  ['a day that does not exist', () => ({ start_date: '2025-02-30 00:00:00' }), malformed('start_date')],
  ['29 February of a common year', () => ({ end_date: '2025-02-29 00:00:00' }), malformed('end_date')],
  ['a month that does not exist', () => ({ start_date: '2025-13-01 00:00:00' }), malformed('start_date')],
  ['an hour that does not exist', () => ({ start_date: '2025-01-01 24:00:00' }), malformed('start_date')],
  ['a date without time', () => ({ start_date: '2025-01-01' }), malformed('start_date')],
  ['a date in ISO form', () => ({ end_date: '2025-01-01T00:00:00Z' }), malformed('end_date')],
  ['a numeric date', () => ({ start_date: 20_250_101 }), malformed('start_date')],
  [
    'an end before its start',
    () => ({ start_date: '2026-01-02 00:00:00', end_date: '2026-01-01 23:59:59' }),
    { code: '40002', subCode: 'parameters-error' },
  ],
  ['page_num 0', () => ({ page_num: 0 }), malformed('page_num')],
  ['page_num -1', () => ({ page_num: -1 }), malformed('page_num')],
  ['page_num 1.5', () => ({ page_num: 1.5 }), malformed('page_num')],
  ['page_num as a word', () => ({ page_num: 'first' }), malformed('page_num')],
  ['page_size 31', () => ({ page_size: 31 }), malformed('page_size')],
  ['page_size 0', () => ({ page_size: 0 }), malformed('page_size')],
  ['page_size -1', () => ({ page_size: -1 }), malformed('page_size')],
  ['page_size as a list', () => ({ page_size: [10] }), malformed('page_size')],
]

describe('query-contacts', () => {
  const rows: FieldRow[] = [
    ...badPagesAndDates,
    ['a contact_id of letters', () => ({ contact_id: 'abc' }), malformed('contact_id')],
    ['an object as contact_id', () => ({ contact_id: {} }), malformed('contact_id')],
  ]
  it.each(rows)('with %s is refused', async (_name, changes, refusal) => {
    const answer = await issuer.pagsmile.call(given.QUERY_CONTACTS, { ...given.ALL_TIME, ...changes() })
    given.expectRefusal(answer, refusal)
  })
})

describe('query-card-authorizations', () => {
  const rows: FieldRow[] = [
    ...badPagesAndDates,
    ['31 days and a second', () => given.aroundNow(1), { code: '40002', subCode: 'parameters-error' }],
    ['an unknown data_type', () => ({ data_type: 'cardSomething' }), malformed('data_type')],
    ['a numeric data_type', () => ({ data_type: 1 }), malformed('data_type')],
    ['a transaction_type of letters', () => ({ transaction_type: 'purchase' }), malformed('transaction_type')],
    ['a list as card_token', () => ({ card_token: ['1'] }), malformed('card_token')],
  ]
  it.each(rows)('with %s is refused', async (_name, changes, refusal) => {
    const request = { card_token: emptyCard.token, ...given.aroundNow(), ...changes() }
    given.expectRefusal(await issuer.pagsmile.call(given.QUERY_AUTHORIZATIONS, request), refusal)
  })
})

describe('holder/create', () => {
  const rows: FieldRow[] = [
    ...absent(
      'mobile',
      'first_name',
      'last_name',
      'id_no',
      'id_type',
      'email',
      'birthday',
      'nationality_code',
      'address',
    ),
    ['no address.line', () => address({ line: undefined }), missingData('line')],
    ['no address.city_name', () => address({ city_name: undefined }), missingData('city_name')],
    ['no address.country_code', () => address({ country_code: undefined }), missingData('country_code')],
    ['an address.line of 11 characters', () => address({ line: 'a'.repeat(11) }), malformed('line')],
    ['an address.line of 129 characters', () => address({ line: 'a'.repeat(129) }), malformed('line')],
    [
      'an address.line outside its characters',
      () => address({ line: '東京都千代田区千代田一丁目一番一号' }),
      malformed('line'),
    ],
    ['digits in address.city_name', () => address({ city_name: 'city 4711' }), malformed('city_name')],
    ['an address.country_code of three letters', () => address({ country_code: 'BRA' }), malformed('country_code')],
    ['a text as address', () => ({ address: 'here' }), malformed('address')],
    ['a first_name of 51 characters', () => ({ first_name: 'a'.repeat(51) }), malformed('first_name')],
    ['a mobile of 17 characters', () => ({ mobile: '1'.repeat(17) }), malformed('mobile')],
    ['an id_type of letters', () => ({ id_type: 'passport' }), malformed('id_type')],
    ['a birthday that does not exist', () => ({ birthday: '1990-02-30' }), malformed('birthday')],
    ['a birthday with a time', () => ({ birthday: '1990-01-01 00:00:00' }), malformed('birthday')],
    ['an email without @', () => ({ email: 'nobody' }), malformed('email')],
    ['a nationality of three letters', () => ({ nationality_code: 'BRA' }), malformed('nationality_code')],
    ['an expiry that does not exist', () => ({ expires_on: '2030-13-01' }), malformed('expires_on')],
  ]
  it.each(rows)('with %s is refused and leaves the ID free', async (_name, changes, refusal) => {
    const fields = given.holderFields()
    given.expectRefusal(await issuer.pagsmile.call(given.CREATE_HOLDER, { ...fields, ...changes() }), refusal)
    dataOf(issuer, await issuer.pagsmile.call(given.CREATE_HOLDER, fields))
  })

  it.each(['12345', '1'.repeat(21)])('with the id_no %s is refused for its length', async id_no => {
    const answer = await issuer.pagsmile.call(given.CREATE_HOLDER, given.holderFields({ id_no }))
    given.expectRefusal(answer, malformed('id_no'))
  })

  it('with an ID that another cardholder has is refused', async () => {
    const fields = given.holderFields()
    dataOf(issuer, await issuer.pagsmile.call(given.CREATE_HOLDER, fields))
    const answer = await issuer.pagsmile.call(given.CREATE_HOLDER, { ...fields, first_name: 'other' })
    given.expectRefusal(answer, { code: '40002', subCode: 'dublicate-data' })
  })
})

describe('card/apply', () => {
  const { total_amount: _shareCardsOnly, ...limit } = given.LIMIT
  const rows: FieldRow[] = [
    ...absent('order_no', 'card_scheme', 'card_type'),
    ['neither holder_id nor holder', () => ({ holder_id: undefined }), { code: '40002', subCode: 'mandatory-data' }],
    ['an unknown holder_id', () => ({ holder_id: 999_999_999 }), NOT_FOUND],
    ['a holder_id of letters', () => ({ holder_id: 'abc' }), malformed('holder_id')],
    ['card_scheme 1', () => ({ card_scheme: 1 }), malformed('card_scheme')],
    ['card_type 99', () => ({ card_type: 99 }), malformed('card_type')],
    [
      'a BIN of somebody else',
      () => ({ card_bin: '400000' }),
      { code: '40002', subCode: ['parameters-error', 'data-not-found'] },
    ],
    ['a word as is_share_card', () => ({ is_share_card: 'yes' }), malformed('is_share_card')],
    [
      'a card_limit without single_amount',
      () => ({ card_limit: { ...limit, single_amount: undefined } }),
      missingData('single_amount'),
    ],
    ['a card_limit with a negative amount', () => ({ card_limit: { ...limit, daily_amount: '-1' } }), malformedAmount],
    ['a list as card_limit', () => ({ card_limit: [] }), malformed('card_limit')],
    [
      'a negative initial_balance',
      () => ({ pay_account_num: issuer.fundingAccount, initial_balance: '-1.00' }),
      malformedAmount,
    ],
    [
      'an initial_balance beyond the funding',
      () => ({ pay_account_num: issuer.fundingAccount, initial_balance: '999999999.00' }),
      { code: '40002', subCode: 'insufficient-balance' },
    ],
    [
      'an initial_balance from an unknown account',
      () => ({ pay_account_num: '999999999999', initial_balance: '1.00' }),
      NOT_FOUND,
    ],
  ]
  it.each(rows)('with %s is refused and makes no card', async (_name, changes, refusal) => {
    const before = await given.cardCount(issuer)
    const application = given.applicationFields(emptyCard.holderId, changes())
    given.expectRefusal(await issuer.pagsmile.call(given.APPLY_CARD, application), refusal)
    expect(await given.cardCount(issuer)).toBe(before)
  })

  it('with the order_no of another application is refused and makes no card', async () => {
    const application = given.applicationFields(emptyCard.holderId)
    dataOf(issuer, await issuer.pagsmile.call(given.APPLY_CARD, application))
    const before = await given.cardCount(issuer)
    const other = { ...application, card_bin: '658705' }
    const refusal = { code: '40002', subCode: 'dublicate-order' }
    given.expectRefusal(await issuer.pagsmile.call(given.APPLY_CARD, other), refusal)
    expect(await given.cardCount(issuer)).toBe(before)
  })
})

describe('recharge', () => {
  const rows: FieldRow[] = [
    ...absent('pay_account_num', 'card_token', 'order_no', 'amount', 'currency'),
    ['amount 0', () => ({ amount: '0' }), AMOUNT],
    ['amount 0.00', () => ({ amount: '0.00' }), AMOUNT],
    ['amount -1', () => ({ amount: '-1' }), AMOUNT],
    ['amount 1.234', () => ({ amount: '1.234' }), AMOUNT],
    ['amount abc', () => ({ amount: 'abc' }), malformedAmount],
    ['amount 1e3', () => ({ amount: '1e3' }), malformedAmount],
    ['amount +1', () => ({ amount: '+1' }), malformedAmount],
    ['amount 1,000.00', () => ({ amount: '1,000.00' }), malformedAmount],
    ['amount with a blank', () => ({ amount: ' 1.00' }), malformedAmount],
    ['amount in full-width digits', () => ({ amount: '１.００' }), malformedAmount],
    ['amount 0x10', () => ({ amount: '0x10' }), malformedAmount],
    ['amount Infinity', () => ({ amount: 'Infinity' }), malformedAmount],
    ['amount with only a point', () => ({ amount: '.' }), malformedAmount],
    [
      'amount of a thousand digits',
      () => ({ amount: '9'.repeat(1000) }),
      { code: '40002', subCode: ['invalid-amount', 'parameters-error', 'insufficient-balance'] },
    ],
    ['an object as amount', () => ({ amount: {} }), malformedAmount],
    [
      'more than the funding account holds',
      () => ({ amount: '999999999.00' }),
      { code: '40002', subCode: 'insufficient-balance' },
    ],
    ['an unknown card', () => ({ card_token: '999999999999' }), NOT_FOUND],
    ['an unknown funding account', () => ({ pay_account_num: '999999999999' }), NOT_FOUND],
    ['a currency that is none', () => ({ currency: 'DOLLAR' }), malformed('currency')],
    ['an order_no of 33 characters', () => ({ order_no: 'x'.repeat(33) }), malformed('order_no')],
    ['a reference of 129 characters', () => ({ reference: 'x'.repeat(129) }), malformed('reference')],
    ['a list as card_token', () => ({ card_token: [] }), malformed('card_token')],
  ]
  it.each(rows)('with %s is refused and moves no money', async (_name, changes, refusal) => {
    const request = given.rechargeFields(issuer, emptyCard, changes())
    given.expectRefusal(await issuer.pagsmile.call(given.RECHARGE, request), refusal)
    expect(await given.purchase(issuer, emptyCard, '0.01')).toBe('insufficient-funds')
  })

  it('with the order_no of another top-up is refused and moves no money', async () => {
    const card = await given.newCard(issuer)
    const first = given.rechargeFields(issuer, card, { amount: '10.00' })
    dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, first))
    const answer = await issuer.pagsmile.call(given.RECHARGE, { ...first, amount: '20.00' })
    given.expectRefusal(answer, { code: '40002', subCode: 'dublicate-order' })
    expect(await given.purchase(issuer, card, '10.01')).toBe('insufficient-funds')
  })

  it('refused for its amount leaves the order_no free', async () => {
    const card = await given.newCard(issuer)
    const request = given.rechargeFields(issuer, card, { amount: '10.00' })
    given.expectRefusal(await issuer.pagsmile.call(given.RECHARGE, { ...request, amount: '0' }), AMOUNT)
    dataOf(issuer, await issuer.pagsmile.call(given.RECHARGE, request))
  })
})

describe('create-limit', () => {
  const rows: FieldRow[] = [
    ...absent('card_token', 'daily_transactions', 'single_amount', 'daily_amount', 'monthly_amount'),
    ['a negative daily_transactions', () => ({ daily_transactions: -1 }), malformed('daily_transactions')],
    ['a fractional daily_transactions', () => ({ daily_transactions: 1.5 }), malformed('daily_transactions')],
    ['daily_transactions as a word', () => ({ daily_transactions: 'many' }), malformed('daily_transactions')],
    ['a negative single_amount', () => ({ single_amount: '-1' }), malformedAmount],
    ['a daily_amount of three decimals', () => ({ daily_amount: '1.234' }), malformedAmount],
    ['a monthly_amount of letters', () => ({ monthly_amount: 'abc' }), malformedAmount],
    ['a list as total_amount', () => ({ total_amount: ['1'] }), malformedAmount],
    [
      'a single_amount above the default limit',
      () => ({ single_amount: '9999999999.00' }),
      { code: '40002', subCode: 'exceed-amount-limit' },
    ],
    ['an unknown card', () => ({ card_token: '999999999999' }), NOT_FOUND],
  ]
  it.each(rows)('with %s is refused and sets no limit', async (_name, changes, refusal) => {
    const request = { card_token: emptyCard.token, ...given.LIMIT, ...changes() }
    given.expectRefusal(await issuer.pagsmile.call(given.CREATE_LIMIT, request), refusal)
    given.expectRefusal(await issuer.pagsmile.call(given.QUERY_LIMIT, { card_token: emptyCard.token }), NOT_FOUND)
  })

  it('for a card that has a limit is refused and leaves the limit as it was', async () => {
    const before = dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, { limit_id: limitId }))
    const request = { card_token: limitedCard.token, ...given.LIMIT, single_amount: '1.00' }
    const answer = await issuer.pagsmile.call(given.CREATE_LIMIT, request)
    given.expectRefusal(answer, { code: '40002', subCode: 'dublicate-data' })
    expect(dataOf(issuer, await issuer.pagsmile.call(given.QUERY_LIMIT, { limit_id: limitId }))).toEqual(before)
  })
})

describe('query-limit', () => {
  const rows: [name: string, request: () => Fields, refusal: Refusal][] = [
    ['neither limit_id nor card_token', () => ({}), { code: '40002', subCode: 'mandatory-data' }],
    [
      'a limit and a card that do not belong together',
      () => ({ limit_id: limitId, card_token: emptyCard.token }),
      NOT_FOUND,
    ],
    ['an unknown limit', () => ({ limit_id: 999_999_999 }), NOT_FOUND],
    ['an unknown card', () => ({ card_token: '999999999999' }), NOT_FOUND],
    ['a card without a limit', () => ({ card_token: emptyCard.token }), NOT_FOUND],
    ['a limit_id of letters', () => ({ limit_id: 'abc' }), malformed('limit_id')],
    [
      'a negative limit_id',
      () => ({ limit_id: -1 }),
      { code: '40002', subCode: ['parameters-error', 'data-not-found'] },
    ],
    ['an object as limit_id', () => ({ limit_id: {} }), malformed('limit_id')],
  ]
  it.each(rows)('with %s is refused', async (_name, request, refusal) => {
    given.expectRefusal(await issuer.pagsmile.call(given.QUERY_LIMIT, request()), refusal)
  })
})

describe('when several things are wrong, the first of the documented order is told:', () => {
  const used = newRequestId()
  beforeAll(async () => {
    dataOf(issuer, await post(sealed({ request_id: used })))
  })

  const rows: [name: string, send: () => Promise<PagsmileAnswer>, refusal: Refusal][] = [
    ['the media type before the envelope', () => post('{}', { 'Content-Type': 'text/plain' }), MEDIA_TYPE],
    [
      'a missing field before an unknown app',
      () => post(sealed({ timestamp: undefined, app_id: '9', ...undecryptable() })),
      missingArgument('timestamp'),
    ],
    [
      'a malformed field before an unknown app',
      () => post(sealed({ version: '9', app_id: '9', ...undecryptable() })),
      malformed('version'),
    ],
    ['an unknown app before what does not open', () => post(sealed({ app_id: '9', ...undecryptable() })), ACCOUNT],
    [
      'what does not open before a used request_id',
      () => post(sealed({ request_id: used, ...undecryptable() })),
      SIGNATURE,
    ],
    [
      'a used request_id before a missing field',
      () => post(incomplete({ request_id: used })),
      { code: '40002', subCode: 'duplicate-request' },
    ],
    [
      'a missing field before an unknown object',
      () =>
        issuer.pagsmile.call(given.RECHARGE, {
          ...given.rechargeFields(issuer, emptyCard),
          card_token: '999999999999',
          currency: undefined,
        }),
      missingData('currency'),
    ],
    [
      'an unknown object before the money',
      () =>
        issuer.pagsmile.call(given.RECHARGE, {
          ...given.rechargeFields(issuer, emptyCard),
          card_token: '999999999999',
          amount: '999999999.00',
        }),
      NOT_FOUND,
    ],
  ]
  it.each(rows)('%s', async (_name, send, refusal) => {
    given.expectRefusal(await send(), refusal)
  })
})

describe('strings that mean something to a database or a programming language', () => {
  const texts = [
    "'; drop table contact; --",
    '" or ""="',
    '\\',
    '%_',
    '${7*7}',
    '{{7*7}}',
    '<script>',
    '__proto__',
    'null',
    '💳 émoji',
    '\u202egnirts',
  ]
  it.each(texts)('%j is just a name', async text => {
    const contactId = await given.newContact(issuer, { first_name: text, last_name: text })
    const request = { contact_id: contactId, ...given.ALL_TIME }
    const [row] = rowsOf(issuer, await issuer.pagsmile.call(given.QUERY_CONTACTS, request))
    expect(row).toMatchObject({ first_name: text, last_name: text })
  })

  it('a member called __proto__ changes nothing', async () => {
    const text = JSON.stringify(given.CONTACT).replace('{', '{"__proto__":{"language":"xx"},"constructor":{"a":1},')
    const answer = await post(sealedText(text))
    if (answer.status === 200) {
      const request = { contact_id: dataOf(issuer, answer).contact_id, ...given.ALL_TIME }
      const [row] = rowsOf(issuer, await issuer.pagsmile.call(given.QUERY_CONTACTS, request))
      expect(row?.language).toBe('en')
    } else given.expectRefusal(answer, { code: '40002', subCode: ['parameters-error', 'invalid-signature'] })
  })

  it('a key made of control characters opens like any other', async () => {
    const key = Buffer.from(Array.from({ length: 16 }, (_, index) => index))
    const request = sealed({
      random_key: sealKey(key, issuer.pagsmile.platformKey),
      biz_data: encryptText(JSON.stringify(given.CONTACT), key, randomHexText()),
    })
    dataOf(issuer, await post(request))
  })
})

async function sendWith(method: string, path: string, body: string | undefined): Promise<PagsmileAnswer> {
  const request = { method, url: issuer.pagsmile.credentials.baseUrl + path, headers: PAGSMILE_HEADERS }
  const { status, text, elapsedMs } = await exchange(body === undefined ? request : { ...request, body })
  const parsed = jsonOrUndefined(text)
  return { status, text, elapsedMs, envelope: isRecord(parsed) ? parsed : {}, data: undefined }
}
