/** Money of a partner: announced deposits, transfers, and the statements that show all of it from both sides. */
import type { Card } from '@openissuer/core/card/card.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import {
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  purchase,
  sharedFunding,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { closeCard } from './close-card.ts'
import { confirmDeposit, rejectDeposit, reviewDeposit } from './decide-deposit.ts'
import { loadCard } from './load-card.ts'
import { openAccount } from './open-account.ts'
import { type OrderDeposit, orderDeposit } from './order-deposit.ts'
import type { MovementFilter } from './ports.ts'
import { type Transfer, transfer } from './transfer.ts'
import { unloadCard } from './unload-card.ts'

const HKD = currency('HKD')

let useCases: UseCases
let life: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases()
  life = lifecycleOf(useCases)
  await addProgram(useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

const fundingId = (partner: TestPartner) => partner.accounts['partner-funding'].accountId

async function balanceOf(partner: TestPartner, accountId: bigint) {
  return (await useCases.ports.storage.read.account(partner.partnerId, accountId))?.balance.minor
}

describe('a deposit', () => {
  const order = ({ partnerId }: TestPartner, changes: Partial<OrderDeposit> = {}) =>
    useCases.run(work =>
      orderDeposit(work, {
        partnerId,
        orderNo: newOrderNo(),
        payAmount: usd(4800n),
        accountId: null,
        creditCurrency: currency('USD'),
        payer: { account: 'DE89370400440532013000', bank: 'Test Bank', expectedOn: '2026-05-23' },
        memo: null,
        ...changes,
      }),
    )

  test('is credited when it is confirmed and not before, once', async () => {
    const partner = await addPartner(useCases, { openingBalance: 0n })
    const { depositId, orderNo } = await order(partner)
    expect(await balanceOf(partner, fundingId(partner))).toBe(0n)
    const { partnerId } = partner
    const confirm = () => useCases.run(work => confirmDeposit(work, { partnerId, depositId, amount: null }))
    expect(await confirm()).toMatchObject({ status: 'completed', creditAmount: usd(4800n) })
    expect(await balanceOf(partner, fundingId(partner))).toBe(4800n)
    await expect(confirm()).rejects.toMatchObject({ code: 'deposit-closed' })
    expect(await useCases.ports.storage.read.depositOrder(partnerId, orderNo)).toMatchObject({
      status: 'completed',
      payer: { account: 'DE89370400440532013000', bank: 'Test Bank', expectedOn: '2026-05-23' },
    })
  })

  test('may be looked into and refused, and then moves nothing', async () => {
    const partner = await addPartner(useCases, { openingBalance: 0n })
    const { partnerId } = partner
    const { depositId, orderNo } = await order(partner)
    expect(await useCases.run(work => reviewDeposit(work, { partnerId, depositId }))).toMatchObject({
      status: 'in-review',
    })
    await useCases.run(work => rejectDeposit(work, { partnerId, depositId, reason: 'it never came' }))
    expect(await useCases.ports.storage.read.depositOrder(partnerId, orderNo)).toMatchObject({
      status: 'failed',
      rejection: 'it never came',
    })
    await expect(
      useCases.run(work => confirmDeposit(work, { partnerId, depositId, amount: null })),
    ).rejects.toMatchObject({ code: 'deposit-closed' })
    expect(await balanceOf(partner, fundingId(partner))).toBe(0n)
  })

  test('in another currency opens an account of it, and the operator says what it came to', async () => {
    const partner = await addPartner(useCases)
    const { partnerId } = partner
    const [first, second] = await Promise.all([
      order(partner, { creditCurrency: HKD }),
      order(partner, { creditCurrency: HKD }),
    ])
    expect(first).toMatchObject({ creditAmount: null, accountId: second.accountId })
    const { depositId } = first
    const confirm = (credited: ReturnType<typeof amount> | null) =>
      useCases.run(work => confirmDeposit(work, { partnerId, depositId, amount: credited }))
    await expect(confirm(null)).rejects.toMatchObject({ code: 'missing-field', field: 'amount' })
    await expect(confirm(usd(600n))).rejects.toMatchObject({ code: 'unknown-currency' })
    await confirm(amount(600n, HKD))
    expect(await balanceOf(partner, first.accountId)).toBe(600n)
  })

  test('goes to an own account of its currency, under an order number that nothing else has', async () => {
    const [partner, other] = [await addPartner(useCases), await addPartner(useCases)]
    for (const accountId of [fundingId(other), partner.accounts.bank.accountId]) {
      await expect(order(partner, { accountId })).rejects.toMatchObject({ code: 'account-not-found' })
    }
    await expect(order(partner, { accountId: fundingId(partner), creditCurrency: HKD })).rejects.toMatchObject({
      code: 'unknown-currency',
    })
    const { orderNo } = await order(partner)
    await expect(order(partner, { orderNo })).rejects.toMatchObject({ code: 'duplicate-order' })
    await expect(order(partner, { payAmount: usd(0n) })).rejects.toMatchObject({ code: 'invalid-amount' })
  })

  test('of another partner does not exist', async () => {
    const [partner, other] = [await addPartner(useCases), await addPartner(useCases)]
    const { depositId } = await order(partner)
    await expect(
      useCases.run(work => confirmDeposit(work, { partnerId: other.partnerId, depositId, amount: null })),
    ).rejects.toMatchObject({ code: 'deposit-not-found' })
  })
})

const move = (partner: TestPartner, changes: Partial<Transfer> = {}) =>
  useCases.run(work =>
    transfer(work, {
      partnerId: partner.partnerId,
      payerAccountId: fundingId(partner),
      payeeAccountId: partner.accounts.shared.accountId,
      amount: usd(100n),
      orderNo: newOrderNo(),
      memo: null,
      ...changes,
    }),
  )

describe('a transfer', () => {
  test('moves money between two accounts, and its two sides have neighbouring ids', async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const { outId, inId } = await move(partner)
    expect(inId).toBe(outId + 1n)
    expect(await balanceOf(partner, fundingId(partner))).toBe(900n)
    expect(await balanceOf(partner, partner.accounts.shared.accountId)).toBe(1100n)
  })

  test('takes no more than is available, and nothing that share cards have on hold', async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const card = await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })
    await purchase(useCases, card, 300n)
    const back = { payerAccountId: partner.accounts.shared.accountId, payeeAccountId: fundingId(partner) }
    await expect(move(partner, { ...back, amount: usd(701n) })).rejects.toMatchObject({ code: 'insufficient-funds' })
    await move(partner, { ...back, amount: usd(700n) })
    expect(await balanceOf(partner, fundingId(partner))).toBe(1700n)
  })

  test('both ways at once neither loses money nor waits for ever', async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const back = { payerAccountId: partner.accounts.shared.accountId, payeeAccountId: fundingId(partner) }
    await Promise.all(Array.from({ length: 20 }, (_, index) => move(partner, index % 2 === 0 ? {} : back)))
    expect(await balanceOf(partner, fundingId(partner))).toBe(1000n)
  })

  test('needs two accounts of the partner in one currency', async () => {
    const [partner, other] = [await addPartner(useCases), await addPartner(useCases)]
    const { partnerId } = partner
    const hkd = await useCases.run(work =>
      openAccount(work, { partnerId, kind: 'partner-funding', currency: HKD, name: 'Hong Kong' }),
    )
    const card = await addLoadedCard(useCases, partner, 100n)
    const refused: [Partial<Transfer>, object][] = [
      [{ payeeAccountId: fundingId(partner) }, { code: 'invalid-field', field: 'receiverAccount' }],
      [{ payeeAccountId: fundingId(other) }, { code: 'account-not-found', field: 'receiverAccount' }],
      [{ payeeAccountId: card.accountId }, { code: 'account-not-found', field: 'receiverAccount' }],
      [{ payerAccountId: partner.accounts.bank.accountId }, { code: 'account-not-found', field: 'payerAccount' }],
      [{ payeeAccountId: hkd.accountId }, { code: 'unknown-currency', field: 'currency' }],
      [{ amount: amount(1n, HKD) }, { code: 'unknown-currency', field: 'currency' }],
      [{ amount: usd(0n) }, { code: 'invalid-amount' }],
    ]
    for (const [changes, refusal] of refused) await expect(move(partner, changes)).rejects.toMatchObject(refusal)
  })
})

describe('a statement', () => {
  const ALL = {
    from: Temporal.Instant.from('2026-01-01T00:00:00Z'),
    to: Temporal.Instant.from('2027-01-01T00:00:00Z'),
    offset: 0,
    limit: 30,
  }

  const statement = ({ partnerId }: TestPartner, filter: Partial<MovementFilter>) =>
    useCases.ports.storage.read.movements({ ...ALL, partnerId, view: 'card', ...filter })

  async function lived() {
    const partner = await addPartner(useCases, { openingBalance: 10_000n })
    const card = await addLoadedCard(useCases, partner, 1000n)
    const orderNo = newOrderNo()
    const { partnerId } = partner
    const common = { partnerId, cardToken: card.token, memo: 'remark' }
    const load = await useCases.run(work =>
      loadCard(work, { ...common, payAccountId: fundingId(partner), amount: usd(500n), orderNo }),
    )
    const bought = await purchase(useCases, card, 300n, {
      merchant: { id: 'm', name: 'Corner Shop', mcc: '5411', country: 'US', city: null, acquirerId: null },
    })
    await life.clear(partnerId, bought, usd(300n), { final: true })
    await life.refund(partnerId, bought, usd(100n))
    await useCases.run(work =>
      unloadCard(work, { ...common, payeeAccountId: fundingId(partner), amount: usd(200n), orderNo: newOrderNo() }),
    )
    await useCases.run(work => closeCard(work, { partnerId, cardId: card.cardId, reason: null }))
    return { partner, card, load, orderNo }
  }

  test('of a card shows each of its movements with the balance after it, newest first', async () => {
    const { partner, card } = await lived()
    const { rows, total } = await statement(partner, { cardToken: card.token })
    expect(total).toBe(6)
    expect(rows.map(row => [row.kind, row.amount.minor, row.balance.minor])).toEqual([
      ['card-closure', -1100n, 0n],
      ['card-unload', -200n, 1100n],
      ['refund', 100n, 1300n],
      ['clearing', -300n, 1200n],
      ['card-load', 500n, 1500n],
      ['first-load', 1000n, 1000n],
    ])
    expect(rows.map(row => row.merchantName)).toEqual([null, null, 'Corner Shop', 'Corner Shop', null, null])
    expect(rows.at(-1)).toMatchObject({ orderNo: card.uniqueNo, cardholderName: 'Ada Okafor', memo: null })
  })

  test('of the partner shows the other sides, which name each other', async () => {
    const { partner, card, load } = await lived()
    const { rows } = await statement(partner, { view: 'partner', cardToken: card.token })
    expect(rows.map(row => [row.kind, row.amount.minor, row.balance.minor])).toEqual([
      ['card-closure', 1100n, 9800n],
      ['card-unload', 200n, 8700n],
      ['card-load', -500n, 8500n],
      ['first-load', -1000n, 9000n],
    ])
    const loaded = rows[2]
    expect([loaded?.movementId, loaded?.relatedId]).toEqual([load.partnerSideId, load.cardSideId])
    const { rows: ofCard } = await statement(partner, { cardToken: card.token })
    const pairs = ofCard.filter(row => row.relatedId !== null).map(row => [row.relatedId, row.movementId])
    expect(rows.map(row => [row.movementId, row.relatedId])).toEqual(pairs)
  })

  test('finds a movement by either of its ids and by its order', async () => {
    const { partner, load, orderNo } = await lived()
    const ids = async (filter: Partial<MovementFilter>) =>
      (await statement(partner, filter)).rows.map(row => row.movementId)
    expect(await ids({ movementId: load.cardSideId })).toEqual([load.cardSideId])
    expect(await ids({ movementId: load.partnerSideId })).toEqual([])
    expect(await ids({ movementId: load.partnerSideId, view: 'partner' })).toEqual([load.partnerSideId])
    expect(await ids({ orderNo })).toEqual([load.cardSideId])
    expect(await ids({ orderNo: 'unknown' })).toEqual([])
  })

  test('keeps to its kinds, account, currency, window and page, and counts all that match', async () => {
    const { partner } = await lived()
    await move(partner)
    const count = async (filter: Partial<MovementFilter>) => (await statement(partner, filter)).total
    expect(await count({ kinds: ['clearing', 'refund'] })).toBe(2)
    expect(await count({ view: 'partner', kinds: ['transfer-in'] })).toBe(1)
    expect(await count({ view: 'partner', accountId: partner.accounts.shared.accountId })).toBe(2)
    expect(await count({ view: 'partner', currency: 'HKD' })).toBe(0)
    expect(await count({ to: Temporal.Instant.from('2026-02-01T00:00:00Z') })).toBe(0)
    const page = await statement(partner, { offset: 4, limit: 3 })
    expect([page.rows.length, page.total]).toEqual([2, 6])
  })

  test('of a share card shows what it spent of the shared money, and no other card’s', async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const newShareCard = () => addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })
    const cards: Card[] = [await newShareCard(), await newShareCard()]
    for (const card of cards) {
      const bought = await purchase(useCases, card, 100n)
      await life.clear(partner.partnerId, bought, usd(100n), { final: true })
    }
    const { rows } = await statement(partner, { cardToken: cards[0]?.token })
    expect(rows.map(row => [row.kind, row.amount.minor, row.card?.cardId])).toEqual([
      ['clearing', -100n, cards[0]?.cardId],
    ])
  })

  test('of another partner shows nothing', async () => {
    const { card } = await lived()
    const other = await addPartner(useCases, { openingBalance: 0n })
    expect(await statement(other, { cardToken: card.token })).toEqual({ rows: [], total: 0 })
  })
})
