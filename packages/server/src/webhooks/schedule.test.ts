import { describe, expect, test } from 'vitest'
import { keysecureCallbacks } from '../dialects/keysecure/callbacks.ts'
import { pagsmileNotifications } from '../dialects/pagsmile/notifications.ts'
import { nextTry, waitAsked } from './schedule.ts'

const NOW = Temporal.Instant.from('2026-05-22T12:00:00Z')
const HOUR_S = 3_600

describe('the schedule', () => {
  test.each([
    [
      'Pagsmile',
      pagsmileNotifications({ storage: undefined as never, vault: undefined as never }),
      [10, 60, 300, 1_800, 2 * HOUR_S, 6 * HOUR_S, 24 * HOUR_S],
    ],
    [
      'KeySecure',
      keysecureCallbacks({ storage: undefined as never, vault: undefined as never }),
      [15, 60, 300, 900, HOUR_S, 6 * HOUR_S, 24 * HOUR_S],
    ],
  ])('of %s has seven retries and then ends', (_name, { retryDelaysMs: delaysMs }, seconds) => {
    const waits = Array.from({ length: 8 }, (_, n) => nextTry({ failures: n + 1, delaysMs, askedMs: null, now: NOW }))
    expect(waits.map(at => at && at.since(NOW).total('seconds'))).toEqual([...seconds, null])
  })

  test.each([
    [1_000, 10],
    [120_000, 120],
    [10 ** 12, 86_400],
  ])('a receiver that asks for %d ms waits %d s', (askedMs, seconds) => {
    const at = nextTry({ failures: 1, delaysMs: [10_000], askedMs, now: NOW })
    expect(at?.since(NOW).total('seconds')).toBe(seconds)
  })
})

test.each([
  [undefined, null],
  ['', null],
  ['0', 0],
  ['120', 120_000],
  ['-1', null],
  ['soon', null],
  ['Fri, 22 May 2026 12:00:30 GMT', 30_000],
  ['Fri, 22 May 2026 11:00:00 GMT', 0],
])('Retry-After %j asks for %j ms', (header, expected) => {
  expect(waitAsked(header, NOW)).toBe(expected)
})
