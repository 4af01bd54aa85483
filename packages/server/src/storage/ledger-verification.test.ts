import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  addCard,
  addPartner,
  addProgram,
  createUseCases,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { loadCard } from '../app/load-card.ts'
import { verifyLedger } from './ledger-verification.ts'

let useCases: UseCases

beforeEach(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
  const { partnerId, accounts } = await addPartner(useCases, { openingBalance: 50_000n })
  const card = await addCard(useCases, partnerId)
  await useCases.run(work =>
    loadCard(work, {
      partnerId,
      cardToken: card.token,
      payAccountId: accounts['partner-funding'].accountId,
      amount: usd(1234n),
      orderNo: 'L1',
      memo: null,
    }),
  )
})

afterEach(() => useCases.close())

test('books that use cases have written are in order, and their trial balance balances', async () => {
  const { violations, trialBalance } = await verifyLedger(useCases.pool)
  expect(violations).toEqual([])
  const sum = (side: 'debitMinor' | 'creditMinor') => trialBalance.reduce((total, line) => total + line[side], 0n)
  expect(sum('debitMinor')).toBe(150_000n)
  expect(sum('creditMinor')).toBe(150_000n)
  expect(trialBalance.find(line => line.kind === 'card')?.creditMinor).toBe(1234n)
})

describe('it finds', () => {
  test.each([
    [
      'a balance that was raised',
      `update account set balance_minor = balance_minor + 1 where kind = 'card'`,
      'balance',
    ],
    [
      'a posting that was changed',
      `update posting set amount_minor = 1233 where amount_minor = 1234 and side = 'debit'`,
      'debits equal credits',
    ],
    [
      'a posting that was removed',
      `delete from posting where amount_minor = 1234 and side = 'credit'`,
      'debits equal credits',
    ],
    ['a hold that belongs to nothing', `update account set held_minor = 1 where kind = 'card'`, 'holds back'],
    [
      'usage that belongs to nothing',
      `insert into card_day_usage select partner_id, card_id, '2026-05-22', 'USD', 1, 100, 100, 100 from card`,
      'used',
    ],
  ])('%s', async (_name, tampering, rule) => {
    await useCases.pool.query(tampering)
    const { violations } = await verifyLedger(useCases.pool)
    expect(violations.some(violation => violation.includes(rule))).toBe(true)
  })
})
