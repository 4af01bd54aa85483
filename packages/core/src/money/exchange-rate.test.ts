import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { currency } from './currency.ts'
import { type ExchangeRate, parseRateText, rateFrom } from './exchange-rate.ts'

describe('the text of a rate', () => {
  test.each([
    ['0.139897', '0.139897'],
    ['1.0800', '1.08'],
    ['150', '150'],
    ['150.000', '150'],
    ['007.5', '7.5'],
    ['123456789012', '123456789012'],
    ['1.23456789012', '1.23456789012'],
    ['1.23456789012000', '1.23456789012'],
    ['0.000000000001', '0.000000000001'],
    ['1000000000000', '1000000000000'],
  ])('%s is the rate %s', (text, rate) => {
    expect(parseRateText(text)).toBe(rate)
  })

  test.each([
    ['', 'nothing'],
    ['0', 'zero'],
    ['0.000', 'zero'],
    ['-1.08', 'negative'],
    ['+1.08', 'a sign'],
    ['1e3', 'an exponent'],
    ['.5', 'no digit before the point'],
    ['1,08', 'a comma'],
    [' 1.08', 'a blank'],
    ['1.234567890123', 'thirteen digits'],
    ['1234567890123', 'above the highest'],
    ['1000000000001', 'above the highest'],
    ['0.0000000000009', 'below the lowest'],
    [`1.${'0'.repeat(60)}`, 'too long'],
  ])('%j is none: %s', text => {
    expect(parseRateText(text)).toBeUndefined()
  })

  test('reads as itself once it was read', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n - 1n }), fc.nat({ max: 11 }), (unscaled, decimals) => {
        const digits = unscaled.toString().padStart(decimals + 1, '0')
        const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
        const rate = parseRateText(text)
        expect(rate).toBeDefined()
        expect(parseRateText(rate ?? '')).toBe(rate)
        expect(Number(rate)).toBe(Number(text))
      }),
    )
  })
})

describe('a line of the table', () => {
  const line: ExchangeRate = {
    base: currency('USD'),
    quote: currency('JPY'),
    rate: '150',
    validFrom: Temporal.Instant.from('2026-05-22T00:00:00Z'),
    source: 'test',
  }

  test('converts from its base as it is quoted, and from its quote by the exact inverse', () => {
    expect(rateFrom(line.base, line)).toEqual({ numerator: 150n, denominator: 1n })
    expect(rateFrom(line.quote, line)).toEqual({ numerator: 1n, denominator: 150n })
  })

  test('converts from no other currency, and not with a text that is no rate', () => {
    expect(() => rateFrom(currency('EUR'), line)).toThrow(RangeError)
    expect(() => rateFrom(line.base, { ...line, rate: '0' })).toThrow(RangeError)
  })
})
