/**
 * The KeySecure format as its description has it: the documented example sent to a running server, the headers, the window
 * and paging rules of the card list, and a table of what is refused with which code. Handled errors are HTTP 200 with a
 * `code`; only an unknown path is 404. The cards listed here are made through the Pagsmile format: it is the same partner.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HeaderOverrides, type KeySecureAnswer, KeySecureClient, TOKEN_PATH } from '../../demo/keysecure-client.ts'
import { accessToken, keysecureError, keysecureSuccess, listedCard, violations } from '../../demo/shapes.ts'
import { differences, isRecord, readGolden } from './golden.ts'
import * as given from './issuer.ts'
import { CARD_LIST, cardsListed, type Fields, shown, theseDays } from './issuer.ts'

const CARDHOLDER_APPLY = '/open-api/v1/cardholder/apply'
const CARD_APPLY = '/open-api/v1/card/apply'
const HOUR_MS = 60 * 60 * 1000

let issuer: given.Issuer
/** In the order of their creation. */
const cards: given.TestCard[] = []

beforeAll(async () => {
  issuer = await given.startIssuer()
  for (let i = 0; i < 3; i++) cards.push(await given.newCard(issuer))
  await issuer.keysecure.logIn()
}, given.START_MS_MAX)

afterAll(() => given.stopIssuer(issuer), given.START_MS_MAX)

const now = (offsetMs = 0): string => String(Date.now() + offsetMs)
const invalid = (field: string): [code: number, msg: string] => [1004, `${field} invalid parameter`]
const applicant = (): Fields => ({ cardholder_unique_no: unique(), sumsub_share_token: 'share-token' })
const application = async (changes: Fields = {}): Promise<Fields> => {
  const [row] = await cardsListed(issuer, theseDays())
  const { packageNo, cardBinNo } = issuer.credentials.keysecure
  return {
    package_no: packageNo,
    card_bin_no: cardBinNo,
    cardholder_no: row?.cardholder_no,
    card_unique_no: unique(),
    card_type: 'Virtual',
    ...changes,
  }
}

describe('the documented example of the card list', () => {
  it('is accepted as sent', async () => {
    const golden = await readGolden('keysecure-card-list')
    const answer = await issuer.keysecure.post(golden.request.path, golden.request.body, { Timezone: 'UTC+8' })
    expect(answer.status, shown(answer)).toBe(golden.response.status)
    expect(
      differences({ ...golden.response.body, data: null }, { ...answer.envelope, data: null }, [], 'body'),
    ).toEqual([])
    expect(answer.envelope, shown(answer)).toEqual({ code: 0, msg: 'Success', data: { list: expect.any(Array) } })
  })

  it('gives rows with exactly its keys when the window holds cards', async () => {
    const golden = await readGolden('keysecure-card-list')
    const body = { ...golden.request.body, ...theseDays() }
    const answer = await issuer.keysecure.post(golden.request.path, body, { Timezone: 'UTC+8' })
    expect(differences(golden.response.body, answer.envelope, [], 'body'), shown(answer)).toEqual([])
    expect((await cardsListed(issuer, body)).length).toBeGreaterThanOrEqual(3)
  })
})

describe('get token', () => {
  it('answers with an opaque token that lives 24 hours', async () => {
    const before = Date.now()
    const answer = await new KeySecureClient(issuer.keysecure.credentials).logIn()
    expect(answer.status, shown(answer)).toBe(200)
    expect(violations(keysecureSuccess, answer.envelope, 'body')).toEqual([])
    expect(violations(accessToken, answer.envelope.data)).toEqual([])
    const expiry = isRecord(answer.envelope.data) ? Number(answer.envelope.data.expired_time) : 0
    expect(expiry).toBeGreaterThanOrEqual(before + 24 * HOUR_MS - 1000)
    expect(expiry).toBeLessThanOrEqual(Date.now() + 24 * HOUR_MS + 1000)
  })

  it('gives another token each time, and the earlier one goes on working', async () => {
    const client = new KeySecureClient(issuer.keysecure.credentials)
    const first = tokenOf(await client.logIn())
    const second = tokenOf(await client.logIn())
    expect(second).not.toBe(first)
    for (const token of [first, second]) {
      expectCode(await client.post(CARD_LIST, theseDays(), { 'Access-Token': token }), 0)
    }
  })
})

describe('the card list', () => {
  it('shows each card made through the Pagsmile format, newest first', async () => {
    const rows = await cardsListed(issuer, { ...theseDays(), size: 100 })
    expect(rows.flatMap(row => violations(listedCard, row))).toEqual([])
    const ours = cards.map(card => card.maskedPan.slice(-4))
    expect(rows.map(row => row.card_last_no).filter(last => ours.includes(String(last)))).toEqual(ours.toReversed())
    const times = rows.map(row => Number(row.time))
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    expect(rows.every(row => row.card_type === 'Virtual')).toBe(true)
  })

  it('finds a card by each of its numbers, and by all of them together', async () => {
    const [row] = await cardsListed(issuer, theseDays())
    const numbers = { card_no: row?.card_no, cardholder_no: row?.cardholder_no }
    for (const filter of [{ card_no: numbers.card_no }, { cardholder_no: numbers.cardholder_no }, numbers]) {
      const found = await cardsListed(issuer, { ...theseDays(), ...filter })
      expect(found, JSON.stringify(filter)).toEqual([row])
    }
  })

  it('combines filters with and', async () => {
    const [first, second] = await cardsListed(issuer, theseDays())
    const contradiction = { card_no: first?.card_no, cardholder_no: second?.cardholder_no }
    expect(await cardsListed(issuer, { ...theseDays(), ...contradiction })).toEqual([])
  })

  it.each(['card_no', 'cardholder_no', 'card_unique_no'])('is empty for an unknown %s', async filter => {
    expect(await cardsListed(issuer, { ...theseDays(), [filter]: 'X202605220001' })).toEqual([])
  })

  it('treats empty filters like absent ones', async () => {
    const empty = { card_no: '', cardholder_no: '', card_unique_no: '' }
    expect(await cardsListed(issuer, { ...theseDays(), ...empty })).toEqual(await cardsListed(issuer, theseDays()))
  })

  it('is paged from page 0, ten at a time unless asked otherwise', async () => {
    const all = await cardsListed(issuer, { ...theseDays(), size: 100 })
    expect(await cardsListed(issuer, theseDays())).toEqual(all.slice(0, 10))
    expect(await cardsListed(issuer, { ...theseDays(), page: 0, size: 1 })).toEqual(all.slice(0, 1))
    expect(await cardsListed(issuer, { ...theseDays(), page: 1, size: 1 })).toEqual(all.slice(1, 2))
    expect(await cardsListed(issuer, { ...theseDays(), page: 1, size: 2 })).toEqual(all.slice(2, 4))
  })

  it('is empty on a page past the end', async () => {
    expect(await cardsListed(issuer, { ...theseDays(), page: 100_000 })).toEqual([])
  })

  it('may span exactly ninety days, written as days or as seconds', async () => {
    await cardsListed(issuer, { start_time: '2026-01-01', end_time: '2026-04-01' })
    await cardsListed(issuer, { start_time: '2026-01-01 12:00:00', end_time: '2026-04-01 12:00:00' })
  })

  it('may span a single day', async () => {
    await cardsListed(issuer, { start_time: '2026-01-01', end_time: '2026-01-01' })
  })
})

describe('the Timezone header', () => {
  it('moves the day a card belongs to', async () => {
    const row = await newestRow()
    const dayIn = (offsetHours: number): Fields => {
      const day = new Date(Number(row?.time) + offsetHours * HOUR_MS).toISOString().slice(0, 10)
      return { start_time: day, end_time: day, card_no: row?.card_no }
    }
    // At UTC+14 it is always at least one day later than at UTC-12.
    expect(await cardsListed(issuer, dayIn(14), { Timezone: 'UTC+14' })).toEqual([row])
    expect(await cardsListed(issuer, dayIn(-12), { Timezone: 'UTC-12' })).toEqual([row])
    expect(await cardsListed(issuer, dayIn(14), { Timezone: 'UTC-12' })).toEqual([])
    expect(await cardsListed(issuer, dayIn(-12), { Timezone: 'UTC+14' })).toEqual([])
  })

  it('moves the seconds of a window', async () => {
    const row = await newestRow()
    const second = (offsetHours: number): string =>
      new Date(Number(row?.time) + offsetHours * HOUR_MS).toISOString().slice(0, 19).replace('T', ' ')
    const window = { start_time: second(-1), end_time: second(1), card_no: row?.card_no }
    expect(await cardsListed(issuer, window, { Timezone: 'UTC' })).toEqual([row])
    expect(await cardsListed(issuer, window, { Timezone: 'UTC+2' })).toEqual([])
    expect(await cardsListed(issuer, window, { Timezone: 'UTC-2' })).toEqual([])
  })

  it('is UTC+8 when it is not sent', async () => {
    const row = await newestRow()
    const localTime = new Date(Number(row?.time) + 8 * HOUR_MS).toISOString()
    const hour = localTime.slice(0, 13).replace('T', ' ')
    const window = { start_time: `${hour}:00:00`, end_time: `${hour}:59:59`, card_no: row?.card_no }
    expect(await cardsListed(issuer, window, {})).toEqual([row])
    expect(await cardsListed(issuer, window, { Timezone: 'UTC+9' })).toEqual([])
  })

  it.each(['UTC', 'utc', 'UTC+8', 'utc+8', 'UTC+08', 'UTC+08:00', 'UTC-12', 'UTC-12:00', 'UTC+14', 'UTC+05:45'])(
    'may be %s',
    async timezone => {
      await cardsListed(issuer, theseDays(), { Timezone: timezone })
    },
  )

  const unreadable = [
    'GMT+8',
    '+08:00',
    '8',
    'Asia/Shanghai',
    'UTC+15',
    'UTC+14:01',
    'UTC+5:30',
    'UTC-12:01',
    'UTC-13',
    'UTC+8:60',
    'UTC+',
    'UTC 8',
    'UTC+8;',
  ]
  it.each(unreadable)('cannot be %s', async timezone => {
    const answer = await issuer.keysecure.post(CARD_LIST, theseDays(), { Timezone: timezone })
    expectError(answer, 1004, 'Timezone invalid parameter')
  })
})

describe('the Language header', () => {
  const texts: [language: string | undefined, success: string, expired: string][] = [
    ['zh_CN', '成功', '时间戳已失效'],
    ['en_US', 'Success', 'Timestamp invalid or expired'],
    ['fr_FR', 'Success', 'Timestamp invalid or expired'],
    [undefined, 'Success', 'Timestamp invalid or expired'],
  ]
  it.each(texts)('%s chooses the language of msg', async (language, success, expired) => {
    const headers = { Language: language }
    const good = await issuer.keysecure.post(CARD_LIST, theseDays(), headers)
    expectCode(good, 0)
    expect(good.envelope.msg).toBe(success)
    expectError(await issuer.keysecure.post(CARD_LIST, theseDays(), { ...headers, Timestamp: '1' }), 1005, expired)
  })
})

describe('the headers every call needs', () => {
  const REQUIRED = 'Api-Key is required'
  const UNKNOWN = 'Api-Key does not exist'
  const EXPIRED = 'Timestamp invalid or expired'
  const NO_TOKEN = 'Access-Token is required'
  const BAD_TOKEN = 'Access-Token invalid or expired'

  const rows: [name: string, headers: () => HeaderOverrides, code: number, msg: string][] = [
    ['no Api-Key', () => ({ 'Api-Key': undefined }), 1002, REQUIRED],
    ['an empty Api-Key', () => ({ 'Api-Key': '' }), 1002, REQUIRED],
    ['an unknown Api-Key', () => ({ 'Api-Key': randomBytes(16).toString('hex') }), 1008, UNKNOWN],
    ['no Timestamp', () => ({ Timestamp: undefined }), 1005, EXPIRED],
    ['an empty Timestamp', () => ({ Timestamp: '' }), 1005, EXPIRED],
    ['a Timestamp 61 s old', () => ({ Timestamp: now(-61_000) }), 1005, EXPIRED],
    ['a Timestamp an hour ahead', () => ({ Timestamp: now(HOUR_MS) }), 1005, EXPIRED],
    ['a Timestamp in seconds', () => ({ Timestamp: now().slice(0, 10) }), 1005, EXPIRED],
    ['a Timestamp of 14 digits', () => ({ Timestamp: `${now()}0` }), 1005, EXPIRED],
    ['a Timestamp with a leading zero', () => ({ Timestamp: `0${now()}` }), 1005, EXPIRED],
    ['a Timestamp with a sign', () => ({ Timestamp: `+${now()}` }), 1005, EXPIRED],
    ['a Timestamp with a fraction', () => ({ Timestamp: `${now()}.5` }), 1005, EXPIRED],
    ['a Timestamp of letters', () => ({ Timestamp: 'abcdefghijklm' }), 1005, EXPIRED],
    ['a Timestamp in hexadecimal', () => ({ Timestamp: '0x18f9c1e2a00' }), 1005, EXPIRED],
    ['no Access-Token', () => ({ 'Access-Token': undefined }), 1006, NO_TOKEN],
    ['an empty Access-Token', () => ({ 'Access-Token': '' }), 1006, NO_TOKEN],
    ['an unknown Access-Token', () => ({ 'Access-Token': randomBytes(24).toString('base64url') }), 1007, BAD_TOKEN],
    ['an Access-Token of 8,000 characters', () => ({ 'Access-Token': 'x'.repeat(8_000) }), 1007, BAD_TOKEN],
  ]
  it.each(rows)('%s is refused', async (_name, headers, code, msg) => {
    expectError(await issuer.keysecure.post(CARD_LIST, theseDays(), headers()), code, msg)
  })

  it.each(rows.slice(0, 14))('get token refuses %s too', async (_name, headers, code, msg) => {
    expectError(await issuer.keysecure.get(TOKEN_PATH, { 'Access-Token': undefined, ...headers() }), code, msg)
  })

  it('a Timestamp one second ahead is refused', async () => {
    // An answer that took a second is no evidence: by then the Timestamp was no longer ahead.
    let answer: KeySecureAnswer
    do answer = await issuer.keysecure.post(CARD_LIST, theseDays(), { Timestamp: now(1_000) })
    while (answer.elapsedMs >= 1_000)
    expectError(answer, 1005, EXPIRED)
  })

  it('a Timestamp 50 seconds old is accepted', async () => {
    expectCode(await issuer.keysecure.post(CARD_LIST, theseDays(), { Timestamp: now(-50_000) }), 0)
  })

  it('a token is accepted only whole', async () => {
    const token = tokenOf(await new KeySecureClient(issuer.keysecure.credentials).logIn())
    for (const altered of [
      token.slice(0, -1),
      `${token}x`,
      token.toUpperCase() === token ? token.toLowerCase() : token.toUpperCase(),
    ]) {
      expectError(await issuer.keysecure.post(CARD_LIST, theseDays(), { 'Access-Token': altered }), 1007, BAD_TOKEN)
    }
  })

  it('Content-Type may be left out: application/json is its default', async () => {
    expectCode(await issuer.keysecure.post(CARD_LIST, theseDays(), { 'Content-Type': undefined }), 0)
  })

  const brokenBody = '{"start_time":'
  const order: [name: string, headers: () => HeaderOverrides, code: number][] = [
    [
      'a missing Api-Key before all others',
      () => ({ 'Api-Key': undefined, Timestamp: '1', 'Access-Token': undefined }),
      1002,
    ],
    [
      'an unknown Api-Key before Timestamp and token',
      () => ({ 'Api-Key': 'x', Timestamp: '1', 'Access-Token': undefined }),
      1008,
    ],
    ['the Timestamp before the token', () => ({ Timestamp: '1', 'Access-Token': undefined }), 1005],
    ['a missing token before the body', () => ({ 'Access-Token': undefined }), 1006],
    ['a wrong token before the body', () => ({ 'Access-Token': 'x' }), 1007],
    ['the body at last', () => ({}), 1004],
  ]
  it.each(order)('when several things are wrong, %s', async (_name, headers, code) => {
    expectError(await issuer.keysecure.send('POST', CARD_LIST, brokenBody, headers()), code)
  })
})

describe('a card list request', () => {
  const rows: [name: string, changes: Fields, expected: [code: number, msg: string]][] = [
    ['no start_time', { start_time: undefined }, invalid('start_time')],
    ['an empty start_time', { start_time: '' }, invalid('start_time')],
    ['a null start_time', { start_time: null }, invalid('start_time')],
    ['no end_time', { end_time: undefined }, invalid('end_time')],
    ['an empty end_time', { end_time: '' }, invalid('end_time')],
    ['a start_time that does not exist', { start_time: '2026-02-30' }, invalid('start_time')],
    ['a start_time with an hour that does not exist', { start_time: '2026-01-01 24:00:00' }, invalid('start_time')],
    ['a start_time without leading zeros', { start_time: '2026-1-1' }, invalid('start_time')],
    ['a start_time in ISO form', { start_time: '2026-01-01T00:00:00Z' }, invalid('start_time')],
    ['a numeric start_time', { start_time: 1_716_307_200_000 }, invalid('start_time')],
    ['an end_time of words', { end_time: 'today' }, invalid('end_time')],
    ['a list as end_time', { end_time: ['2026-01-02'] }, invalid('end_time')],
    ['size 101', { size: 101 }, invalid('size')],
    ['size 0', { size: 0 }, invalid('size')],
    ['size -1', { size: -1 }, invalid('size')],
    ['size 1.5', { size: 1.5 }, invalid('size')],
    ['size as a string', { size: '10' }, invalid('size')],
    ['page -1', { page: -1 }, invalid('page')],
    ['page 0.5', { page: 0.5 }, invalid('page')],
    ['an object as page', { page: {} }, invalid('page')],
    ['a numeric card_no', { card_no: 5 }, invalid('card_no')],
    ['an object as cardholder_no', { cardholder_no: {} }, invalid('cardholder_no')],
    ['a list as card_unique_no', { card_unique_no: [] }, invalid('card_unique_no')],
    [
      'an end before its start',
      { start_time: '2026-01-02', end_time: '2026-01-01' },
      [1019, 'Query end time must be after start time'],
    ],
    [
      'an end a second before its start',
      { start_time: '2026-01-01 00:00:01', end_time: '2026-01-01 00:00:00' },
      [1019, 'Query end time must be after start time'],
    ],
    [
      '91 days',
      { start_time: '2026-01-01', end_time: '2026-04-02' },
      [1020, 'Query time range exceeds the allowed limit'],
    ],
    [
      '90 days and a second',
      { start_time: '2026-01-01 00:00:00', end_time: '2026-04-01 00:00:01' },
      [1020, 'Query time range exceeds the allowed limit'],
    ],
  ]
  it.each(rows)('with %s is refused', async (_name, changes, [code, msg]) => {
    const body = { start_time: '2026-01-01', end_time: '2026-01-02', ...changes }
    expectError(await issuer.keysecure.post(CARD_LIST, body), code, msg)
  })

  const valid = JSON.stringify(theseDays())
  const bodies: [name: string, body: string | Buffer | undefined][] = [
    ['broken JSON', valid.slice(0, -1)],
    ['no body', undefined],
    ['an empty body', ''],
    ['a JSON array', `[${valid}]`],
    ['a JSON string', '"list"'],
    ['JSON null', 'null'],
    ['a key twice', valid.replace('{', '{"page":0,"page":1,')],
    ['nesting of 33 levels', valid.replace('{', `{"x":${'['.repeat(33)}${']'.repeat(33)},`)],
    ['nesting of 100,000 levels', valid.replace('{', `{"x":${'['.repeat(100_000)}${']'.repeat(100_000)},`)],
    ['a NUL character', valid.replace('{', '{"card_no":"a\\u0000b",')],
    ['a lone surrogate', valid.replace('{', '{"card_no":"\\ud800",')],
    ['a number beyond the safe integers', valid.replace('{', '{"page":9007199254740993,')],
    ['bytes that are not UTF-8', Buffer.concat([Buffer.from('{"card_no":"'), Buffer.of(0xff), Buffer.from('"}')])],
    ['more than 256 kB', valid + ' '.repeat(300_000)],
  ]
  it.each(bodies)('of %s is refused', async (_name, body) => {
    expectError(await issuer.keysecure.send('POST', CARD_LIST, body), 1004)
  })

  it('says in Chinese which field is wrong', async () => {
    const body = { start_time: '2026-01-01' }
    const answer = await issuer.keysecure.post(CARD_LIST, body, { Language: 'zh_CN' })
    expectError(answer, 1004)
    expect(answer.envelope.msg).toMatch(/^end_time /)
  })
})

describe('a path nobody described', () => {
  const paths: [method: string, path: string][] = [
    ['POST', '/open-api/v1/card/no-such-call'],
    ['GET', '/open-api/v1/no-such-call'],
    ['POST', '/open-api/v2/card/list'],
    ['GET', '/open-api'],
  ]
  it.each(paths)('%s %s is 404 with the envelope', async (method, path) => {
    const answer = await issuer.keysecure.send(method, path, method === 'POST' ? '{}' : undefined)
    expect(answer.status, shown(answer)).toBe(404)
    expect(violations(keysecureError, answer.envelope, 'body'), shown(answer)).toEqual([])
  })

  it('includes a described path under another method', async () => {
    for (const [method, path] of [
      ['GET', CARD_LIST],
      ['POST', TOKEN_PATH],
      ['DELETE', CARD_LIST],
    ] as const) {
      const answer = await issuer.keysecure.send(method, path, method === 'POST' ? '{}' : undefined)
      expect([200, 404, 405], shown(answer)).toContain(answer.status)
      expect(violations(keysecureError, answer.envelope, 'body'), shown(answer)).toEqual([])
    }
  })
})

describe('cardholder and card applications', () => {
  it('a cardholder application answers with both numbers', async () => {
    const body = applicant()
    const answer = await issuer.keysecure.post(CARDHOLDER_APPLY, body)
    expectCode(answer, 0)
    const expected = { cardholder_no: expect.stringMatching(/^U\d+$/), cardholder_unique_no: body.cardholder_unique_no }
    expect(answer.envelope.data).toEqual(expected)
  })

  it('a cardholder number that is taken is refused', async () => {
    const body = applicant()
    expectCode(await issuer.keysecure.post(CARDHOLDER_APPLY, body), 0)
    expectError(await issuer.keysecure.post(CARDHOLDER_APPLY, body), 2001, 'Cardholder already exists')
  })

  it.each(['cardholder_unique_no', 'sumsub_share_token'])(
    'a cardholder application without %s is refused',
    async field => {
      const answer = await issuer.keysecure.post(CARDHOLDER_APPLY, { ...applicant(), [field]: '' })
      expectError(answer, 1004, `${field} invalid parameter`)
    },
  )

  it('the update of an unknown cardholder is refused', async () => {
    const answer = await issuer.keysecure.post(CARDHOLDER_APPLY, { ...applicant(), cardholder_no: 'U999999999999' })
    expectError(answer, 2002, 'Cardholder does not exist')
  })

  it('a card applied for is listed under the number the merchant chose', async () => {
    const body = await application()
    const answer = await issuer.keysecure.post(CARD_APPLY, body)
    expectCode(answer, 0)
    const expected = { card_no: expect.stringMatching(/^C\d+$/), card_unique_no: body.card_unique_no }
    expect(answer.envelope.data).toEqual(expected)
    const rows = await cardsListed(issuer, { ...theseDays(), card_unique_no: body.card_unique_no })
    const { card_unique_no, cardholder_no } = body
    expect(rows).toEqual([expect.objectContaining({ card_unique_no, cardholder_no, card_type: 'Virtual' })])
    expect(rows.flatMap(row => violations(listedCard, row))).toEqual([])
  })

  it('a card number that is taken is refused and makes no card', async () => {
    const body = await application()
    expectCode(await issuer.keysecure.post(CARD_APPLY, body), 0)
    const before = await given.cardCount(issuer)
    expectError(await issuer.keysecure.post(CARD_APPLY, body), 4002)
    expect(await given.cardCount(issuer)).toBe(before)
  })

  const rows: [name: string, changes: Fields, code: number, msg?: string][] = [
    ['no cardholder_no', { cardholder_no: undefined }, 1004, 'cardholder_no invalid parameter'],
    ['no card_unique_no', { card_unique_no: '' }, 1004, 'card_unique_no invalid parameter'],
    ['a card_unique_no of 65 characters', { card_unique_no: 'x'.repeat(65) }, 1004, 'card_unique_no invalid parameter'],
    ['no card_type', { card_type: undefined }, 1004, 'card_type invalid parameter'],
    ['an unknown card_type', { card_type: 'Plastic' }, 1004, 'card_type invalid parameter'],
    ['a card_type in small letters', { card_type: 'virtual' }, 1004, 'card_type invalid parameter'],
    ['neither package nor BIN', { package_no: '', card_bin_no: '' }, 1004],
    ['an unknown cardholder', { cardholder_no: 'U999999999999' }, 2002, 'Cardholder does not exist'],
  ]
  it.each(rows)('a card application with %s is refused and makes no card', async (_name, changes, code, msg) => {
    const body = await application(changes)
    const before = await given.cardCount(issuer)
    expectError(await issuer.keysecure.post(CARD_APPLY, body), code, msg)
    expect(await given.cardCount(issuer)).toBe(before)
  })

  it('an unknown package or BIN makes no card', async () => {
    const body = await application({ package_no: 'P999999999999', card_bin_no: 'B999999999999' })
    const answer = await issuer.keysecure.post(CARD_APPLY, body)
    expect([4003, 4004], shown(answer)).toContain(answer.envelope.code)
  })
})

function expectCode(answer: KeySecureAnswer, code: number): void {
  expect(answer.status, shown(answer)).toBe(200)
  expect(answer.envelope.code, shown(answer)).toBe(code)
}

/** HTTP 200, `code` and `msg`, and no data. */
function expectError(answer: KeySecureAnswer, code: number, msg?: string): void {
  expectCode(answer, code)
  expect(violations(keysecureError, answer.envelope, 'body'), shown(answer)).toEqual([])
  if (msg !== undefined) expect(answer.envelope.msg).toBe(msg)
}

function tokenOf(answer: KeySecureAnswer): string {
  const { data } = answer.envelope
  return isRecord(data) ? String(data.access_token) : ''
}

function unique(): string {
  return `TEST_${randomBytes(8).toString('hex')}`
}

async function newestRow(): Promise<Fields | undefined> {
  const [row] = await cardsListed(issuer, { ...theseDays(), size: 1 })
  return row
}
