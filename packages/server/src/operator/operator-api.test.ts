import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'

const PARTNERS = '/operator/v1/partners'
const PARTNER = { name: 'Acme', keysecure: {} }

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
})

afterAll(() => door.close())

async function partnerCount(): Promise<number | null> {
  return (await door.useCases.pool.query('select from partner')).rowCount
}

describe('the operator key', () => {
  const ways = (key: string): Record<string, string> => ({
    'is missing': '',
    'is another one': 'Bearer op_not-a-key',
    'has one character more': `Bearer ${key}x`,
    'lacks its last character': `Bearer ${key.slice(0, -1)}`,
    'comes with another scheme': `Basic ${key}`,
    'comes without a scheme': key,
    'is empty': 'Bearer ',
    'follows two blanks': `Bearer  ${key}`,
    'is followed by more': `Bearer ${key} ${key}`,
    'is the hash of a key': `Bearer ${Buffer.from(key).toString('hex')}`,
  })

  /** Each from an address of its own, as failures are counted by address. */
  let address = 0
  const postAs = (authorization: string, url: string, payload: string) => {
    address += 1
    const headers = { authorization, 'content-type': 'application/json' }
    return door.server.inject({ method: 'POST', url, payload, headers, remoteAddress: `192.0.2.${address}` })
  }

  test.each(Object.keys(ways('')))('that %s opens nothing, for a known path or another', async way => {
    const before = await partnerCount()
    for (const path of [PARTNERS, '/operator/v1/no-such-thing']) {
      const answer = await postAs(ways(door.key)[way] ?? '', path, JSON.stringify(PARTNER))
      expect(answer.statusCode).toBe(401)
      expect(answer.json()).toMatchObject({ error: { code: 'unauthorized' } })
    }
    expect(await partnerCount()).toBe(before)
  })

  test('is asked for before the body is read', async () => {
    expect((await postAs('Bearer nothing', PARTNERS, '{ broken')).statusCode).toBe(401)
  })

  test.each(['Bearer', 'bearer', 'BEARER'])('is taken with the scheme written %s', async scheme => {
    const { status } = await door.post(PARTNERS, PARTNER, { authorization: `${scheme} ${door.key}` })
    expect(status).toBe(201)
  })
})

describe('a body', () => {
  const deep = `${'['.repeat(33)}${']'.repeat(33)}`

  test.each([
    ['broken JSON', '{"name":"Acme",', 'syntax'],
    ['text after the JSON', '{"name":"Acme"} x', 'syntax'],
    ['nothing', '', 'syntax'],
    ['a key twice', '{"name":"Acme","name":"Evil","keysecure":{}}', 'duplicate-key'],
    [
      'a key twice inside',
      '{"name":"Acme","pagsmile":{"unlimitedDateRange":true,"unlimitedDateRange":false}}',
      'duplicate-key',
    ],
    ['an integer beyond a double', '{"name":"Acme","n":9007199254740993}', 'unsafe-number'],
    ['a NUL', '{"name":"A\\u0000","keysecure":{}}', 'nul'],
    ['half a surrogate pair', '{"name":"\\ud800","keysecure":{}}', 'lone-surrogate'],
    ['33 levels', `{"name":${deep}}`, 'depth'],
  ])('with %s is refused: %s', async (_name, payload, reason) => {
    const { status, body } = await door.post(PARTNERS, payload)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'invalid-request', message: expect.stringContaining(reason) })
  })

  test('that is not UTF-8 is refused', async () => {
    const { status, body } = await door.post(PARTNERS, Buffer.from([0x7b, 0xff, 0x7d]))
    expect(status).toBe(400)
    expect(body.error.message).toContain('encoding')
  })

  test.each(['null', '[]', '"text"', '5', 'true'])('that is %s is refused: it must be an object', async payload => {
    const { status, body } = await door.post(PARTNERS, payload)
    expect([status, body.error.code]).toEqual([400, 'invalid-request'])
  })

  test('that is missing is refused', async () => {
    const { status, body } = await door.post(PARTNERS)
    expect([status, body.error.code]).toEqual([400, 'invalid-request'])
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'multipart/form-data; boundary=x'])(
    'of type %s is refused',
    async type => {
      const { status, body } = await door.post(PARTNERS, JSON.stringify(PARTNER), { 'content-type': type })
      expect([status, body.error.code]).toEqual([415, 'invalid-request'])
    },
  )

  test('of JSON with a charset is read', async () => {
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    expect((await door.post(PARTNERS, JSON.stringify(PARTNER), headers)).status).toBe(201)
  })

  test('above 256 kB is refused', async () => {
    const { status, body } = await door.post(PARTNERS, { ...PARTNER, name: 'x'.repeat(256 * 1024) })
    expect([status, body.error.code]).toEqual([413, 'invalid-request'])
  })

  test('with an unknown field is told which', async () => {
    const { body } = await door.post(PARTNERS, { ...PARTNER, colour: 'red' })
    expect(body.error).toMatchObject({ field: 'colour', message: 'colour is not a known field.' })
  })

  test.each([
    '{"name":"6587040000002976",}',
    '{"name":"Acme","6587040000002976":1}',
    '{"name":{"6587040000002976":1}}',
  ])('never comes back in a refusal, in a place where it should not be: %s', async payload => {
    const { status, text } = await door.post(PARTNERS, payload)
    expect(status).toBe(400)
    expect(text).not.toContain('6587040000002976')
  })
})

describe('an address', () => {
  test.each([
    ['GET', '/operator/v1/no-such-thing'],
    ['PATCH', PARTNERS],
    ['DELETE', PARTNERS],
    ['POST', `${PARTNERS}/`],
    ['POST', '/operator/v1/'],
    ['POST', '/operator/v1/partners/%00/nothing'],
    ['POST', '/operator/v1/%E0%A4%A'],
    ['GET', '/operator/v2/partners'],
  ] as const)('%s %s leads nowhere', async (method, path) => {
    const { status, body } = await door.call(method, path)
    expect([status, body.error.code]).toEqual([404, 'not-found'])
  })
})

describe('an idempotency key', () => {
  test.each(['', ' ', 'with blank', 'ü', 'x'.repeat(129), 'a, b'])('%j is refused', async key => {
    const { status, body } = await door.post(PARTNERS, PARTNER, { 'idempotency-key': key })
    expect([status, body.error.code]).toEqual([400, 'invalid-request'])
  })

  test('of 128 characters is taken, and one request makes one partner', async () => {
    const headers = { 'idempotency-key': 'k'.repeat(128) }
    const first = await door.post(PARTNERS, PARTNER, headers)
    const count = await partnerCount()
    const again = await door.post(PARTNERS, PARTNER, headers)
    expect(first.status).toBe(201)
    expect(again).toEqual(first)
    expect(await partnerCount()).toBe(count)
  })

  test('with another body is refused', async () => {
    const headers = { 'idempotency-key': 'other-body' }
    await door.post(PARTNERS, PARTNER, headers)
    const { status, body } = await door.post(PARTNERS, { ...PARTNER, name: 'Other' }, headers)
    expect([status, body.error.code]).toEqual([409, 'duplicate-request'])
  })

  test('of a refused request is free', async () => {
    const headers = { 'idempotency-key': 'refused' }
    const wrong = { ...PARTNER, openingBalance: '0' }
    expect((await door.post(PARTNERS, wrong, headers)).status).toBe(400)
    expect((await door.post(PARTNERS, PARTNER, headers)).status).toBe(201)
  })

  test('that comes many times at once makes one partner', async () => {
    const before = (await partnerCount()) ?? 0
    const headers = { 'idempotency-key': 'at-once' }
    const answers = await Promise.all(Array.from({ length: 8 }, () => door.post(PARTNERS, PARTNER, headers)))
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await partnerCount()).toBe(before + 1)
  })
})
