import { describe, expect, test } from 'vitest'
import {
  CURRENCIES,
  currency,
  currencyNameOf,
  currencyOfNumericCode,
  exponentOf,
  isCurrency,
  numericCodeOf,
} from './currency.ts'
import { ISO_4217_CURRENCIES, ISO_4217_FUNDS } from './iso-4217.ts'

const ISO_ROWS = [...ISO_4217_CURRENCIES, ...ISO_4217_FUNDS]

describe('ISO 4217 table', () => {
  test('holds the 165 codes of List One that have a minor unit, by exponent as published', () => {
    const counts = [0, 2, 3, 4].map(exponent => ISO_ROWS.filter(row => row[2] === exponent).length)
    expect(counts).toEqual([17, 139, 7, 2])
    expect(ISO_4217_FUNDS).toHaveLength(10)
  })

  test('has each code and each numeric code once, in their form', () => {
    expect(new Set(ISO_ROWS.map(row => row[0])).size).toBe(ISO_ROWS.length)
    expect(new Set(ISO_ROWS.map(row => row[1])).size).toBe(ISO_ROWS.length)
    for (const [code, numericCode, , name] of ISO_ROWS) {
      expect(code).toMatch(/^[A-Z]{3}$/)
      expect(numericCode).toMatch(/^\d{3}$/)
      expect(name).not.toBe('')
    }
  })

  test.each([
    ['JPY', '392', 0],
    ['KRW', '410', 0],
    ['CLP', '152', 0],
    ['ISK', '352', 0],
    ['XOF', '952', 0],
    ['UGX', '800', 0],
    ['USD', '840', 2],
    ['EUR', '978', 2],
    ['BRL', '986', 2],
    ['CNY', '156', 2],
    ['HKD', '344', 2],
    ['HUF', '348', 2],
    ['IDR', '360', 2],
    ['XCG', '532', 2],
    ['KWD', '414', 3],
    ['BHD', '048', 3],
    ['TND', '788', 3],
    ['CLF', '990', 4],
    ['UYW', '927', 4],
  ])('%s is %s with %i decimals', (code, numericCode, exponent) => {
    expect(exponentOf(currency(code))).toBe(exponent)
    expect(numericCodeOf(currency(code))).toBe(numericCode)
    expect(currencyOfNumericCode(numericCode)).toBe(code)
  })
})

test('the platform token has two decimals and no numeric code', () => {
  const token = currency('TUSDT')
  expect(exponentOf(token)).toBe(2)
  expect(numericCodeOf(token)).toBeUndefined()
  expect(currencyNameOf(token)).not.toBe('')
  expect(CURRENCIES).toHaveLength(166)
})

test.each(['', 'usd', 'US', 'USDT', 'XXX', 'XAU', 'ZZZ', 'constructor', '__proto__'])('%j is not a currency', code => {
  expect(isCurrency(code)).toBe(false)
  expect(() => currency(code)).toThrow(RangeError)
})

test('a refusal shows only the start of a long code', () => {
  expect(() => currency('4111111111111111')).toThrow('unknown currency "41111111"')
})

test('an unknown numeric code has no currency', () => {
  expect(currencyOfNumericCode('000')).toBeUndefined()
  expect(currencyOfNumericCode('999')).toBeUndefined()
})
