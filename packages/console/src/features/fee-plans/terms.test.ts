import type { FeePlan } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { FREE, faultsOf, feeLines, feePlanOf } from './terms.ts'

const NOTHING: FeePlan['terms'] = {
  issue: '0.00',
  purchaseRate: '0',
  crossBorderRate: '0',
  smallBelow: '0.00',
  small: '0.00',
  smallFree: { period: 'none', count: 0, days: 0 },
  refundRate: '0',
  cancel: '0.00',
  cancelFrom: '0.00',
  decline: '0.00',
  declineFree: { period: 'none', count: 0, days: 0 },
  cashRate: '0',
  cashLeast: '0.00',
  verification: '0.00',
  management: { cycle: 'none', amount: '0.00', waiver: 'none', waiverFrom: '0.00', closesUnpaid: true },
}

const planOf = (terms: Partial<FeePlan['terms']>): FeePlan => ({
  feePlanId: '1',
  name: 'Standard',
  currency: 'USD',
  terms: { ...NOTHING, ...terms },
  createdAt: '2026-05-22T12:00:00Z',
})

const priceOf = (terms: Partial<FeePlan['terms']>, fee: string) =>
  feeLines(planOf(terms)).find(line => line.fee === fee)

test('a plan without terms costs nothing', () => {
  expect(feeLines(planOf({})).every(({ price }) => price === null)).toBe(true)
})

test.each([
  ['Card', { issue: '5.00' }, '5.00 USD'],
  ['Purchase', { purchaseRate: '0.015000' }, '1.5 %'],
  ['Cash withdrawal', { cashRate: '0.02', cashLeast: '2.00' }, '2 %, at least 2.00 USD'],
  ['Cash withdrawal', { cashLeast: '2.00' }, 'at least 2.00 USD'],
  ['Small purchase', { small: '0.20', smallBelow: '5.00' }, '0.20 USD'],
  ['Small purchase', { small: '0.20', smallBelow: '0.00' }, null],
  [
    'Small purchase',
    { small: '0.20', smallBelow: '5.00', smallFree: { period: 'day', count: 3, days: 30 } },
    '0.20 USD after 3 free in 30 days',
  ],
  [
    'Decline',
    { decline: '0.25', declineFree: { period: 'forever', count: 5, days: 0 } },
    "0.25 USD after 5 free in the card's life",
  ],
] as const)('%s with %j costs %j', (fee, terms, price) => {
  expect(priceOf(terms, fee)?.price).toBe(price)
})

test('the management fee says when it is waived and what becomes of a card that cannot pay', () => {
  const management = {
    cycle: 'month',
    amount: '1.00',
    waiver: 'amount',
    waiverFrom: '100.00',
    closesUnpaid: true,
  } as const
  expect(priceOf({ management }, 'Management')).toEqual({
    fee: 'Management',
    when: 'At the start of each month (UTC), unless 100.00 USD were reached in the one before. A card that cannot pay is closed.',
    price: '1.00 USD a month',
  })
  expect(
    priceOf({ management: { ...management, waiver: 'count', waiverFrom: '5', closesUnpaid: false } }, 'Management')
      ?.when,
  ).toBe('At the start of each month (UTC), unless 5 purchases and withdrawals were reached in the one before.')
})

test('what is typed becomes the terms, percentages as fractions', () => {
  const values = {
    ...FREE,
    name: ' Standard ',
    currency: 'usd',
    issue: '5.00',
    purchaseRate: '1.25',
    'declineFree.period': 'day',
    'declineFree.count': '3',
    'declineFree.days': '30',
    'management.cycle': 'year',
    'management.amount': '12.00',
    'management.waiver': 'count',
    'management.waiverFrom': '10',
  }
  expect(faultsOf(values)).toEqual({})
  expect(feePlanOf(values, false)).toEqual({
    name: 'Standard',
    currency: 'USD',
    terms: {
      issue: '5.00',
      purchaseRate: '0.0125',
      declineFree: { period: 'day', count: 3, days: 30 },
      management: { cycle: 'year', amount: '12.00', waiver: 'count', waiverFrom: '10', closesUnpaid: false },
    },
  })
  expect(feePlanOf({ ...FREE, name: 'Free' }, true)).toEqual({ name: 'Free', currency: 'USD', terms: {} })
})

test('what cannot be sent is said at its field', () => {
  const faults = faultsOf({
    ...FREE,
    purchaseRate: '101',
    refundRate: '0.00001',
    issue: '5,00',
    'smallFree.period': 'day',
    'smallFree.count': '0',
    'management.cycle': 'month',
    'management.waiver': 'amount',
  })
  expect(Object.keys(faults).toSorted()).toEqual([
    'issue',
    'management.waiverFrom',
    'purchaseRate',
    'refundRate',
    'smallFree.count',
    'smallFree.days',
  ])
})
