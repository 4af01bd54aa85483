import { expect, test } from 'vitest'
import { REQUEST_BOUNDS_MS, RequestCounts } from './request-counts.ts'

const answer = (statusCode: number, elapsedTime: number, type = 'application/json') => ({
  statusCode,
  elapsedTime,
  getHeader: () => type,
})

test('requests are counted by door and status', () => {
  const counts = new RequestCounts()
  for (const url of ['/issuing/card/x', '/issuing?x', '/open-api/v1/y', '/pci/card', '/livez', '/', '/constructor']) {
    counts.count({ url }, answer(200, 1))
  }
  counts.count({ url: '/issuing/card/x' }, answer(400, 1))
  expect(counts.statusCounts()).toEqual([
    { door: 'pagsmile', status: 200, count: 2 },
    { door: 'pagsmile', status: 400, count: 1 },
    { door: 'keysecure', status: 200, count: 2 },
    { door: 'server', status: 200, count: 3 },
  ])
})

test('each bound counts all below it, and a stream has no latency', () => {
  const counts = new RequestCounts()
  for (const ms of [0.5, 5, 5.1, 9_000]) counts.count({ url: '/operator/v1/clock' }, answer(200, ms))
  counts.count({ url: '/operator/v1/live' }, answer(200, 60_000, 'text/event-stream; charset=utf-8'))
  const [latency] = counts.doorLatencies()
  expect(latency).toMatchObject({ door: 'operator', all: 4, msSum: 9_010.6 })
  expect(Object.fromEntries(REQUEST_BOUNDS_MS.map((bound, index) => [bound, latency?.below[index]]))).toMatchObject({
    1: 1,
    2.5: 1,
    5: 2,
    10: 3,
    5000: 3,
  })
  expect(counts.statusCounts()).toEqual([{ door: 'operator', status: 200, count: 5 }])
})
