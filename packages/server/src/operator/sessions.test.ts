import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { assertDescribed } from '../../../../test/support/reference.ts'

const SESSION = '/operator/v1/session'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
})

afterAll(() => door.close())

type Answer = { status: number; headers: Record<string, unknown>; body: Record<string, never>; text: string }

/** An address of its own for each test, as failures are counted by address. */
let address = 0
beforeEach(() => {
  address += 1
})

async function call(request: InjectOptions & { method: NonNullable<InjectOptions['method']>; url: string }) {
  const answer = await door.server.inject({ remoteAddress: `192.0.2.${address}`, ...request })
  const { statusCode: status, headers, body: text } = answer
  const body = JSON.parse(text) as Record<string, never>
  assertDescribed('operator', { method: request.method, path: request.url, status, answer: body })
  return { status, headers, body, text } satisfies Answer
}

const signIn = (operatorKey = door.key, headers: Record<string, string> = {}) =>
  call({ method: 'POST', url: SESSION, payload: { operatorKey }, headers })

async function cookie(): Promise<string> {
  const { headers } = await signIn()
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

function pass(time: Temporal.DurationLike): void {
  const { clock } = door.useCases
  clock.set(clock.now().add(time).toString())
}

const BESIDE = { 'openissuer-session': '1' }

const codeOf = ({ status, body }: Answer) => `${status} ${(body as { error?: { code: string } }).error?.code ?? 'ok'}`

describe('signing in', () => {
  test('gives a cookie that pages cannot read and other sites do not send', async () => {
    const { status, headers, body } = await signIn()
    expect(status).toBe(200)
    expect(body).toEqual({
      keyId: expect.any(String),
      name: 'test',
      role: 'reveal',
      mode: 'sandbox',
      expiresAt: door.useCases.clock.now().add({ hours: 12 }).toString(),
    })
    expect(headers['set-cookie']).toMatch(
      /^openissuer_session=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/operator\/v1; Max-Age=43200$/,
    )
    expect(headers['cache-control']).toBe('no-store')
  })

  test('is refused with a key that does not count, and leaves nothing', async () => {
    const before = (await door.useCases.pool.query('select from operator_session')).rowCount
    const answer = await signIn('op_not-a-key')
    expect([codeOf(answer), answer.headers['set-cookie']]).toEqual(['401 unauthorized', undefined])
    expect((await door.useCases.pool.query('select from operator_session')).rowCount).toBe(before)
  })

  test.each(['cross-site', 'same-site', 'none'])('from a page that is %s is refused', async site => {
    expect(codeOf(await signIn(door.key, { 'sec-fetch-site': site }))).toBe('403 cross-origin')
  })

  test('keeps neither key nor token in the database', async () => {
    const token = (await cookie()).split('=')[1] ?? ''
    const { rows } = await door.useCases.pool.query(
      `select (select json_agg(s) from operator_session s)::text || (select json_agg(k) from operator_key k)::text
           || coalesce((select json_agg(i) from idempotency_key i)::text, '')
           || (select json_agg(a) from audit_log a)::text as kept`,
    )
    const kept = String(rows[0].kept)
    expect(kept).toContain('session_hash')
    for (const secret of [token, door.key, Buffer.from(token).toString('hex'), Buffer.from(door.key).toString('hex')]) {
      expect(kept).not.toContain(secret)
    }
  })

  test('leaves a line in the audit log that names the key', async () => {
    const { body } = await signIn()
    const { rows } = await door.useCases.pool.query(
      'select actor, action from audit_log order by audit_id desc limit 1',
    )
    expect(rows).toEqual([{ actor: `operator-key:${String(body['keyId'])}`, action: 'POST /operator/v1/session' }])
  })

  test('takes no Idempotency-Key, as its answer is kept nowhere', async () => {
    expect(codeOf(await signIn(door.key, { 'idempotency-key': 'again' }))).toBe('400 invalid-request')
  })
})

describe('a session', () => {
  test('opens what its key opens, for as long as it lasts', async () => {
    const headers = { cookie: await cookie(), ...BESIDE }
    const read = () => call({ method: 'GET', url: '/operator/v1/partners', headers })
    expect((await read()).status).toBe(200)
    const partner = { method: 'POST', url: '/operator/v1/partners', payload: { name: 'Acme', keysecure: {} } } as const
    expect((await call({ ...partner, headers })).status).toBe(201)
    pass({ hours: 11, minutes: 59 })
    expect((await read()).status).toBe(200)
    pass({ minutes: 1 })
    expect(codeOf(await read())).toBe('401 unauthorized')
  })

  test.each([
    ['without the header of its pages', {}],
    ['with another value of it', { 'openissuer-session': '0' }],
    ['sent for a page of another site', { ...BESIDE, 'sec-fetch-site': 'cross-site' }],
    ['sent for a page of a neighbour', { ...BESIDE, 'sec-fetch-site': 'same-site' }],
    ['sent by a link or the address bar', { ...BESIDE, 'sec-fetch-site': 'none' }],
  ])('%s opens nothing, for reading either', async (_name, beside: Record<string, string>) => {
    const headers = { cookie: await cookie(), ...beside }
    expect(codeOf(await call({ method: 'GET', url: SESSION, headers }))).toBe('403 cross-origin')
    expect(codeOf(await call({ method: 'DELETE', url: SESSION, headers }))).toBe('403 cross-origin')
  })

  test('is found among other cookies', async () => {
    const headers = { cookie: `theme=dark; ${await cookie()}; other=1`, ...BESIDE, 'sec-fetch-site': 'same-origin' }
    expect((await call({ method: 'GET', url: SESSION, headers })).body).toMatchObject({ name: 'test' })
  })

  test.each(['openissuer_session=', 'openissuer_session=guess', 'openissuer_sessions=x', 'openissuer_session'])(
    'that is %j is none',
    async given => {
      expect(codeOf(await call({ method: 'GET', url: SESSION, headers: { cookie: given, ...BESIDE } }))).toBe(
        '401 unauthorized',
      )
    },
  )

  test('does not stand in for a bearer key that is wrong', async () => {
    const headers = { cookie: await cookie(), ...BESIDE, authorization: 'Bearer op_wrong' }
    expect(codeOf(await call({ method: 'GET', url: SESSION, headers }))).toBe('401 unauthorized')
  })

  test('ends when it signs out, and no other one does', async () => {
    const [one, other] = [await cookie(), await cookie()]
    const ended = await call({ method: 'DELETE', url: SESSION, headers: { cookie: one, ...BESIDE } })
    expect(ended.body).toEqual({ signedOut: true })
    expect(ended.headers['set-cookie']).toMatch(/^openissuer_session=; .*Max-Age=0$/)
    const show = (given: string) => call({ method: 'GET', url: SESSION, headers: { cookie: given, ...BESIDE } })
    expect([codeOf(await show(one)), codeOf(await show(other))]).toEqual(['401 unauthorized', '200 ok'])
  })

  test('that is over is forgotten when somebody signs in', async () => {
    await cookie()
    pass({ hours: 12 })
    await cookie()
    expect((await door.useCases.pool.query('select from operator_session')).rowCount).toBe(1)
  })
})

test('a bearer key is shown as whoever it is, and has no session to end', async () => {
  expect((await door.call('GET', SESSION)).body).toMatchObject({ name: 'test', role: 'reveal', expiresAt: null })
  expect((await door.call('DELETE', SESSION)).body).toEqual({ signedOut: false })
})

describe('keys that do not count', () => {
  test('are told to wait after ten in a minute, and a good key is not held up', async () => {
    for (let i = 0; i < 5; i++) {
      expect(codeOf(await signIn(`op_guess${i}`))).toBe('401 unauthorized')
      const headers = { authorization: `Bearer op_guess${i}` }
      expect(codeOf(await call({ method: 'GET', url: SESSION, headers }))).toBe('401 unauthorized')
    }
    const limited = await signIn('op_guess')
    expect(codeOf(limited)).toBe('429 too-many-failures')
    expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0)
    expect(Number(limited.headers['retry-after'])).toBeLessThanOrEqual(60)
    expect((await signIn()).status).toBe(200)
    address += 1
    expect(codeOf(await signIn('op_guess'))).toBe('401 unauthorized')
  })

  test('are not counted where none was brought', async () => {
    for (let i = 0; i < 11; i++) expect(codeOf(await call({ method: 'GET', url: SESSION }))).toBe('401 unauthorized')
  })
})
