import { assert, integer, nat, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { isDecimal, movePoint } from './decimal.ts'

test('decimal text is digits with so many decimals at most', () => {
  expect(['0', '12', '12.5', '0.05'].every(text => isDecimal(text, 2))).toBe(true)
  expect(['', '.5', '5.', '-1', '1,5', '1e3', '0.005', ' 1', '1'.repeat(16)].some(text => isDecimal(text, 2))).toBe(
    false,
  )
  expect(isDecimal('1.5', 0)).toBe(false)
})

test.each([
  ['2.5', -2, '0.025'],
  ['100', -2, '1'],
  ['0', -2, '0'],
  ['0.020000', 2, '2'],
  ['0.0125', 2, '1.25'],
  ['1', 2, '100'],
  ['0.5', 0, '0.5'],
])('%s moved by %i is %s', (text, places, moved) => {
  expect(movePoint(text, places)).toBe(moved)
})

test('what is moved there and back is what it was', () => {
  const decimal = tuple(nat(), nat({ max: 999_999 })).map(([whole, part]) => `${whole}.${part}1`)
  assert(
    property(decimal, integer({ min: -6, max: 6 }), (text, places) => {
      expect(movePoint(movePoint(text, places), -places)).toBe(text)
    }),
  )
})
