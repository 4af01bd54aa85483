import { expect, test } from 'vitest'
import { amount } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import { asDecided } from './as-decided.ts'
import type { Authorization } from './authorization.ts'

const USD = currency('USD')
const usd = (minor: bigint) => amount(minor, USD)

const DECIDED: Authorization = {
  partnerId: 1n,
  authorizationId: 2n,
  accountId: 3n,
  card: { cardId: 4n, token: '1', bin: '658704', lastFour: '1234', remark: null },
  purpose: 'purchase',
  entryMode: 'ecommerce',
  threeDs: { version: '2.2.0', eci: '05', result: 'authenticated', dsTransactionId: null },
  transactionAmount: usd(1000n),
  billingAmount: usd(1000n),
  merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
  approvalCode: '123456',
  declineReason: null,
  trace: [],
  conversionRate: null,
  limitUse: [],
  approved: usd(1000n),
  held: usd(1000n),
  reversed: usd(0n),
  expired: usd(0n),
  cleared: usd(0n),
  refunded: usd(0n),
  fee: usd(0n),
  status: 'open',
  expiresAt: Temporal.Instant.from('2026-05-29T12:00:00Z'),
  createdAt: Temporal.Instant.from('2026-05-22T12:00:00Z'),
}

test('what has not changed is as it was decided', () => {
  expect(asDecided(DECIDED, usd(0n))).toEqual(DECIDED)
})

test('everything that came later is taken out again, an approval of less than was asked stays one', () => {
  const partly = { ...DECIDED, approved: usd(600n), held: usd(600n) }
  const later: Authorization = {
    ...partly,
    approved: usd(850n),
    held: usd(0n),
    reversed: usd(100n),
    expired: usd(50n),
    cleared: usd(700n),
    refunded: usd(20n),
    fee: usd(7n),
    status: 'closed',
  }
  expect(asDecided(later, usd(250n))).toEqual(partly)
})

test('a decline that was cleared all the same is the decline again', () => {
  const declined: Authorization = {
    ...DECIDED,
    approvalCode: null,
    declineReason: 'insufficient-funds',
    approved: usd(0n),
    held: usd(0n),
    status: 'closed',
    expiresAt: null,
  }
  expect(asDecided({ ...declined, cleared: usd(1000n) }, usd(0n))).toEqual(declined)
})
