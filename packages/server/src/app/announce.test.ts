/** Changes announce themselves, in their own SQL transaction and nowhere else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { lifecycleOf } from '../../../../test/support/lifecycle.ts'
import {
  addCard,
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  cardholderOf,
  createUseCases,
  newOrderNo,
  newPerson,
  purchase,
  TERMS,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { applyForCard } from './apply-for-card.ts'
import { approveCardholder } from './approve-cardholder.ts'
import { loadCard } from './load-card.ts'

let useCases: UseCases
let partner: TestPartner

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

beforeEach(async () => {
  partner = await addPartner(useCases)
})

type Row = { kind: string; card_id: bigint | null; payload: Record<string, unknown> }

async function announced(): Promise<Row[]> {
  const { rows } = await useCases.pool.query<Row>(
    'select kind, card_id, payload from outbox where partner_id = $1 order by outbox_id',
    [partner.partnerId],
  )
  return rows
}

/** What waits to be handed on must be exactly what was announced. */
async function expectQueued(): Promise<void> {
  const { rows } = await useCases.pool.query<{ outbox_id: bigint }>(
    `select o.outbox_id from outbox o where o.partner_id = $1
      except all
     select unnest(outbox_ids) from outbox_batch where partner_id = $1`,
    [partner.partnerId],
  )
  expect(rows).toEqual([])
}

describe('what is announced', () => {
  test('an approval, the card that waited for it, and its first load', async () => {
    const { partnerId, accounts } = partner
    const payAccountId = accounts['partner-funding'].accountId
    const applied = await useCases.run(work =>
      applyForCard(work, {
        partnerId,
        programId: 1n,
        reference: newOrderNo(),
        owner: { person: newPerson() },
        terms: { ...TERMS, initialBalance: { amount: usd(1_000n), payAccountId } },
      }),
    )
    expect(applied.card).toBeNull()
    expect(await announced()).toEqual([])
    const { cardholderId } = cardholderOf(applied)
    await useCases.run(work => approveCardholder(work, { partnerId, cardholderId }))
    expect(await announced()).toMatchObject([
      {
        kind: 'cardholder-verification',
        card_id: null,
        payload: { cardholderId: String(cardholderId), before: 'documents-needed', after: 'approved', rejection: null },
      },
      { kind: 'card-application', payload: { applicationId: String(applied.application.applicationId) } },
      { kind: 'card-load', payload: { minor: '1000', currency: 'USD' } },
    ])
    await expectQueued()
  })

  test('an application that fails, without a card', async () => {
    const { partnerId, accounts } = partner
    const payAccountId = accounts['partner-funding'].accountId
    const applied = await useCases.run(work =>
      applyForCard(work, {
        partnerId,
        programId: 1n,
        reference: newOrderNo(),
        owner: { person: newPerson() },
        terms: { ...TERMS, initialBalance: { amount: usd(90_000n), payAccountId } },
      }),
    )
    await addLoadedCard(useCases, partner, 50_000n)
    await useCases.run(work => approveCardholder(work, { partnerId, cardholderId: cardholderOf(applied).cardholderId }))
    const applications = (await announced()).filter(({ kind }) => kind === 'card-application')
    expect(applications.at(-1)).toMatchObject({
      card_id: null,
      payload: { applicationId: String(applied.application.applicationId) },
    })
  })

  test('every message of an authorization, under the id of its event', async () => {
    const card = await addLoadedCard(useCases, partner, 50_000n)
    const before = (await announced()).length
    const after = lifecycleOf(useCases)
    const decided = await purchase(useCases, card, 1_000n)
    await after.increment(decided, 100n)
    await after.reverse(decided, 100n)
    await after.clear(partner.partnerId, decided, usd(500n))
    await after.expire(decided)
    await after.refund(partner.partnerId, decided, usd(100n))
    const rows = (await announced()).slice(before)
    expect(rows.map(({ kind }) => kind)).toEqual([
      'authorization',
      'increment',
      'reversal',
      'clearing',
      'expiry',
      'refund',
    ])
    expect(rows.every(row => row.card_id === card.cardId)).toBe(true)
    expect(rows[0]?.payload).toEqual({ eventId: String(decided.authorizationId) })
    await expectQueued()
  })
})

describe('what is not announced', () => {
  test('a change that was refused', async () => {
    const owner = await addCardholder(useCases, partner.partnerId)
    const card = await addCard(useCases, partner.partnerId, { cardholderId: owner.cardholderId })
    const before = await announced()
    const { partnerId, accounts } = partner
    const load = {
      partnerId,
      cardToken: card.token,
      payAccountId: accounts['partner-funding'].accountId,
      amount: usd(1_000_000n),
      orderNo: null,
      memo: null,
    }
    await expect(useCases.run(work => loadCard(work, load))).rejects.toThrow('available money')
    await expect(useCases.run(work => approveCardholder(work, owner))).rejects.toThrow('already')
    expect(await announced()).toEqual(before)
  })

  test('a change whose SQL transaction is rolled back after it', async () => {
    const before = await announced()
    const failing = useCases.run(async work => {
      await work.tx.announce({
        partnerId: partner.partnerId,
        eventId: await work.ids.next('authorization'),
        cardId: null,
        createdAt: work.clock.now(),
        fact: {
          kind: 'cardholder-verification',
          cardholderId: 1n,
          before: 'in-review',
          after: 'approved',
          rejection: null,
          codes: [],
        },
      })
      throw new Error('later')
    })
    await expect(failing).rejects.toThrow('later')
    expect(await announced()).toEqual(before)
    await expectQueued()
  })
})
