import { expect, test } from 'vitest'
import { queryOf } from './query.ts'

test('filters of the address are those of the API', () => {
  expect(
    queryOf({ decision: 'declined', reason: 'card-lost', card: '450620141926', lastFour: '2976', mcc: '5411' }),
  ).toEqual(
    expect.objectContaining({
      decision: 'declined',
      declineReason: 'card-lost',
      cardToken: '450620141926',
      lastFour: '2976',
      mcc: '5411',
      currency: undefined,
    }),
  )
})

test('bounds of an amount come with a currency', () => {
  expect(queryOf({ min: '10.00' })).toMatchObject({ minAmount: '10.00', currency: 'USD' })
  expect(queryOf({ max: '10', currency: 'eur' })).toMatchObject({ maxAmount: '10', currency: 'EUR' })
})
