import { expect, test } from 'vitest'
import { amount } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import type { Authorization } from './authorization.ts'
import { explain } from './explanation.ts'

const usd = (minor: bigint) => amount(minor, currency('USD'))
const NOTHING = usd(0n)

const AUTHORIZATION: Authorization = {
  partnerId: 1n,
  authorizationId: 2n,
  accountId: 3n,
  card: { cardId: 4n, token: '1', bin: '658704', lastFour: '1234', remark: null },
  purpose: 'purchase',
  entryMode: null,
  threeDs: null,
  transactionAmount: usd(1250n),
  billingAmount: usd(1250n),
  conversionRate: null,
  merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
  approvalCode: '123456',
  declineReason: null,
  trace: [],
  approved: usd(1250n),
  held: NOTHING,
  reversed: NOTHING,
  expired: NOTHING,
  cleared: NOTHING,
  refunded: NOTHING,
  fee: NOTHING,
  limitUse: [],
  status: 'closed',
  expiresAt: null,
  createdAt: Temporal.Instant.from('2026-05-22T12:00:00Z'),
}

test.each<[Partial<Authorization>, string]>([
  [{ held: usd(1250n) }, 'Approved: 12.50 USD is on hold.'],
  [{ declineReason: 'card-lost', approved: NOTHING }, 'The card was reported lost.'],
  [{ declineReason: 'card-lost', approved: NOTHING, cleared: usd(1250n) }, '12.50 USD was paid.'],
  [{ reversed: usd(1250n) }, 'The merchant cancelled the purchase, so nothing is on hold any more.'],
  [
    { reversed: usd(250n), expired: usd(1000n) },
    'The merchant did not claim the money in time, so nothing is on hold any more.',
  ],
  [{ held: usd(250n), cleared: usd(1000n) }, '10.00 USD was paid and 2.50 USD is still on hold.'],
  [{ cleared: usd(1250n), refunded: usd(50n) }, '12.50 USD was paid, of which 0.50 USD was refunded.'],
  [{}, 'Nothing was paid, and nothing is on hold any more.'],
  [{ approved: NOTHING }, 'Approved: nothing had to be put on hold.'],
  [{ approved: NOTHING, refunded: usd(1250n) }, '12.50 USD was refunded.'],
])('%#: %s', (changes, sentence) => {
  expect(explain({ ...AUTHORIZATION, ...changes })).toBe(sentence)
})
