import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { addPartner, createUseCases, type TestPartner, type UseCases, usd } from '../../../../test/support/use-cases.ts'
import { AMOUNT_MINOR_MAX, postDeposit } from './post-deposit.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

const deposit = ({ partnerId }: TestPartner, accountId: bigint, money = usd(700n)) =>
  useCases.run(work => postDeposit(work, { partnerId, accountId, amount: money, memo: 'wire 123' }))

async function balances({ partnerId }: TestPartner) {
  const accounts = await useCases.ports.storage.read.accountsOf(partnerId)
  return Object.fromEntries(accounts.map(account => [account.kind, account.balance.minor]))
}

test.each(['partner-funding', 'reserve', 'shared'] as const)(
  'money that arrived is at the bank and on the %s account',
  async kind => {
    const partner = await addPartner(useCases, { openingBalance: 0n })
    await deposit(partner, partner.accounts[kind].accountId)
    const none = { bank: 0n, 'partner-funding': 0n, reserve: 0n, shared: 0n }
    expect(await balances(partner)).toEqual({ ...none, bank: 700n, [kind]: 700n })
  },
)

test('deposits at the same time all arrive', async () => {
  const partner = await addPartner(useCases, { openingBalance: 0n })
  const { reserve, shared } = partner.accounts
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => deposit(partner, n % 2 === 0 ? reserve.accountId : shared.accountId, usd(7n))),
  )
  expect(await balances(partner)).toEqual({ bank: 140n, 'partner-funding': 0n, reserve: 70n, shared: 70n })
})

test('the largest deposit is booked', async () => {
  const partner = await addPartner(useCases, { openingBalance: 0n })
  await deposit(partner, partner.accounts.reserve.accountId, usd(AMOUNT_MINOR_MAX))
  expect(await balances(partner)).toMatchObject({ bank: AMOUNT_MINOR_MAX, reserve: AMOUNT_MINOR_MAX })
})

test.each([0n, -1n, AMOUNT_MINOR_MAX + 1n])('a deposit of %s is refused', async minor => {
  const partner = await addPartner(useCases, { openingBalance: 0n })
  const refused = deposit(partner, partner.accounts.reserve.accountId, usd(minor))
  await expect(refused).rejects.toMatchObject({ code: 'invalid-amount' })
})

test('a currency in which the partner has no bank account is refused', async () => {
  const partner = await addPartner(useCases)
  const refused = deposit(partner, partner.accounts.reserve.accountId, amount(1n, currency('EUR')))
  await expect(refused).rejects.toMatchObject({ code: 'unknown-currency' })
})

test("the bank itself, another partner's account and one that does not exist take no deposit", async () => {
  const [mine, theirs] = [await addPartner(useCases), await addPartner(useCases)]
  for (const accountId of [mine.accounts.bank.accountId, theirs.accounts.reserve.accountId, 1n]) {
    await expect(deposit(mine, accountId)).rejects.toMatchObject({ code: 'account-not-found' })
  }
})
