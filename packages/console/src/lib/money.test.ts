import { expect, test } from 'vitest'
import { difference, formatDecimal, formatMoney, isZero, share, sumOf } from './money.ts'

test.each([
  ['0', '0'],
  ['12.50', '12.50'],
  ['1234.50', '1,234.50'],
  ['-1234567.005', '−1,234,567.005'],
  ['123456789012345678901.99', '123,456,789,012,345,678,901.99'],
])('%s is shown as %s, digit for digit', (amount, shown) => {
  expect(formatDecimal(amount)).toBe(shown)
})

test('money is shown with its currency', () => {
  expect(formatMoney({ amount: '1000', currency: 'JPY' })).toBe('1,000 JPY')
})

test('zero is zero in every form', () => {
  expect(['0', '0.00', '-0.000'].map(amount => isZero({ amount, currency: 'USD' }))).toEqual([true, true, true])
  expect(isZero({ amount: '0.01', currency: 'USD' })).toBe(false)
})

test.each([
  ['0.00', '100.00', 0],
  ['25.00', '100.00', 0.25],
  ['100.00', '100.00', 1],
  ['250.00', '100.00', 1],
  ['-5.00', '100.00', 0],
  ['0.00', '0.00', 0],
  ['1.00', '0.00', 1],
])('%s of %s is the part %f', (used, limit, part) => {
  expect(share({ amount: used, currency: 'USD' }, { amount: limit, currency: 'USD' })).toBe(part)
})

test.each([
  ['100.00', '25.50', '74.50'],
  ['0.05', '0.10', '-0.05'],
  ['5', '7', '-2'],
  ['90071992547409930.01', '0.02', '90071992547409929.99'],
])('%s less %s is %s', (left, taken, rest) => {
  const money = (amount: string) => ({ amount, currency: 'USD' })
  expect(difference(money(left), money(taken))).toEqual(money(rest))
})

test('amounts are added up digit for digit, below zero too', () => {
  const usd = (...amounts: string[]) => amounts.map(amount => ({ amount, currency: 'USD' }))
  expect(sumOf(usd('90071992547409.93', '0.07', '-0.50'))).toEqual({ amount: '90071992547409.50', currency: 'USD' })
  expect(sumOf(usd('-1.00', '0.05'))).toEqual({ amount: '-0.95', currency: 'USD' })
  expect(sumOf([{ amount: '7', currency: 'JPY' }])).toEqual({ amount: '7', currency: 'JPY' })
  expect(() => sumOf([])).toThrow('nothing')
})
