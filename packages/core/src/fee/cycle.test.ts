import { expect, test } from 'vitest'
import { cycleBefore, nextCycleStart, retryOf } from './cycle.ts'

const at = (text: string) => Temporal.Instant.from(text)

test.each([
  ['2026-05-22T12:00:00Z', 'month', '2026-06-01T00:00:00Z'],
  ['2026-06-01T00:00:00Z', 'month', '2026-07-01T00:00:00Z'],
  ['2026-12-31T23:59:59.999Z', 'month', '2027-01-01T00:00:00Z'],
  ['2026-05-22T12:00:00Z', 'year', '2027-01-01T00:00:00Z'],
] as const)('after %s the next %s begins at %s', (instant, cycle, start) => {
  expect(String(nextCycleStart(at(instant), cycle))).toBe(start)
})

test('the cycle before begins a month or a year earlier', () => {
  expect(String(cycleBefore(at('2027-01-01T00:00:00Z'), 'month'))).toBe('2026-12-01T00:00:00Z')
  expect(String(cycleBefore(at('2027-01-01T00:00:00Z'), 'year'))).toBe('2026-01-01T00:00:00Z')
})

test.each([
  ['2028-02-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['2027-01-01T00:00:00Z', '2027-01-31T00:00:00Z'],
])('what is unpaid from %s on is asked for again at %s', (start, retry) => {
  expect(String(retryOf(at(start)))).toBe(retry)
})
