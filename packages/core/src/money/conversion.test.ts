import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amount, MINOR_MAX } from './amount.ts'
import { convert, formatRate, parseRate, type Rate } from './conversion.ts'
import { CURRENCIES, currency, exponentOf } from './currency.ts'

const anyCurrency = fc.constantFrom(...CURRENCIES)
const anyMinor = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n })
const anyTerm = fc.bigInt({ min: 1n, max: 10n ** 9n })
const anyRate: fc.Arbitrary<Rate> = fc
  .record({ numerator: anyTerm, denominator: anyTerm })
  .filter(({ numerator, denominator }) => numerator < denominator * 1000n)

function rate(text: string): Rate {
  const parsed = parseRate(text)
  if (parsed === undefined) throw new Error(`not a rate: ${text}`)
  return parsed
}

describe('conversion', () => {
  test.each([
    // source minor, source, rate, target, target minor
    [10_000n, 'CNY', '0.139897', 'USD', 1_399n],
    [-10_000n, 'CNY', '0.139897', 'USD', -1_399n],
    [1_000n, 'JPY', '0.0065', 'USD', 650n],
    [650n, 'USD', '153.846', 'JPY', 1_000n],
    [1_000n, 'KWD', '3.25', 'USD', 325n],
    [325n, 'USD', '0.3077', 'KWD', 1_000n],
    [1n, 'USD', '0.5', 'EUR', 1n],
    [-1n, 'USD', '0.5', 'EUR', -1n],
    [1n, 'USD', '0.4999', 'EUR', 0n],
    [12_345n, 'USD', '1', 'TUSDT', 12_345n],
  ] as const)('%s minor units of %s at %s are, in %s, %s', (minor, source, text, target, expected) => {
    expect(convert(amount(minor, currency(source)), rate(text), currency(target))).toEqual(
      amount(expected, currency(target)),
    )
  })

  test('the result is within half a minor unit of the exact product', () => {
    fc.assert(
      fc.property(anyCurrency, anyCurrency, anyMinor, anyRate, (source, target, minor, anyOne) => {
        const result = convert(amount(minor, source), anyOne, target)
        const exactNumerator = minor * anyOne.numerator * 10n ** BigInt(exponentOf(target))
        const denominator = anyOne.denominator * 10n ** BigInt(exponentOf(source))
        const error = result.minor * denominator - exactNumerator
        expect(2n * (error < 0n ? -error : error) <= denominator).toBe(true)
        expect(result.currency).toBe(target)
      }),
    )
  })

  test('one to one within a currency changes nothing', () => {
    fc.assert(
      fc.property(anyCurrency, anyMinor, anyTerm, (code, minor, term) => {
        expect(convert(amount(minor, code), { numerator: term, denominator: term }, code)).toEqual(amount(minor, code))
      }),
    )
  })

  test('more money in is never less money out', () => {
    fc.assert(
      fc.property(anyCurrency, anyCurrency, anyMinor, anyMinor, anyRate, (source, target, a, b, anyOne) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        const low = convert(amount(less, source), anyOne, target)
        const high = convert(amount(more, source), anyOne, target)
        expect(low.minor <= high.minor).toBe(true)
      }),
    )
  })

  test('a rate that is not positive and a result beyond 64 bits are refused', () => {
    const one = amount(1n, currency('USD'))
    const EUR = currency('EUR')
    expect(() => convert(one, { numerator: 0n, denominator: 1n }, EUR)).toThrow(RangeError)
    expect(() => convert(one, { numerator: 1n, denominator: 0n }, EUR)).toThrow(RangeError)
    expect(() => convert(one, { numerator: -1n, denominator: -1n }, EUR)).toThrow(RangeError)
    expect(() => convert(amount(MINOR_MAX, currency('USD')), rate('2'), EUR)).toThrow(RangeError)
  })
})

describe('rate text', () => {
  test('is read without loss', () => {
    expect(parseRate('0.139897')).toEqual({ numerator: 139_897n, denominator: 1_000_000n })
    expect(parseRate('1.0000')).toEqual({ numerator: 10_000n, denominator: 10_000n })
    expect(parseRate('153')).toEqual({ numerator: 153n, denominator: 1n })
  })

  test.each(['', '0', '0.000', '-1', '+1', '1e-3', '.5', '1,5', ' 1'])('%j is not a rate', text => {
    expect(parseRate(text)).toBeUndefined()
  })

  test('is written with the decimals asked for, rounded half up', () => {
    expect(formatRate(rate('1'), 4)).toBe('1.0000')
    expect(formatRate(rate('0.139897'), 6)).toBe('0.139897')
    expect(formatRate(rate('0.139897'), 4)).toBe('0.1399')
    expect(formatRate(rate('0.5'), 0)).toBe('1')
    expect(formatRate({ numerator: 1n, denominator: 3n }, 4)).toBe('0.3333')
    expect(() => formatRate({ numerator: 1n, denominator: 0n }, 4)).toThrow(RangeError)
  })

  test('with enough decimals is read back as the same rate', () => {
    fc.assert(
      fc.property(anyTerm, fc.integer({ min: 0, max: 12 }), (numerator, decimals) => {
        const written = { numerator, denominator: 10n ** BigInt(decimals) }
        expect(parseRate(formatRate(written, decimals))).toEqual(written)
      }),
    )
  })
})
