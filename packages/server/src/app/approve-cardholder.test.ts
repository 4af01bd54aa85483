import type { Verification } from '@openissuer/core/cardholder/cardholder.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  cardholderOf,
  createUseCases,
  newOrderNo,
  newPerson,
  TERMS,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { applyForCard } from './apply-for-card.ts'
import { approveCardholder } from './approve-cardholder.ts'
import { createCardholder } from './create-cardholder.ts'

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

const approve = (partnerId: bigint, cardholderId: bigint) =>
  useCases.run(work => approveCardholder(work, { partnerId, cardholderId }))

const read = (partnerId: bigint, cardholderId: bigint) =>
  useCases.ports.storage.read.cardholder(partnerId, cardholderId)

/** An application that comes with a person, who is not approved yet. */
async function applyWithPerson(partner: TestPartner, loadMinor: bigint) {
  const payAccountId = partner.accounts['partner-funding'].accountId
  const applied = await useCases.run(work =>
    applyForCard(work, {
      partnerId: partner.partnerId,
      programId: 1n,
      reference: newOrderNo(),
      owner: { person: newPerson() },
      terms: { ...TERMS, remark: 'waited', initialBalance: { amount: usd(loadMinor), payAccountId } },
    }),
  )
  return { ...applied, cardholder: cardholderOf(applied) }
}

async function applicationOf(partnerId: bigint, cardholderId: bigint) {
  const { rows } = await useCases.pool.query<{ status: string; card_id: bigint | null }>(
    'select status, card_id from card_application where partner_id = $1 and cardholder_id = $2',
    [partnerId, cardholderId],
  )
  return rows[0]
}

test.each(['documents-needed', 'in-review', 'rejected'] as const)(
  'a cardholder who is %s is approved',
  async before => {
    const { partnerId } = await addPartner(useCases)
    const { cardholderId } = await useCases.run(work => createCardholder(work, { partnerId, person: newPerson() }))
    const rejection = (before satisfies Verification) === 'rejected' ? 'blurred picture' : null
    await useCases.run(work => work.tx.setVerification(partnerId, cardholderId, before, rejection))
    const approved = await approve(partnerId, cardholderId)
    expect(approved).toMatchObject({ verification: 'approved', rejection: null })
    expect(await read(partnerId, cardholderId)).toEqual(approved)
  },
)

test('approval makes the card that waited, with its first balance, and completes its application', async () => {
  const partner = await addPartner(useCases)
  const { application, cardholder, card } = await applyWithPerson(partner, 2500n)
  expect(card).toBeNull()
  expect(application).toMatchObject({ status: 'in-review', cardId: null })
  expect(await applicationOf(partner.partnerId, cardholder.cardholderId)).toMatchObject({
    status: 'in-review',
    card_id: null,
  })

  useCases.clock.set('2026-05-23T12:00:00Z')
  await approve(partner.partnerId, cardholder.cardholderId)
  const stored = await applicationOf(partner.partnerId, cardholder.cardholderId)
  expect(stored?.status).toBe('completed')
  const made = await useCases.ports.storage.read.card(partner.partnerId, stored?.card_id ?? 0n)
  expect(made).toMatchObject({ uniqueNo: application.reference, remark: 'waited', status: 'active' })
  expect(made?.createdAt.toString()).toBe('2026-05-23T12:00:00Z')
  const account = await useCases.ports.storage.read.account(partner.partnerId, made?.accountId ?? 0n)
  expect(account?.balance).toEqual(usd(2500n))
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

test('a second approval is refused and makes no second card', async () => {
  const partner = await addPartner(useCases)
  const { cardholder } = await applyWithPerson(partner, 100n)
  await approve(partner.partnerId, cardholder.cardholderId)
  await expect(approve(partner.partnerId, cardholder.cardholderId)).rejects.toMatchObject({
    code: 'cardholder-already-approved',
  })
  expect((await useCases.pool.query('select from card where partner_id = $1', [partner.partnerId])).rowCount).toBe(1)
})

test('approvals at the same time make one card', async () => {
  const partner = await addPartner(useCases)
  const { cardholder } = await applyWithPerson(partner, 100n)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 6 }, () => approve(partner.partnerId, cardholder.cardholderId)),
  )
  expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
  expect((await useCases.pool.query('select from card where partner_id = $1', [partner.partnerId])).rowCount).toBe(1)
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

test('a card that can no longer be paid for fails by itself; the cardholder and the other cards go on', async () => {
  const partner = await addPartner(useCases, { openingBalance: 250n })
  const { cardholder } = await applyWithPerson(partner, 100n)
  for (const minor of [150n, 90n]) {
    // an order for a cardholder who waits is refused at the door, so these are put behind it
    await useCases.run(async work => {
      const reference = newOrderNo()
      await work.tx.insertCardApplication({
        partnerId: partner.partnerId,
        applicationId: await work.ids.next('card-application'),
        orderNo: reference,
        reference,
        status: 'in-review',
        cardholderId: cardholder.cardholderId,
        programId: 1n,
        terms: {
          ...TERMS,
          initialBalance: { amount: usd(minor), payAccountId: partner.accounts['partner-funding'].accountId },
        },
        cardId: null,
        createdAt: work.clock.now(),
      })
    })
  }
  await addLoadedCard(useCases, partner, 50n)

  expect(await approve(partner.partnerId, cardholder.cardholderId)).toMatchObject({ verification: 'approved' })
  const { rows } = await useCases.pool.query<{ status: string }>(
    'select status from card_application where partner_id = $1 and cardholder_id = $2 order by application_id',
    [partner.partnerId, cardholder.cardholderId],
  )
  // 200 are left: 100 and then 90 fit, 150 in between does not
  expect(rows.map(row => row.status)).toEqual(['completed', 'failed', 'completed'])
  const funding = await useCases.ports.storage.read.account(
    partner.partnerId,
    partner.accounts['partner-funding'].accountId,
  )
  expect(funding?.balance).toEqual(usd(10n))
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

test('a cardholder of another partner does not exist', async () => {
  const [mine, theirs] = [await addPartner(useCases), await addPartner(useCases)]
  const { cardholder } = await applyWithPerson(theirs, 100n)
  await expect(approve(mine.partnerId, cardholder.cardholderId)).rejects.toMatchObject({ code: 'cardholder-not-found' })
  await expect(approve(mine.partnerId, 1n)).rejects.toMatchObject({ code: 'cardholder-not-found' })
})
