import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Amount,
  add,
  allocate,
  amount,
  CurrencyMismatchError,
  compare,
  divide,
  formatDecimal,
  isNegative,
  isPositive,
  isZero,
  MINOR_MAX,
  MINOR_MIN,
  negate,
  parseDecimal,
  subtract,
  zero,
} from './amount.ts'
import { CURRENCIES, currency } from './currency.ts'

const USD = currency('USD')
const JPY = currency('JPY')
const KWD = currency('KWD')
const CLF = currency('CLF')

const anyCurrency = fc.constantFrom(...CURRENCIES)
const anyMinor = fc.bigInt({ min: MINOR_MIN, max: MINOR_MAX })
const halfRangeMinor = fc.bigInt({ min: MINOR_MIN / 2n, max: MINOR_MAX / 2n })

describe('arithmetic', () => {
  test('subtracting what was added gives the amount back', () => {
    fc.assert(
      fc.property(anyCurrency, halfRangeMinor, halfRangeMinor, (code, a, b) => {
        const left = amount(a, code)
        const right = amount(b, code)
        expect(subtract(add(left, right), right)).toEqual(left)
        expect(add(left, right)).toEqual(add(right, left))
        expect(add(left, negate(left))).toEqual(zero(code))
      }),
    )
  })

  test('comparison agrees with the sign of the difference', () => {
    fc.assert(
      fc.property(halfRangeMinor, halfRangeMinor, (a, b) => {
        const difference = subtract(amount(a, USD), amount(b, USD))
        const sign = isPositive(difference) ? 1 : isNegative(difference) ? -1 : 0
        expect(compare(amount(a, USD), amount(b, USD))).toBe(sign)
        expect(isZero(difference)).toBe(sign === 0)
      }),
    )
  })

  test.each([
    ['add', add],
    ['subtract', subtract],
    ['compare', compare],
  ])('%s refuses two currencies', (_name, operation) => {
    expect(() => operation(amount(1n, USD), amount(1n, JPY))).toThrow(CurrencyMismatchError)
    expect(() => operation(zero(USD), zero(JPY))).toThrow('USD does not mix with JPY')
  })

  test('no result leaves the 64-bit range', () => {
    const most = amount(MINOR_MAX, USD)
    const least = amount(MINOR_MIN, USD)
    const one = amount(1n, USD)
    expect(() => amount(MINOR_MAX + 1n, USD)).toThrow(RangeError)
    expect(() => amount(MINOR_MIN - 1n, USD)).toThrow(RangeError)
    expect(() => add(most, one)).toThrow(RangeError)
    expect(() => subtract(least, one)).toThrow(RangeError)
    expect(() => negate(least)).toThrow(RangeError)
  })

  test('division rounds as named', () => {
    expect(divide(amount(1001n, USD), 2n, 'half-up')).toEqual(amount(501n, USD))
    expect(divide(amount(1001n, USD), 2n, 'half-even')).toEqual(amount(500n, USD))
    expect(divide(amount(-1001n, USD), 2n, 'down')).toEqual(amount(-500n, USD))
    expect(() => divide(amount(1n, USD), 0n, 'down')).toThrow(RangeError)
  })
})

describe('allocation', () => {
  const anyWeights = fc
    .array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 12 })
    .filter(weights => weights.some(weight => weight > 0n))

  test('shares add up to the whole and each is within one minor unit of its exact part', () => {
    fc.assert(
      fc.property(anyMinor, anyWeights, (minor, weights) => {
        const weightSum = weights.reduce((sum, weight) => sum + weight, 0n)
        const shares = allocate(amount(minor, USD), weights)
        expect(shares.reduce((sum, share) => sum + share.minor, 0n)).toBe(minor)
        for (const [index, share] of shares.entries()) {
          const weight = weights[index] ?? 0n
          const error = share.minor * weightSum - minor * weight
          expect((error < 0n ? -error : error) < weightSum).toBe(true)
          if (weight === 0n) expect(share.minor).toBe(0n)
        }
      }),
    )
  })

  test.each<[bigint, bigint[], bigint[]]>([
    [100n, [1n, 1n, 1n], [34n, 33n, 33n]],
    [-100n, [1n, 1n, 1n], [-34n, -33n, -33n]],
    [101n, [1n, 1n, 1n], [34n, 34n, 33n]],
    [10n, [1n, 2n], [3n, 7n]],
    [5n, [0n, 3n, 7n], [0n, 2n, 3n]],
    [1n, [0n, 1n, 1n], [0n, 1n, 0n]],
    [0n, [1n, 1n], [0n, 0n]],
  ])('%s by %s is %s', (minor, weights, shares) => {
    expect(allocate(amount(minor, USD), weights).map(share => share.minor)).toEqual(shares)
  })

  test('weights must be of use', () => {
    expect(() => allocate(amount(1n, USD), [])).toThrow(RangeError)
    expect(() => allocate(amount(1n, USD), [0n, 0n])).toThrow(RangeError)
    expect(() => allocate(amount(1n, USD), [2n, -1n])).toThrow(RangeError)
  })
})

describe('decimal text', () => {
  test('what is written is read back, in every currency and with padding', () => {
    fc.assert(
      fc.property(anyCurrency, anyMinor, fc.integer({ min: 0, max: 6 }), (code, minor, decimalsMin) => {
        const value = amount(minor, code)
        expect(parseDecimal(formatDecimal(value), code)).toEqual(value)
        expect(parseDecimal(formatDecimal(value, decimalsMin), code, decimalsMin)).toEqual(value)
      }),
      { numRuns: 500 },
    )
  })

  test('any text is read or refused, never thrown at', () => {
    const nearlyDecimal = fc.stringMatching(/^[-+.,e0-9 ]{0,60}$/)
    const anyText = fc.oneof(fc.string(), nearlyDecimal)
    fc.assert(
      fc.property(anyText, anyCurrency, (text, code) => {
        const value = parseDecimal(text, code)
        if (value !== undefined) expect(text).toMatch(/^-?\d+(\.\d+)?$/)
      }),
    )
  })

  test.each<[string, Amount]>([
    ['12', amount(1200n, USD)],
    ['12.3', amount(1230n, USD)],
    ['12.34', amount(1234n, USD)],
    ['-1.00', amount(-100n, USD)],
    ['0', zero(USD)],
    ['-0.00', zero(USD)],
    ['0.07', amount(7n, USD)],
    ['007.10', amount(710n, USD)],
    ['48', amount(48n, JPY)],
    ['1.234', amount(1234n, KWD)],
    ['1.2345', amount(12345n, CLF)],
    ['92233720368547758.07', amount(MINOR_MAX, USD)],
    ['-92233720368547758.08', amount(MINOR_MIN, USD)],
  ])('%s is read', (text, expected) => {
    expect(parseDecimal(text, expected.currency)).toEqual(expected)
  })

  test.each([
    '',
    '-',
    '.',
    '.5',
    '5.',
    '-.5',
    '+1',
    '--1',
    '1e2',
    '1,000.00',
    '1 000',
    ' 1',
    '1 ',
    '1\n',
    '0x10',
    'NaN',
    'Infinity',
    '1.2.3',
    '١٢',
    '12.345',
    '12.340',
    '92233720368547758.08',
    '-92233720368547758.09',
    '9'.repeat(41),
  ])('%j is not an amount of USD', text => {
    expect(parseDecimal(text, USD)).toBeUndefined()
  })

  test('decimals beyond the exponent are read only where the wire format prints them, and only zeros', () => {
    expect(parseDecimal('48.00', JPY)).toBeUndefined()
    expect(parseDecimal('48.00', JPY, 2)).toEqual(amount(48n, JPY))
    expect(parseDecimal('48.50', JPY, 2)).toBeUndefined()
    expect(parseDecimal('48.000', JPY, 2)).toBeUndefined()
    expect(parseDecimal('1.234', KWD, 2)).toEqual(amount(1234n, KWD))
  })

  test.each<[Amount, number | undefined, string]>([
    [amount(1234n, USD), undefined, '12.34'],
    [amount(-5n, USD), undefined, '-0.05'],
    [zero(USD), undefined, '0.00'],
    [amount(48n, JPY), undefined, '48'],
    [amount(48n, JPY), 2, '48.00'],
    [amount(-1234n, KWD), 2, '-1.234'],
    [amount(5n, CLF), undefined, '0.0005'],
    [amount(10000n, currency('TUSDT')), undefined, '100.00'],
    [amount(MINOR_MIN, USD), undefined, '-92233720368547758.08'],
  ])('%o with %o decimals at least is written %s', (value, decimalsMin, text) => {
    expect(formatDecimal(value, decimalsMin)).toBe(text)
  })
})
