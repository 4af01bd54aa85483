import type { Event } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { wordsOfEvent } from './words.ts'

const MESSAGE: NonNullable<Event['message']> = {
  authorizationId: '1',
  transactionAmount: { amount: '1250.00', currency: 'USD' },
  billingAmount: { amount: '1250.00', currency: 'USD' },
  decision: 'approved',
  declineReason: null,
  merchantName: 'Corner Shop',
}

const DECLINED: NonNullable<Event['message']> = {
  ...MESSAGE,
  transactionAmount: { amount: '20.00', currency: 'EUR' },
  billingAmount: { amount: '21.70', currency: 'USD' },
  decision: 'declined',
  declineReason: 'insufficient-funds',
  merchantName: null,
}

test('a message is told with its amounts, its merchant and why it was declined', () => {
  expect(wordsOfEvent({ message: MESSAGE, fact: null })).toBe('1,250.00 USD at Corner Shop')
  expect(wordsOfEvent({ message: DECLINED, fact: null })).toBe('20.00 EUR (21.70 USD), declined: insufficient funds')
})

test.each<[string, NonNullable<Event['fact']>]>([
  ['active, then blocked: asked by phone', { before: 'active', after: 'blocked', reason: 'asked by phone' }],
  [
    'Cardholder 7: in review, then rejected: a blurred picture',
    { cardholderId: '7', before: 'in-review', after: 'rejected', rejection: 'a blurred picture', codes: [] },
  ],
  ['Application 5', { applicationId: '5' }],
  ['100.00 USD onto the card', { entryId: '3', amount: { amount: '100.00', currency: 'USD' } }],
  ['Fee 9', { feeId: '9' }],
  ['The partner has decided', { authorizationId: '1' }],
  // the password is told to the partner alone
  ['', {} as NonNullable<Event['fact']>],
])('%j', (words, fact) => {
  expect(wordsOfEvent({ message: null, fact })).toBe(words)
})
