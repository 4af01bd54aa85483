import { expect, test } from 'vitest'
import { countText, rateText } from './numbers.ts'

test('rates have as many decimals as say something', () => {
  expect([0, 0.25, 0.1, 3.42, 10, 42.13, 99.95, 512.4, 25_310].map(rateText)).toEqual([
    '0',
    '0.25',
    '0.1',
    '3.42',
    '10',
    '42.1',
    '100',
    '512',
    '25,310',
  ])
})

test('counts are in groups of three', () => {
  expect(countText(1_234_567)).toBe('1,234,567')
})
