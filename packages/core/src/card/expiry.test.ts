import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Expiry,
  expiry,
  expiryAfter,
  formatMonthSlashYear,
  formatYearMonth,
  isExpired,
  parseYearMonth,
} from './expiry.ts'

const at = (text: string) => Temporal.Instant.from(text)

describe('validity', () => {
  test.each<[Expiry, string]>([
    [{ month: 8, year: 2027 }, '2027-08-31T23:59:59.999999999Z'],
    [{ month: 4, year: 2027 }, '2027-04-30T23:59:59.999999999Z'],
    [{ month: 2, year: 2027 }, '2027-02-28T23:59:59.999999999Z'],
    [{ month: 2, year: 2028 }, '2028-02-29T23:59:59.999999999Z'],
    [{ month: 12, year: 2027 }, '2027-12-31T23:59:59.999999999Z'],
  ])('%o is valid through %s and not a nanosecond longer', (cardExpiry, lastInstant) => {
    expect(isExpired(cardExpiry, at(lastInstant))).toBe(false)
    expect(isExpired(cardExpiry, at(lastInstant).add({ nanoseconds: 1 }))).toBe(true)
  })

  test('years before and after the expiry year decide by themselves', () => {
    expect(isExpired({ month: 1, year: 2028 }, at('2027-12-31T00:00:00Z'))).toBe(false)
    expect(isExpired({ month: 12, year: 2027 }, at('2028-01-01T00:00:00Z'))).toBe(true)
  })

  test('the month ends in the zone that is named', () => {
    const cardExpiry = { month: 8, year: 2027 }
    const lateInSaoPaulo = at('2027-09-01T02:59:59Z')
    expect(isExpired(cardExpiry, lateInSaoPaulo)).toBe(true)
    expect(isExpired(cardExpiry, lateInSaoPaulo, 'America/Sao_Paulo')).toBe(false)
    expect(isExpired(cardExpiry, at('2027-08-31T16:00:00Z'), 'Asia/Shanghai')).toBe(true)
  })
})

describe('issue', () => {
  test.each<[string, number, Expiry]>([
    ['2026-01-01T00:00:00Z', 36, { month: 1, year: 2029 }],
    ['2026-01-31T23:59:59Z', 36, { month: 1, year: 2029 }],
    ['2026-01-31T12:00:00Z', 1, { month: 2, year: 2026 }],
    ['2024-02-29T12:00:00Z', 12, { month: 2, year: 2025 }],
    ['2026-11-21T12:00:00Z', 1, { month: 12, year: 2026 }],
    ['2026-11-21T12:00:00Z', 2, { month: 1, year: 2027 }],
    ['2026-12-31T23:59:59Z', 0, { month: 12, year: 2026 }],
  ])('at %s for %i months gives %o', (now, months, expected) => {
    expect(expiryAfter(at(now), months)).toEqual(expected)
  })

  test('the month of issue is that of the zone', () => {
    expect(expiryAfter(at('2026-12-31T20:00:00Z'), 12)).toEqual({ month: 12, year: 2027 })
    expect(expiryAfter(at('2026-12-31T20:00:00Z'), 12, 'Asia/Shanghai')).toEqual({ month: 1, year: 2028 })
  })

  test('a new card is valid for its months and expired one month after', () => {
    const anyInstant = fc
      .integer({ min: Date.UTC(2001, 0), max: Date.UTC(2080, 0) })
      .map(ms => Temporal.Instant.fromEpochMilliseconds(ms))
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 0, max: 200 }), (now, months) => {
        const cardExpiry = expiryAfter(now, months)
        const firstOfMonth = now.toZonedDateTimeISO('UTC').with({ day: 1 })
        expect(isExpired(cardExpiry, firstOfMonth.add({ months }).toInstant())).toBe(false)
        expect(isExpired(cardExpiry, firstOfMonth.add({ months: months + 1 }).toInstant())).toBe(true)
      }),
    )
  })

  test.each([-1, 1.5, Number.NaN])('%d months are refused', months => {
    expect(() => expiryAfter(at('2026-01-01T00:00:00Z'), months)).toThrow(RangeError)
  })
})

describe('form', () => {
  test('is MM/YY on the card and YYMM in messages', () => {
    expect(formatMonthSlashYear({ month: 8, year: 2027 })).toBe('08/27')
    expect(formatYearMonth({ month: 8, year: 2027 })).toBe('2708')
    expect(formatYearMonth({ month: 12, year: 2005 })).toBe('0512')
  })

  test('YYMM is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 2000, max: 2099 }), (month, year) => {
        expect(parseYearMonth(formatYearMonth({ month, year }))).toEqual({ month, year })
      }),
    )
  })

  test.each(['', '2700', '2713', '27/08', '082', '20278', '27080', '27 8'])('%j is not a year and month', text => {
    expect(parseYearMonth(text)).toBeUndefined()
  })

  test('a month or year out of range is refused', () => {
    expect(expiry(1, 2000)).toEqual({ month: 1, year: 2000 })
    expect(expiry(12, 2099)).toEqual({ month: 12, year: 2099 })
    for (const [month, year] of [
      [0, 2027],
      [13, 2027],
      [1.5, 2027],
      [1, 27],
      [1, 2100],
    ] as const) {
      expect(() => expiry(month, year)).toThrow(RangeError)
    }
  })
})
