import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { DecisionStatistics, LATENCY_BOUNDS_MS, WINDOW_SECONDS_MAX } from './decision-statistics.ts'

let nowMs = 0
let statistics: DecisionStatistics

beforeEach(() => {
  nowMs = 50_000
  statistics = new DecisionStatistics(() => nowMs)
})

const pass = (seconds: number) => {
  nowMs += seconds * 1_000
}

test('outcomes are counted by reason, the most frequent first', () => {
  statistics.count(null, 1)
  statistics.count('mcc-blocked', 1)
  for (let i = 0; i < 3; i++) statistics.count('insufficient-funds', 1)
  pass(1)
  expect(statistics.last(10)).toMatchObject({
    seconds: 1,
    decided: 5,
    approved: 1,
    declined: [
      { reason: 'insufficient-funds', count: 3 },
      { reason: 'mcc-blocked', count: 1 },
    ],
  })
})

test('the second under way is not counted before it is over', () => {
  pass(5)
  statistics.count(null, 1)
  expect(statistics.last(1)).toMatchObject({ decided: 0, p50Ms: null, p99Ms: null })
  pass(1)
  expect(statistics.last(1)).toMatchObject({ decided: 1 })
})

test('a window leaves out what is older, and all is forgotten after a quarter of an hour', () => {
  statistics.count(null, 1)
  pass(1)
  statistics.count('cvv2-mismatch', 1)
  pass(10)
  expect(statistics.last(10)).toMatchObject({ decided: 1, approved: 0 })
  expect(statistics.last(11)).toMatchObject({ decided: 2, approved: 1 })
  pass(WINDOW_SECONDS_MAX - 10)
  expect(statistics.last(WINDOW_SECONDS_MAX)).toMatchObject({ decided: 1, seconds: WINDOW_SECONDS_MAX })
  // the place of the first second is taken anew
  statistics.count(null, 1)
  pass(1)
  expect(statistics.last(WINDOW_SECONDS_MAX)).toMatchObject({ decided: 1, approved: 1 })
  expect(statistics.totals()).toMatchObject({ approved: 2, declined: [{ reason: 'cvv2-mismatch', count: 1 }] })
})

test('the series has a value for each second that is over, quiet ones too', () => {
  statistics.count(null, 4)
  pass(2)
  statistics.count('pin-mismatch', 8)
  pass(1.25)
  const { fromMsAgo, decided, approved, p50Ms } = statistics.series()
  expect({ fromMsAgo, decided, approved }).toEqual({ fromMsAgo: 3_250, decided: [1, 0, 1], approved: [1, 0, 0] })
  expect(p50Ms).toEqual([expect.closeTo(4, 0), null, expect.closeTo(8, 0)])
})

describe('latencies', () => {
  test('quantiles are exact to 5 %', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.07, max: 7_000, noNaN: true }), { minLength: 1, maxLength: 200 }),
        latencies => {
          const fresh = new DecisionStatistics(() => nowMs)
          for (const latency of latencies) fresh.count(null, latency)
          pass(1)
          const { p50Ms, p99Ms } = fresh.last(1)
          const sorted = latencies.toSorted((a, b) => a - b)
          const exact = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
          expect(Math.abs((p50Ms ?? 0) / exact(0.5) - 1)).toBeLessThan(0.05)
          expect(Math.abs((p99Ms ?? 0) / exact(0.99) - 1)).toBeLessThan(0.05)
        },
      ),
    )
  })

  test.each([0, -1, Number.NaN, 1e9, Number.POSITIVE_INFINITY])('%d is counted at an end of the scale', latency => {
    statistics.count(null, latency)
    pass(1)
    expect(statistics.last(1)).toMatchObject({ decided: 1, p50Ms: expect.any(Number) as number })
  })

  test('each bound counts all below it', () => {
    for (const latency of [0.1, 0.3, 3, 5_000]) statistics.count(null, latency)
    const { latencies, latencyMsSum } = statistics.totals()
    const counted = Object.fromEntries(LATENCY_BOUNDS_MS.map((bound, index) => [bound, latencies[index]]))
    expect(counted).toMatchObject({ 0.25: 1, 0.5: 2, 2: 2, 4: 3, 4096: 3, 8192: 4 })
    expect(latencyMsSum).toBeCloseTo(5_003.4)
  })
})
