import { expect, test } from 'vitest'
import { creditedOf, isExchanged, isOpen, payerOf } from './deposits.ts'

test.each([
  ['awaiting-confirmation', true],
  ['in-review', true],
  ['completed', false],
  ['failed', false],
] as const)('a deposit that is %s waits for somebody: %s', (status, open) => {
  expect(isOpen({ status })).toBe(open)
})

test('of the payer is told what is known', () => {
  expect(payerOf({ payer: { account: null, bank: null, expectedOn: null } })).toBeNull()
  expect(payerOf({ payer: { account: 'DE02', bank: 'Bank', expectedOn: '2026-05-22' } })).toBe(
    'Bank, DE02, expected 2026-05-22',
  )
})

test('nothing is credited before the deposit is completed', () => {
  const creditAmount = { amount: '10.00', currency: 'USD' }
  expect(creditedOf({ status: 'completed', creditAmount })).toEqual(creditAmount)
  expect(creditedOf({ status: 'in-review', creditAmount })).toBeNull()
})

test('money in another currency has to be counted', () => {
  const payAmount = { amount: '10.00', currency: 'EUR' }
  expect([
    isExchanged({ payAmount, creditCurrency: 'USD' }),
    isExchanged({ payAmount, creditCurrency: 'EUR' }),
  ]).toEqual([true, false])
})
