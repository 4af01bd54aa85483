import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { divideRounded, type Rounding } from './rounding.ts'

const ROUNDINGS: readonly Rounding[] = ['half-up', 'half-even', 'down']
const anyRounding = fc.constantFrom(...ROUNDINGS)
const anyDenominator = fc.bigInt({ min: 1n, max: 10n ** 20n })
const anyNumerator = fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n })

test.each<[bigint, bigint, bigint, bigint, bigint]>([
  // numerator, denominator, half-up, half-even, down
  [5n, 2n, 3n, 2n, 2n],
  [7n, 2n, 4n, 4n, 3n],
  [-5n, 2n, -3n, -2n, -2n],
  [-7n, 2n, -4n, -4n, -3n],
  [1n, 2n, 1n, 0n, 0n],
  [-1n, 2n, -1n, 0n, 0n],
  [4n, 3n, 1n, 1n, 1n],
  [5n, 3n, 2n, 2n, 1n],
  [-5n, 3n, -2n, -2n, -1n],
  [6n, 3n, 2n, 2n, 2n],
  [0n, 7n, 0n, 0n, 0n],
])('%s / %s is %s half up, %s half even, %s down', (numerator, denominator, halfUp, halfEven, down) => {
  expect(divideRounded(numerator, denominator, 'half-up')).toBe(halfUp)
  expect(divideRounded(numerator, denominator, 'half-even')).toBe(halfEven)
  expect(divideRounded(numerator, denominator, 'down')).toBe(down)
})

test('a denominator of zero or below is refused', () => {
  expect(() => divideRounded(1n, 0n, 'down')).toThrow(RangeError)
  expect(() => divideRounded(1n, -2n, 'down')).toThrow(RangeError)
})

test('rounding to the nearest is off by at most a half, rounding down by less than one and never away from zero', () => {
  fc.assert(
    fc.property(anyNumerator, anyDenominator, anyRounding, (numerator, denominator, rounding) => {
      const error = numerator - divideRounded(numerator, denominator, rounding) * denominator
      const errorSize = error < 0n ? -error : error
      if (rounding === 'down') {
        expect(errorSize < denominator).toBe(true)
        expect(error === 0n || error < 0n === numerator < 0n).toBe(true)
      } else {
        expect(2n * errorSize <= denominator).toBe(true)
      }
    }),
  )
})

test('rounding mirrors at zero', () => {
  fc.assert(
    fc.property(anyNumerator, anyDenominator, anyRounding, (numerator, denominator, rounding) => {
      expect(divideRounded(-numerator, denominator, rounding)).toBe(-divideRounded(numerator, denominator, rounding))
    }),
  )
})
