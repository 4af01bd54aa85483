import type { DecisionCounts, ListedAuthorization, LiveEvent, OverviewReading, Tick } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { LiveFigures, pointsOf, ROWS_MAX, SECONDS_MAX, type Series, withTick } from './live-figures.ts'

const SERIES: Series = { times: [100, 101], decided: [4, 0], approved: [3, 0], p50Ms: [2, null], p99Ms: [9, null] }

function tick(second: number, decided = 0, approved = 0): Pick<Tick, 'at' | 'decisions'> {
  const lastSecond = { decided, approved, p50Ms: null, p99Ms: null } as DecisionCounts
  return { at: new Date(second * 1_000 + 300).toISOString(), decisions: { lastSecond } as Tick['decisions'] }
}

test('a tick adds the second before it', () => {
  expect(withTick(SERIES, tick(103, 7, 5))).toEqual({
    times: [100, 101, 102],
    decided: [4, 0, 7],
    approved: [3, 0, 5],
    p50Ms: [2, null, null],
    p99Ms: [9, null, null],
  })
})

test('a second that is known stays as it is', () => {
  expect(withTick(SERIES, tick(102, 7, 5))).toBe(SERIES)
})

test('of the past no more is kept than is shown', () => {
  let series = SERIES
  for (let second = 103; second < 103 + SECONDS_MAX; second++) series = withTick(series, tick(second, 1, 1))
  expect(series.times).toHaveLength(SECONDS_MAX)
  expect(series.times[0]).toBe(102)
})

test('points are averages of counts, and the slowest of times', () => {
  const series: Series = {
    times: [104, 105, 106, 110],
    decided: [3, 10, 0, 4],
    approved: [3, 4, 0, 0],
    p50Ms: [1, 2, null, null],
    p99Ms: [4, 8, null, null],
  }
  expect(pointsOf(series, 5)).toEqual({
    times: [100, 105, 110],
    approved: [3, 2, 0],
    declined: [0, 3, 4],
    approvalRate: [100, 40, 0],
    p50Ms: [1, 2, null],
    p99Ms: [4, 8, null],
  })
})

test('a quiet step has no rate', () => {
  expect(pointsOf({ times: [5], decided: [0], approved: [0], p50Ms: [null], p99Ms: [null] }, 5).approvalRate).toEqual([
    null,
  ])
})

test('the newest authorizations are first, and the list does not grow', () => {
  const figures = new LiveFigures()
  let told = 0
  const leave = figures.subscribe(() => {
    told += 1
  })
  const came = (first: number, count: number): LiveEvent => ({
    id: '1',
    event: 'authorizations',
    data: {
      authorizations: Array.from(
        { length: count },
        (_, i) => ({ authorizationId: `${first + i}` }) as ListedAuthorization,
      ),
      leftOut: 7,
    },
  })
  figures.apply(came(1, 2))
  figures.apply(came(3, 100))
  expect(figures.newest().rows).toHaveLength(ROWS_MAX)
  expect(
    figures
      .newest()
      .rows.slice(0, 2)
      .map(row => row.authorizationId),
  ).toEqual(['102', '101'])
  figures.apply(came(103, 1))
  expect(
    figures
      .newest()
      .rows.slice(0, 2)
      .map(row => row.authorizationId),
  ).toEqual(['103', '102'])
  expect(figures.newest().leftOut).toBe(7)
  leave()
  figures.apply(came(104, 1))
  expect(told).toBe(3)
})

test('charts begin with the overview', () => {
  const figures = new LiveFigures()
  figures.apply({ id: '1', event: 'tick', data: tick(103, 1, 1) as Tick })
  expect(figures.figures()).toBeUndefined()
  const { times, ...columns } = SERIES
  const series = { from: new Date(100_400).toISOString(), stepSeconds: 1 as const, ...columns }
  figures.start({ decisions: { series } } as unknown as OverviewReading)
  expect(figures.figures()?.series.times).toEqual(times)
  const before = figures.figures()
  figures.apply({ id: '2', event: 'tick', data: tick(103, 1, 1) as Tick })
  expect(figures.figures()?.series.times.at(-1)).toBe(102)
  expect(figures.figures()).not.toBe(before)
})
