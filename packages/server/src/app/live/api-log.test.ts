import { beforeEach, expect, test } from 'vitest'
import { type AnsweredCall, ApiLog, CALLS_MAX, UNPROVED_CALLS_MAX } from './api-log.ts'

const KNOWN = new Set(['card_token', 'pin', 'code', 'note'])
const AT = Temporal.Instant.from('2026-05-22T12:00:00Z')

const CALL: AnsweredCall = {
  dialect: 'pagsmile',
  proved: true,
  partnerId: 1n,
  credential: 'app',
  method: 'POST',
  path: '/issuing/card/query-card-info',
  requestId: 'r-1',
  request: { card_token: '450620141926' },
  answer: { code: '10000' },
  status: 200,
  code: '10000',
  subCode: null,
  latencyMs: 2,
  address: '203.0.113.9',
}

let log: ApiLog

beforeEach(() => {
  log = new ApiLog({ now: () => AT })
})

const record = (change: Partial<AnsweredCall> = {}) => log.record({ ...CALL, ...change }, KNOWN)
const ids = (filter: Partial<Parameters<ApiLog['list']>[0]> = {}) =>
  log.list({ limit: 1_000, ...filter }).map(({ callId }) => Number(callId))

test('the newest come first, and a page goes on after the last', () => {
  for (let i = 0; i < 5; i++) record({ dialect: i % 2 === 0 ? 'pagsmile' : 'keysecure' })
  expect(ids()).toEqual([5, 4, 3, 2, 1])
  expect(ids({ limit: 2 })).toEqual([5, 4])
  expect(ids({ limit: 2, before: 4n })).toEqual([3, 2])
})

test('filters leave in what fits all of them', () => {
  record()
  record({ dialect: 'keysecure', code: '1004', path: '/open-api/v1/card/list' })
  record({ partnerId: 2n, status: 400, code: '40002', subCode: 'invalid-signature' })
  expect(ids({ dialect: 'keysecure' })).toEqual([2])
  expect(ids({ partnerId: 1n })).toEqual([2, 1])
  expect(ids({ code: '40002' })).toEqual([3])
  expect(ids({ code: 'invalid-signature' })).toEqual([3])
  expect(ids({ path: 'card-info', partnerId: 2n })).toEqual([3])
})

test('each dialect keeps so many, and who is not proved pushes nobody out', () => {
  record()
  record({ dialect: 'keysecure' })
  for (let i = 0; i < CALLS_MAX + UNPROVED_CALLS_MAX; i++) record({ proved: false, partnerId: null })
  expect(ids({ partnerId: 1n })).toEqual([2, 1])
  expect(ids()).toHaveLength(UNPROVED_CALLS_MAX + 2)
  for (let i = 0; i < CALLS_MAX; i++) record()
  expect(log.find(1n)).toBeUndefined()
  expect(log.find(2n)).toMatchObject({ dialect: 'keysecure' })
  expect(ids({ partnerId: 1n })).toHaveLength(CALLS_MAX + 1)
})

test('large bodies are kept in smaller numbers', () => {
  const note = Array.from({ length: 60 }, () => 'n'.repeat(500))
  for (let i = 0; i < CALLS_MAX; i++) record({ request: { note }, answer: { note } })
  const kept = log.list({ limit: 1_000 })
  expect(kept.length).toBeLessThan(CALLS_MAX / 2)
  expect(kept.length).toBeGreaterThan(50)
  expect(kept[0]?.callId).toBe(BigInt(CALLS_MAX))
})

test('nothing secret is kept, neither in bodies nor in paths and ids', () => {
  record({
    path: '/open-api/v1/card/4111111111111111/detail',
    requestId: '4111-1111-1111-1111',
    request: { pin: '1234', note: 'card 4111111111111111' },
  })
  expect(log.find(1n)).toMatchObject({
    path: '/open-api/v1/card/411111******1111/detail',
    requestId: '411111******1111',
    request: { pin: '[secret]', note: 'card 411111******1111' },
    at: AT,
  })
})

test('what was not there is null', () => {
  record({ request: undefined, answer: undefined, partnerId: null, credential: null, requestId: null })
  expect(log.find(1n)).toMatchObject({ request: null, answer: null, partnerId: null, requestId: null })
})
