import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPlainDecimal, parsePlainDecimal, powerOfTen } from './decimal.ts'

test('the digits and the number of decimals come back as written', () => {
  const anyUnscaled = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })
  fc.assert(
    fc.property(anyUnscaled, fc.integer({ min: 0, max: 18 }), (unscaled, decimals) => {
      expect(parsePlainDecimal(formatPlainDecimal({ unscaled, decimals }))).toEqual({ unscaled, decimals })
    }),
  )
})

test('trailing zeros count as decimals', () => {
  expect(parsePlainDecimal('-12.30')).toEqual({ unscaled: -1230n, decimals: 2 })
  expect(parsePlainDecimal('12')).toEqual({ unscaled: 12n, decimals: 0 })
})

test('small numbers get a leading zero', () => {
  expect(formatPlainDecimal({ unscaled: -5n, decimals: 2 })).toBe('-0.05')
  expect(formatPlainDecimal({ unscaled: 5n, decimals: 0 })).toBe('5')
  expect(powerOfTen(0)).toBe(1n)
})

test('a text of more than 40 characters is refused', () => {
  expect(parsePlainDecimal('1'.repeat(40))).toBeDefined()
  expect(parsePlainDecimal('1'.repeat(41))).toBeUndefined()
})
