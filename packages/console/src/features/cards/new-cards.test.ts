import { expect, test } from 'vitest'
import { type NewCardValues, newCardsOf } from './new-cards.ts'

const VALUES: NewCardValues = {
  programId: '1',
  form: 'virtual',
  cardholderId: '100001',
  count: '2',
  uniqueNo: ' TRAVEL-1 ',
  remark: '',
  contactId: '100001',
  funding: 'card',
  sharedAccount: '7',
  'initialBalance.amount': '10.00',
  'initialBalance.payAccount': '',
}

const KIND = { programId: '1', form: 'virtual', cardholderId: '100001', count: 2, uniqueNo: 'TRAVEL-1' }

test('cards with an account of their own may be loaded first', () => {
  expect(newCardsOf(VALUES, 'USD')).toEqual({
    ...KIND,
    funding: 'card',
    initialBalance: { amount: '10.00', currency: 'USD' },
  })
  expect(newCardsOf({ ...VALUES, 'initialBalance.payAccount': '5' }, 'USD')).toMatchObject({
    initialBalance: { payAccount: '5' },
  })
})

test('cards of a shared account name it, and have no money of their own', () => {
  expect(newCardsOf({ ...VALUES, funding: 'shared' }, 'USD')).toEqual({
    ...KIND,
    funding: 'shared',
    sharedAccount: '7',
  })
})

test('of physical cards a courier may call a contact', () => {
  expect(newCardsOf({ ...VALUES, form: 'physical' }, 'USD')).toMatchObject({ form: 'physical', contactId: '100001' })
})

test('what was filled in for another kind of money is not sent', () => {
  expect(newCardsOf({ ...VALUES, funding: 'reserve' }, 'USD')).toEqual({ ...KIND, funding: 'reserve' })
})
