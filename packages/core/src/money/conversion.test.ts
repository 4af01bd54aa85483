import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amount, MINOR_MAX } from './amount.ts'
import {
  convert,
  exchange,
  formatRate,
  formatRateShortly,
  inverseOf,
  parseRate,
  type Rate,
  rateBetween,
  withMarkup,
} from './conversion.ts'
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

describe('an exchange', () => {
  const JPY = currency('JPY')
  const KWD = currency('KWD')
  const USD = currency('USD')

  test.each([
    // 100.00 EUR × 1.08 × 1.02 = 110.16
    [10_000n, 'EUR', '1.08', 200, 'USD', 11_016n],
    // 3,000 JPY × 0.0067 × 1.025 = 20.6025
    [3_000n, 'JPY', '0.0067', 250, 'USD', 2_060n],
    // 1.234 KWD × 3.2514 = 4.0122276
    [1_234n, 'KWD', '3.2514', 0, 'USD', 401n],
    // 12.34 USD × 0.3076 × 1.0001 = 3.7961635…
    [1_234n, 'USD', '0.3076', 1, 'KWD', 3_796n],
    // 99.99 USD × 149.5 × 2 = 29,897.01
    [9_999n, 'USD', '149.5', 10_000, 'JPY', 29_897n],
    // half a minor unit goes up, and only the end is rounded: 0.05 × 0.5 × 1.1 = 0.0275
    [5n, 'EUR', '0.5', 1_000, 'USD', 3n],
    [1n, 'EUR', '0.5', 0, 'USD', 1n],
  ] as const)(
    'of %s minor units of %s at %s and %s basis points is, in %s, %s',
    (minor, from, text, bps, to, result) => {
      const exchanged = exchange(amount(minor, currency(from)), withMarkup(rate(text), bps), currency(to))
      expect(exchanged).toEqual(amount(result, currency(to)))
    },
  )

  test('at an inverse rate is exact: 3,000 JPY at 1/150 is 20.00 USD, 1 KWD at 1/0.3 is 3.33 USD', () => {
    expect(exchange(amount(3_000n, JPY), inverseOf(rate('150')), USD)).toEqual(amount(2_000n, USD))
    expect(exchange(amount(1_000n, KWD), inverseOf(rate('0.3')), USD)).toEqual(amount(333n, USD))
  })

  test('that leaves nothing or too much has no result', () => {
    expect(exchange(amount(1n, JPY), rate('0.00004'), USD)).toBeUndefined()
    expect(exchange(amount(1n, USD), rate('0.49'), currency('EUR'))).toBeUndefined()
    expect(exchange(amount(MINOR_MAX, USD), rate('1.1'), currency('EUR'))).toBeUndefined()
    expect(exchange(amount(10n ** 15n, USD), rate('1000000000000'), JPY)).toBeUndefined()
    expect(() => exchange(amount(1n, USD), { numerator: 0n, denominator: 1n }, JPY)).toThrow(RangeError)
  })

  const positive = fc.bigInt({ min: 1n, max: 10n ** 15n })

  test('is what the conversion is, wherever it has a result', () => {
    fc.assert(
      fc.property(anyCurrency, anyCurrency, positive, anyRate, (source, target, minor, anyOne) => {
        const exchanged = exchange(amount(minor, source), anyOne, target)
        const converted = () => convert(amount(minor, source), anyOne, target)
        const numerator = minor * anyOne.numerator * 10n ** BigInt(exponentOf(target))
        const denominator = anyOne.denominator * 10n ** BigInt(exponentOf(source))
        if (exchanged !== undefined) expect(exchanged).toEqual(converted())
        else if (2n * numerator < denominator) expect(converted().minor).toBe(0n)
        else expect(converted).toThrow(RangeError)
      }),
    )
  })

  test('there and back at the inverse is off by at most what half a minor unit is worth, and by half of one', () => {
    fc.assert(
      fc.property(anyCurrency, anyCurrency, positive, anyRate, (source, target, minor, anyOne) => {
        const there = exchange(amount(minor, source), anyOne, target)
        fc.pre(there !== undefined)
        const back = convert(there, inverseOf(anyOne), source)
        // in minor units of the source, times 2 n: what rounding by half a unit is worth on each leg
        const n = anyOne.numerator * 10n ** BigInt(exponentOf(target))
        const d = anyOne.denominator * 10n ** BigInt(exponentOf(source))
        const error = back.minor > minor ? back.minor - minor : minor - back.minor
        expect(2n * n * error <= d + n).toBe(true)
      }),
    )
  })

  test('with more mark-up is never less, and with none is the plain one', () => {
    const bps = fc.nat({ max: 10_000 })
    fc.assert(
      fc.property(anyCurrency, anyCurrency, positive, anyRate, bps, bps, (source, target, minor, anyOne, a, b) => {
        const at = (markup: number) => exchange(amount(minor, source), withMarkup(anyOne, markup), target)?.minor
        const [less, more] = [at(Math.min(a, b)), at(Math.max(a, b))]
        if (less !== undefined && more !== undefined) expect(less <= more).toBe(true)
        expect(at(0)).toEqual(exchange(amount(minor, source), anyOne, target)?.minor)
      }),
    )
  })

  test('at the rate between two amounts makes one of the other', () => {
    fc.assert(
      fc.property(anyCurrency, anyCurrency, positive, positive, (source, target, a, b) => {
        const [from, to] = [amount(a, source), amount(b, target)]
        expect(exchange(from, rateBetween(from, to), target)).toEqual(to)
      }),
    )
  })
})

describe('rate text', () => {
  test.each([
    ['0.139897', 12, '0.139897'],
    ['1.1016', 12, '1.1016'],
    ['150', 12, '150'],
    ['12.50', 4, '12.5'],
    ['0.00004', 3, '0.00004'],
    ['99.996', 4, '100'],
    ['123456.7', 3, '123457'],
    ['0.1', 12, '0.1'],
    ['0.01', 1, '0.01'],
  ])('%s with %i digits is %s', (text, digits, expected) => {
    expect(formatRateShortly(rate(text), digits)).toBe(expected)
  })

  test('of a rate without an end is cut to its digits: 1/150 is 0.00666666666667', () => {
    expect(formatRateShortly(inverseOf(rate('150')), 12)).toBe('0.00666666666667')
    expect(formatRateShortly(inverseOf(rate('3')), 4)).toBe('0.3333')
    expect(formatRateShortly({ numerator: 10n ** 12n, denominator: 10n ** 15n + 1n }, 12)).toBe('0.001')
  })

  test('has no more digits than asked for, and is off by less than half of the last', () => {
    fc.assert(
      fc.property(anyRate, fc.integer({ min: 4, max: 12 }), (anyOne, digits) => {
        const text = formatRateShortly(anyOne, digits)
        const read = rate(text)
        const significant = text.replace('.', '').replace(/^0+/, '').length
        expect(significant).toBeLessThanOrEqual(digits)
        const difference = read.numerator * anyOne.denominator - anyOne.numerator * read.denominator
        const relative = (difference < 0n ? -difference : difference) * 2n * 10n ** BigInt(digits - 1)
        expect(relative <= anyOne.numerator * read.denominator).toBe(true)
      }),
    )
  })

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
