import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LIMIT_WINDOWS, windowEnd, windowStart } from './card-limit.ts'

const instant = (text: string) => Temporal.Instant.from(text)

/** Instants with nanoseconds from 1970 to 2999, with the edges of days and months among them. */
const anyInstant = fc.oneof(
  fc.bigInt({ min: 0n, max: 32_503_680_000_000_000_000n }).map(ns => Temporal.Instant.fromEpochNanoseconds(ns)),
  fc
    .record({
      year: fc.integer({ min: 1971, max: 2999 }),
      month: fc.integer({ min: 1, max: 12 }),
      offsetNs: fc.integer({ min: -1, max: 1 }),
    })
    .map(({ year, month, offsetNs }) =>
      Temporal.PlainDate.from({ year, month, day: 1 })
        .toZonedDateTime('UTC')
        .toInstant()
        .add({ nanoseconds: offsetNs }),
    ),
)

const bounded = fc.constantFrom('day', 'month')

/** The end of a window that has one. */
function endOf(window: 'day' | 'month', now: Temporal.Instant): Temporal.Instant {
  const end = windowEnd(window, now)
  if (end === null) throw new Error(`${window} has no end`)
  return end
}

describe('a window', () => {
  test('holds the instant it was asked for: start ≤ now < end', () => {
    fc.assert(
      fc.property(fc.constantFrom(...LIMIT_WINDOWS), anyInstant, (window, now) => {
        expect(Temporal.Instant.compare(windowStart(window, now), now)).toBeLessThanOrEqual(0)
        const end = windowEnd(window, now)
        if (end !== null) expect(Temporal.Instant.compare(now, end)).toBe(-1)
      }),
    )
  })

  test('begins where the one before it ends', () => {
    fc.assert(
      fc.property(bounded, anyInstant, (window, now) => {
        const end = endOf(window, now)
        expect(windowStart(window, end).equals(end)).toBe(true)
        const before = windowStart(window, now).subtract({ nanoseconds: 1 })
        expect(endOf(window, before).equals(windowStart(window, now))).toBe(true)
      }),
    )
  })

  test('is the same for its first and its last instant', () => {
    fc.assert(
      fc.property(bounded, anyInstant, (window, now) => {
        const start = windowStart(window, now)
        const last = endOf(window, now).subtract({ nanoseconds: 1 })
        expect(windowStart(window, start).equals(start)).toBe(true)
        expect(windowStart(window, last).equals(start)).toBe(true)
      }),
    )
  })

  test('day lasts 24 hours and lies inside its month', () => {
    fc.assert(
      fc.property(anyInstant, now => {
        const [day, nextDay] = [windowStart('day', now), endOf('day', now)]
        expect(nextDay.since(day).total('hours')).toBe(24)
        expect(windowStart('month', day).equals(windowStart('month', now))).toBe(true)
        expect(Temporal.Instant.compare(nextDay, endOf('month', now))).toBeLessThanOrEqual(0)
      }),
    )
  })

  test.each([
    ['day', '2028-02-29T23:59:59.999Z', '2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['month', '2028-02-29T23:59:59.999Z', '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['month', '2027-02-28T23:59:59.999Z', '2027-02-01T00:00:00Z', '2027-03-01T00:00:00Z'],
    ['month', '2026-12-31T23:59:59.999Z', '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z'],
    ['month', '2026-05-31T12:00:00Z', '2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z'],
  ] as const)('%s around %s is %s to %s', (window, now, start, end) => {
    expect(windowStart(window, instant(now)).equals(instant(start))).toBe(true)
    expect(windowEnd(window, instant(now))?.equals(instant(end))).toBe(true)
  })

  test('total is one window for the whole life of a card', () => {
    fc.assert(
      fc.property(anyInstant, now => {
        expect(windowStart('total', now).epochNanoseconds).toBe(0n)
        expect(windowEnd('total', now)).toBeNull()
      }),
    )
  })
})
