import type { Card } from '@openissuer/core/card/card.ts'
import { FREE_TERMS, type ManagementFee } from '@openissuer/core/fee/fee-plan.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import { accountOf, lifecycleOf } from '../../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  setCardStatus,
  type TestPartner,
  USD,
  type UseCases,
} from '../../../../../test/support/use-cases.ts'
import { runDue } from '../due-work.ts'
import { managementFees } from './management-fees.ts'

let useCases: UseCases

beforeEach(async () => {
  useCases = await createUseCases('2026-05-22T12:00:00Z')
  await addProgram(useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
  await useCases.close()
})

const MONTHLY: ManagementFee = { cycle: 'month', minor: 100n, waiver: 'none', waiverFrom: 0n, closesUnpaid: true }

async function planned(management: Partial<ManagementFee> = {}, own = true): Promise<TestPartner> {
  const partner = await addPartner(useCases)
  const terms = { ...FREE_TERMS, management: { ...MONTHLY, ...management } }
  const at = useCases.clock.now()
  await useCases.run(async ({ tx }) => {
    await tx.insertFeePlan({ planId: 1n, name: 'monthly', currency: USD, terms, createdAt: at })
    const partnerId = own ? partner.partnerId : null
    await tx.setFeePlanOf({ programId: 1n, partnerId, planId: 1n, assignedAt: at })
  })
  return partner
}

const dueAt = async (now: string) => {
  useCases.clock.set(now)
  const items = await runDue([managementFees(useCases.ports)], useCases.clock.now())
  return items.map(({ at, subject }) => `${at.toString().slice(0, 10)} ${subject}`)
}

const balanceOf = async (card: Card) => (await accountOf(useCases, card))?.balance
const statusOf = async ({ partnerId, cardId }: Card) =>
  (await useCases.ports.storage.read.card(partnerId, cardId))?.status

describe('at the start of a month', () => {
  test('each card in use pays once, whoever else does the same work', async () => {
    const partner = await planned()
    const [card, frozen, closed] = [
      await addLoadedCard(useCases, partner, 1_000n),
      await addLoadedCard(useCases, partner, 1_000n),
      await addLoadedCard(useCases, partner, 1_000n),
    ]
    await setCardStatus(useCases, frozen, 'blocked')
    await setCardStatus(useCases, closed, 'closed')
    expect(await dueAt('2026-05-31T23:59:59.999Z')).toEqual([])
    useCases.clock.set('2026-06-01T00:00:00Z')
    const work = [managementFees(useCases.ports)]
    await Promise.all([1, 2, 3].map(() => runDue(work, useCases.clock.now())))
    expect(await Promise.all([card, frozen, closed].map(balanceOf))).toEqual([900n, 900n, 1_000n])
    expect(await dueAt('2026-06-30T00:00:00Z')).toEqual([])
  })

  test('every month that has passed is charged, in order', async () => {
    const card = await addLoadedCard(useCases, await planned(), 1_000n)
    const starts = ['2026-06-01', '2026-07-01', '2026-08-01']
    expect(await dueAt('2026-08-15T00:00:00Z')).toEqual(starts.map(day => `${day} ${card.cardId}`))
    expect(await balanceOf(card)).toBe(700n)
  })

  test('a card pays from the month after it was made', async () => {
    const partner = await planned()
    useCases.clock.set('2026-07-10T00:00:00Z')
    const card = await addLoadedCard(useCases, partner, 1_000n)
    expect(await dueAt('2026-07-31T00:00:00Z')).toEqual([])
    expect(await dueAt('2026-08-01T00:00:00Z')).toEqual([`2026-08-01 ${card.cardId}`])
  })

  test('the plan of a program counts for every partner', async () => {
    const card = await addLoadedCard(useCases, await planned({}, false), 1_000n)
    await dueAt('2026-06-01T00:00:00Z')
    expect(await balanceOf(card)).toBe(900n)
  })

  test('cards in pages are all reached', async () => {
    const partner = await planned()
    const first = await addLoadedCard(useCases, partner, 1_000n)
    await useCases.pool.query(
      `insert into card select (c).* from (select jsonb_populate_record(x, jsonb_build_object(
         'card_id', x.card_id + n, 'token', x.token || '-' || n, 'unique_no', x.unique_no || '-' || n)) as c
         from card x cross join generate_series(1, 249) n where x.card_id = $1) y`,
      [first.cardId],
    )
    expect(await dueAt('2026-06-01T00:00:00Z')).toHaveLength(250)
  })
})

test('a yearly fee is charged on the first of January', async () => {
  const card = await addLoadedCard(useCases, await planned({ cycle: 'year' }), 1_000n)
  expect(await dueAt('2026-12-31T23:59:59Z')).toEqual([])
  expect(await dueAt('2027-01-01T00:00:00Z')).toEqual([`2027-01-01 ${card.cardId}`])
})

describe('the waiver', () => {
  test.each([
    ['amount', 500n, 500n, true],
    ['amount', 501n, 500n, false],
    ['count', 1n, 500n, true],
    ['count', 2n, 500n, false],
  ] as const)('by %s from %s spares a card that has spent %s once: %s', async (waiver, waiverFrom, minor, spared) => {
    const card = await addLoadedCard(useCases, await planned({ waiver, waiverFrom }), 1_000n)
    await purchase(useCases, card, minor)
    await dueAt('2026-06-01T00:00:00Z')
    expect(await balanceOf(card)).toBe(spared ? 1_000n : 900n)
    await dueAt('2026-07-01T00:00:00Z')
    expect(await balanceOf(card)).toBe(spared ? 900n : 800n)
  })
})

describe('a card that cannot pay', () => {
  test('is asked again on the last day of the month, and pays then', async () => {
    const partner = await planned()
    const card = await addLoadedCard(useCases, partner, 1_000n)
    const authorization = await purchase(useCases, card, 950n)
    await dueAt('2026-06-01T00:00:00Z')
    expect(await balanceOf(card)).toBe(1_000n)
    await lifecycleOf(useCases).reverse(authorization)
    expect(await dueAt('2026-06-29T23:59:59Z')).toEqual([])
    expect(await dueAt('2026-06-30T00:00:00Z')).toEqual([`2026-06-30 ${card.cardId}`])
    expect(await balanceOf(card)).toBe(900n)
    expect(await dueAt('2026-06-30T12:00:00Z')).toEqual([])
  })

  test.each([
    [true, 'closing'],
    [false, 'active'],
  ])('twice is closed where the plan says so: %s', async (closesUnpaid, status) => {
    const partner = await planned({ closesUnpaid })
    const card = await addLoadedCard(useCases, partner, 1_000n)
    await purchase(useCases, card, 950n)
    await dueAt('2026-06-30T00:00:00Z')
    expect(await statusOf(card)).toBe(status)
    expect(await balanceOf(card)).toBe(1_000n)
  })

  test('is asked again before the next month begins, when both are due', async () => {
    const card = await addLoadedCard(useCases, await planned({ closesUnpaid: false }), 1_000n)
    await purchase(useCases, card, 950n)
    expect((await dueAt('2026-07-01T00:00:00Z')).map(item => item.slice(0, 10))).toEqual([
      '2026-06-01',
      '2026-06-30',
      '2026-07-01',
    ])
  })
})
