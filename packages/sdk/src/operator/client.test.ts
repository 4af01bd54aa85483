import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ServerError,
  TimeoutError,
  UnexpectedAnswerError,
} from '../errors.ts'
import { failureOf } from '../failure.fixture.ts'
import { type FakeApi, fakeApi, json, type Scripted } from '../fake-api.fixture.ts'
import { OperatorClient } from './client.ts'

const KEY = 'operator-key-that-nobody-may-see'

function clientOf(...script: Scripted[]): { client: OperatorClient; api: FakeApi } {
  const api = fakeApi(script)
  return { client: new OperatorClient({ ...api.options, operatorKey: KEY }), api }
}

const refusal = (code: string, field?: string) => ({ error: { code, message: `It is ${code}.`, field } })
const reading = { now: '2026-05-22T12:00:00Z', state: 'real' }

test('a call carries the key, and values in its path stay one segment each', async () => {
  const { client, api } = clientOf(json(200, {}))
  await client.partners.responder('1/../2?x')
  expect(api.asked[0]).toMatchObject({
    url: 'http://issuer.test/base/operator/v1/partners/1%2F..%2F2%3Fx/responder',
    method: 'GET',
    headers: { Authorization: `Bearer ${KEY}` },
  })
})

test.each(['', '.', '..'])('the id %o is refused before anything is sent', async id => {
  const { client, api } = clientOf()
  expect(() => client.partners.responder(id)).toThrow(TypeError)
  expect(api.asked).toEqual([])
})

test('a change keeps its Idempotency-Key over its repetitions, and each call has another', async () => {
  const { client, api } = clientOf(
    new Error('reset'),
    json(503, refusal('issuer-overloaded')),
    json(200, reading),
    json(200, reading),
  )
  await client.clock.freeze()
  await client.clock.freeze()
  const keys = api.asked.map(({ headers }) => headers['Idempotency-Key'])
  expect(keys[0]).toMatch(/^[\x21-\x7e]{1,128}$/)
  expect(keys.slice(0, 3)).toEqual([keys[0], keys[0], keys[0]])
  expect(keys[3]).not.toBe(keys[0])
})

test('waits between attempts double and are shortened by chance', async () => {
  const { client, api } = clientOf(...Array.from({ length: 8 }, () => new Error('reset')))
  await failureOf(client.clock.read({ retries: 7 }))
  expect(api.waits).toEqual([100, 200, 400, 800, 1_600, 2_500, 2_500])
})

test.each([
  ['a broken connection', 3, () => new Error('reset')],
  ['502', 3, () => json(502, refusal('bad-gateway'))],
  ['503 without a body of ours', 3, () => new Response('<html>', { status: 503 })],
  ['429', 3, () => json(429, refusal('too-many-requests'))],
  ['500', 1, () => json(500, refusal('internal'))],
  ['409', 1, () => json(409, refusal('duplicate-request'))],
  ['a page of a proxy', 1, () => new Response('<html>', { status: 200 })],
] as const)('%s is tried %i times', async (_name, attempts, answer) => {
  const { client, api } = clientOf(answer(), answer(), answer(), answer())
  await failureOf(client.clock.freeze())
  expect(api.asked).toHaveLength(attempts)
})

test('what would be another call the second time is not repeated after it may have arrived', async () => {
  const lost = clientOf(new Error('reset'))
  expect(await failureOf(lost.client.simulations.expire({ authorizationId: '1' }))).toBeInstanceOf(ConnectionError)
  const limited = clientOf(json(429, refusal('too-many-requests')), json(200, { eventId: '7' }))
  expect(await limited.client.simulations.expire({ authorizationId: '1' })).toEqual({ eventId: '7' })
})

test('Retry-After is kept, and nobody waits longer than half a minute for it', async () => {
  const soon = clientOf(json(429, refusal('too-many-requests'), { 'Retry-After': '3' }), json(200, reading))
  await soon.client.clock.read()
  expect(soon.api.waits).toEqual([3_000])
  const late = clientOf(json(429, refusal('too-many-requests'), { 'Retry-After': '31' }))
  expect(await failureOf(late.client.clock.read())).toBeInstanceOf(RateLimitError)
})

test('a time-out ends an attempt, and the last one is told', async () => {
  const { client, api } = clientOf('hang', 'hang')
  const error = await failureOf(client.clock.read({ timeoutMs: 5, retries: 1 }))
  expect(error).toBeInstanceOf(TimeoutError)
  expect(error).toMatchObject({ timeoutMs: 5 })
  expect(api.asked).toHaveLength(2)
})

test('a body that stops half-way is a time-out too', async () => {
  const endless = new Response(new ReadableStream({ start: stream => stream.enqueue(new TextEncoder().encode('{')) }))
  const { client } = clientOf(endless)
  expect(await failureOf(client.clock.read({ timeoutMs: 5, retries: 0 }))).toBeInstanceOf(TimeoutError)
})

test('an aborted call fails with the reason of the signal and is not repeated', async () => {
  const { client, api } = clientOf('hang')
  const control = new AbortController()
  const failure = failureOf(client.clock.read({ signal: control.signal }))
  const reason = new Error('enough')
  control.abort(reason)
  expect(await failure).toBe(reason)
  expect(await failureOf(client.clock.read({ signal: control.signal }))).toBe(reason)
  expect(api.asked).toHaveLength(1)
})

test.each([
  [400, InvalidRequestError],
  [401, AuthenticationError],
  [403, PermissionError],
  [404, NotFoundError],
  [409, ConflictError],
  [418, ApiError],
  [422, InvalidRequestError],
  [429, RateLimitError],
  [500, ServerError],
  [503, ServerError],
])('%d is told with code, field, status and request id', async (status, kind) => {
  const { client, api } = clientOf(json(status, refusal('some-code', 'amount')))
  const error = await failureOf(client.clock.set('2026-06-01T00:00:00Z', { retries: 0 }))
  expect(error).toBeInstanceOf(kind)
  expect(error).toMatchObject({
    name: kind.name,
    message: 'It is some-code.',
    code: 'some-code',
    field: 'amount',
    status,
    requestId: api.asked[0]?.headers['Idempotency-Key'],
  })
})

test.each([
  ['text', () => new Response('hello', { status: 200 })],
  ['a redirect', () => new Response(null, { status: 307, headers: { location: 'http://elsewhere.test/' } })],
  ['an error of another form', () => json(400, { message: 'no' })],
  ['nothing', () => new Response(null, { status: 404 })],
])('%s is an unexpected answer', async (_name, answer) => {
  expect(await failureOf(clientOf(answer()).client.clock.read())).toBeInstanceOf(UnexpectedAnswerError)
})

test('an answer larger than 16 MiB is not read to its end', async () => {
  let sent = 0
  const endless = new ReadableStream<Uint8Array>({
    pull: stream => {
      sent += 1
      stream.enqueue(new Uint8Array(1024 * 1024))
    },
  })
  const error = await failureOf(clientOf(new Response(endless)).client.clock.read())
  expect(error).toBeInstanceOf(UnexpectedAnswerError)
  expect(sent).toBeLessThan(20)
})

test('neither the client nor its errors show the key', async () => {
  const { client } = clientOf(json(401, refusal('unauthorized')), new Error('reset'))
  const errors = [await failureOf(client.clock.read()), await failureOf(client.clock.read({ retries: 0 }))]
  for (const shown of [client, ...errors]) {
    expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain(KEY)
    expect(JSON.stringify(shown)).not.toContain(KEY)
    expect(String(shown)).not.toContain(KEY)
  }
})

test.each(['not a url', 'ftp://issuer.test', 'http://user:pass@issuer.test', 'http://issuer.test/?key=1'])(
  'the base URL %s is refused',
  baseUrl => {
    expect(() => new OperatorClient({ baseUrl, operatorKey: KEY })).toThrow(TypeError)
  },
)

test.each([
  { timeoutMs: 0 },
  { timeoutMs: Number.POSITIVE_INFINITY },
  { timeoutMs: Number.NaN },
  { retries: -1 },
  { retries: 0.5 },
])('%o is refused, of the client and of a call', async wrong => {
  expect(() => new OperatorClient({ baseUrl: 'http://issuer.test', operatorKey: KEY, ...wrong })).toThrow(TypeError)
  expect(await failureOf(clientOf().client.clock.read(wrong))).toBeInstanceOf(TypeError)
})

test('lists are read page by page until one is short', async () => {
  const limits = (from: number, count: number) =>
    json(200, { spendLimits: Array.from({ length: count }, (_, at) => ({ limitId: String(from + at) })) })
  const { client, api } = clientOf(limits(0, 100), limits(100, 100), limits(200, 1))
  const ids: string[] = []
  for await (const { limitId } of client.spendLimits.listAll('7', { scopeKind: 'card', scopeId: '9' }))
    ids.push(limitId)
  expect(ids).toEqual(Array.from({ length: 201 }, (_, at) => String(at)))
  expect(api.asked.map(({ url }) => new URL(url).search)).toEqual([
    '?scopeKind=card&scopeId=9&offset=0&limit=100',
    '?scopeKind=card&scopeId=9&offset=100&limit=100',
    '?scopeKind=card&scopeId=9&offset=200&limit=100',
  ])
})

test('a loop that ends early reads no further page, and one that does not goes from cursor to cursor', async () => {
  const cards = ['a', 'b'].map(cardId => ({ cardId }))
  const pages = () => [json(200, { cards, nextCursor: 'next' }), json(200, { cards, nextCursor: null })]
  const early = clientOf(...pages())
  for await (const { cardId } of early.client.cards.listAll('7', { status: 'active' })) if (cardId === 'b') break
  expect(early.api.asked).toHaveLength(1)
  const { client, api } = clientOf(...pages())
  const ids: string[] = []
  for await (const { cardId } of client.cards.listAll('7', { status: 'active' })) ids.push(cardId)
  expect(ids).toEqual(['a', 'b', 'a', 'b'])
  expect(api.asked.map(({ url }) => new URL(url).search)).toEqual([
    '?status=active&limit=200',
    '?status=active&limit=200&cursor=next',
  ])
})
