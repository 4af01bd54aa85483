import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  setCardStatus,
  sharedFunding,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { type LoadCard, loadCard } from './load-card.ts'

const JPY = currency('JPY')

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

async function newCard(openingBalance = 10_000n) {
  const partner = await addPartner(useCases, { openingBalance })
  return { partner, card: await addCard(useCases, partner.partnerId) }
}

function load(partner: TestPartner, cardToken: string, changes: Partial<LoadCard> = {}) {
  const command: LoadCard = {
    partnerId: partner.partnerId,
    cardToken,
    payAccountId: partner.accounts['partner-funding'].accountId,
    amount: usd(2500n),
    orderNo: newOrderNo(),
    memo: null,
    ...changes,
  }
  return useCases.run(work => loadCard(work, command))
}

async function balanceOf(partner: TestPartner, accountId: bigint): Promise<bigint | undefined> {
  return (await useCases.ports.storage.read.account(partner.partnerId, accountId))?.balance.minor
}

const fundingOf = (partner: TestPartner) => balanceOf(partner, partner.accounts['partner-funding'].accountId)

/** What the database has of a partner's movements besides its opening balance. */
async function loadsOf(partner: TestPartner): Promise<number | null> {
  const { rowCount } = await useCases.pool.query(
    `select from journal_entry where partner_id = $1 and kind = 'card-load'`,
    [partner.partnerId],
  )
  return rowCount
}

describe('a load', () => {
  test('debits the funding account and credits the card with the same amount, in one entry', async () => {
    const { partner, card } = await newCard()
    const orderNo = newOrderNo()
    const { partnerSideId } = await load(partner, card.token, { orderNo, memo: 'May allowance' })
    expect([await fundingOf(partner), await balanceOf(partner, card.accountId)]).toEqual([7500n, 2500n])
    const { rows } = await useCases.pool.query(
      `select e.kind, e.order_no, e.memo, p.account_id, p.side, p.amount_minor, p.currency, p.balance_after_minor
         from journal_entry e join posting p using (partner_id, entry_id)
        where e.partner_id = $1 and e.entry_id = $2 order by p.line_no`,
      [partner.partnerId, partnerSideId],
    )
    const entry = { kind: 'card-load', order_no: orderNo, memo: 'May allowance', amount_minor: 2500n, currency: 'USD' }
    const funding = partner.accounts['partner-funding'].accountId
    expect(rows).toEqual([
      { ...entry, account_id: funding, side: 'debit', balance_after_minor: 7500n },
      { ...entry, account_id: card.accountId, side: 'credit', balance_after_minor: 2500n },
    ])
  })

  test('has two neighbouring ids, one for each side, and shares none with another load', async () => {
    const { partner, card } = await newCard()
    // more than one block of ids, so that a pair falls on the seam between two
    const loads = await Promise.all(Array.from({ length: 61 }, () => load(partner, card.token, { amount: usd(1n) })))
    for (const { partnerSideId, cardSideId } of loads) expect(cardSideId).toBe(partnerSideId + 1n)
    expect(new Set(loads.flatMap(({ partnerSideId, cardSideId }) => [partnerSideId, cardSideId])).size).toBe(122)
  })

  test('may take the last minor unit of the funding account, and not one more', async () => {
    const { partner, card } = await newCard(2500n)
    await expect(load(partner, card.token, { amount: usd(2501n) })).rejects.toMatchObject({
      code: 'insufficient-funds',
    })
    expect([await fundingOf(partner), await balanceOf(partner, card.accountId)]).toEqual([2500n, 0n])
    expect(await loadsOf(partner)).toBe(0)
    await load(partner, card.token, { amount: usd(2500n) })
    expect([await fundingOf(partner), await balanceOf(partner, card.accountId)]).toEqual([0n, 2500n])
  })

  test('that is refused leaves its order number free', async () => {
    const { partner, card } = await newCard(2500n)
    const orderNo = newOrderNo()
    await expect(load(partner, card.token, { orderNo, amount: usd(2501n) })).rejects.toThrow()
    await expect(load(partner, card.token, { orderNo })).resolves.toBeDefined()
    await expect(load(partner, card.token, { orderNo })).rejects.toMatchObject({ code: 'duplicate-order' })
  })

  test('does not touch money that a hold on the funding account reserves', async () => {
    const { partner, card } = await newCard(2500n)
    const funding = partner.accounts['partner-funding'].accountId
    await useCases.pool.query('update account set held_minor = 1 where account_id = $1', [funding])
    await expect(load(partner, card.token)).rejects.toMatchObject({ code: 'insufficient-funds' })
    await useCases.pool.query('update account set held_minor = 0 where account_id = $1', [funding])
  })

  test.each([0n, -1n, 10n ** 15n + 1n])('of %s is refused', async minor => {
    const { partner, card } = await newCard()
    const refused = load(partner, card.token, { amount: usd(minor) })
    await expect(refused).rejects.toMatchObject({ code: 'invalid-amount', field: 'amount' })
  })

  test('in another currency is refused', async () => {
    const { partner, card } = await newCard()
    const refused = load(partner, card.token, { amount: amount(1n, JPY) })
    await expect(refused).rejects.toMatchObject({ code: 'unknown-currency', field: 'currency' })
  })
})

describe('the card', () => {
  test.each(['closing', 'closed', 'failed'] as const)('that is %s takes no money', async status => {
    const { partner, card } = await newCard()
    await setCardStatus(useCases, card, status)
    await expect(load(partner, card.token)).rejects.toMatchObject({ code: 'card-status-conflict' })
    expect(await fundingOf(partner)).toBe(10_000n)
  })

  test.each(['active', 'pending', 'awaiting-activation', 'blocked', 'lost'] as const)(
    'that is %s keeps its balance and takes money',
    async status => {
      const { partner, card } = await newCard()
      await setCardStatus(useCases, card, status)
      await load(partner, card.token)
      expect(await balanceOf(partner, card.accountId)).toBe(2500n)
    },
  )

  test.each(['shared', 'cardholder', 'reserve'] as const)('that spends %s money has no balance to load', async kind => {
    const partner = await addPartner(useCases)
    const funding = kind === 'shared' ? sharedFunding(partner) : { kind }
    const card = await addCard(useCases, partner.partnerId, { funding })
    await expect(load(partner, card.token)).rejects.toMatchObject({ code: 'card-has-no-balance' })
  })

  test('of another partner does not exist', async () => {
    const [mine, theirs] = [await newCard(), await newCard()]
    await expect(load(mine.partner, theirs.card.token)).rejects.toMatchObject({ code: 'card-not-found' })
    await expect(load(mine.partner, '999999999999')).rejects.toMatchObject({ code: 'card-not-found' })
  })
})

describe('the funding account', () => {
  test.each(['bank', 'reserve', 'shared'] as const)('is not the %s account', async kind => {
    const { partner, card } = await newCard()
    const refused = load(partner, card.token, { payAccountId: partner.accounts[kind].accountId })
    await expect(refused).rejects.toMatchObject({ code: 'account-not-found', field: 'payAccount' })
  })

  test("is not another partner's, nor the card's own", async () => {
    const [mine, theirs] = [await newCard(), await newCard()]
    for (const payAccountId of [theirs.partner.accounts['partner-funding'].accountId, mine.card.accountId, 1n]) {
      const refused = load(mine.partner, mine.card.token, { payAccountId })
      await expect(refused).rejects.toMatchObject({ code: 'account-not-found', field: 'payAccount' })
    }
  })
})

test('loads at the same time move exactly what the funding account has', async () => {
  const partner = await addPartner(useCases, { openingBalance: 1000n })
  const cards = await Promise.all([1, 2, 3].map(() => addCard(useCases, partner.partnerId)))
  const outcomes = await Promise.allSettled(
    Array.from({ length: 45 }, (_, n) => load(partner, cards[n % 3]?.token ?? '', { amount: usd(30n) })),
  )
  expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(33)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'insufficient-funds' })
  }
  expect(await fundingOf(partner)).toBe(10n)
})
