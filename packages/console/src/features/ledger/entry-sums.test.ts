import type { JournalEntry } from '@openissuer/sdk/operator.ts'
import { expect, test } from 'vitest'
import { counterAccounts, type Posting, postingsOf, sumsOf } from './entry-sums.ts'

const posting = (accountId: string, side: Posting['side'], amount: string, currency = 'USD'): Posting => ({
  accountId,
  accountKind: 'card',
  side,
  amount: { amount, currency },
  balanceAfter: { amount: '0.00', currency },
})

const entryOf = (...postings: Posting[]): JournalEntry => ({
  entryId: '1',
  kind: 'transfer',
  cardId: null,
  cardToken: null,
  orderNo: null,
  memo: null,
  createdAt: '2026-05-22T12:00:00Z',
  postings,
})

test('the sides of an entry are added up, each currency by itself', () => {
  const entry = entryOf(
    posting('1', 'debit', '10.05'),
    posting('2', 'debit', '0.95'),
    posting('3', 'credit', '11.00'),
    posting('4', 'debit', '500', 'JPY'),
    posting('5', 'credit', '500', 'JPY'),
  )
  expect(sumsOf(entry)).toEqual([
    { amount: '11.00', currency: 'USD' },
    { amount: '500', currency: 'JPY' },
  ])
  expect(sumsOf(entry, 'credit')).toEqual(sumsOf(entry))
})

test('an account has its own postings, and on the other side those that it moved money with', () => {
  const entry = entryOf(
    posting('1', 'debit', '10.00'),
    posting('2', 'debit', '1.00'),
    posting('3', 'credit', '5.00'),
    posting('3', 'credit', '6.00'),
  )
  expect(postingsOf(entry, '1').map(({ amount }) => amount.amount)).toEqual(['10.00'])
  expect(counterAccounts(entry, '1').map(({ accountId }) => accountId)).toEqual(['3'])
  expect(counterAccounts(entry, '3').map(({ accountId }) => accountId)).toEqual(['1', '2'])
  expect(counterAccounts(entry, 'other')).toEqual(entry.postings.slice(0, 2).concat(entry.postings.slice(3)))
})
