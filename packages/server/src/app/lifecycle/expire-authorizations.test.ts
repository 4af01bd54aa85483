import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import { accountOf, lifecycleOf, moneyOf, refusalOf, sumsOf, usageOf } from '../../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  NO_MERCHANT,
  purchase,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { runDue } from '../due-work.ts'
import { expireDue, expiries } from './expire-authorizations.ts'

const NOW = '2026-05-22T12:00:00Z'

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases(NOW)
  after = lifecycleOf(useCases)
  await addProgram(useCases)
})

beforeEach(async () => {
  useCases.clock.set('2031-01-01T00:00:00Z')
  await runDue([expiries(useCases.ports)], useCases.clock.now())
  useCases.clock.set(NOW)
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

/** A card with 100.00 of its own. */
async function newCard(): Promise<Card> {
  return addLoadedCard(useCases, await addPartner(useCases), 10_000n)
}

const dueAt = (now: string, limit = 100) => {
  useCases.clock.set(now)
  return expireDue(useCases.ports, useCases.clock.now(), limit)
}

describe('a hold', () => {
  test('lapses when it is due and not a millisecond before', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    expect(await dueAt('2026-05-29T11:59:59.999Z')).toEqual([])
    expect(await dueAt('2026-05-29T12:00:00Z')).toEqual([
      {
        partnerId: card.partnerId,
        authorizationId: authorization.authorizationId,
        expiresAt: Temporal.Instant.from('2026-05-29T12:00:00Z'),
      },
    ])
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 0n, expired: 2500n, status: 'closed' })
    expect(await accountOf(useCases, card)).toEqual({ balance: 10_000n, held: 0n, forced: 0n })
    expect(await dueAt('2026-05-29T12:00:00Z')).toEqual([])
  })

  test('of a hotel or a car rental lives thirty days', async () => {
    const card = await newCard()
    await purchase(useCases, card, 100n, { merchant: { ...NO_MERCHANT, mcc: '7011' } })
    expect(await dueAt('2026-06-20T12:00:00Z')).toEqual([])
    expect(await dueAt('2026-06-21T12:00:00Z')).toHaveLength(1)
  })

  test('lapses with what is left of it, and gives that back to the day that was used', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    await after.reverse(authorization, 500n)
    await after.clear(card.partnerId, authorization, usd(1200n))
    expect(await dueAt('2026-06-29T12:00:00Z')).toHaveLength(1)
    expect(await sumsOf(useCases, authorization)).toMatchObject({
      held: 0n,
      reversed: 500n,
      cleared: 1200n,
      expired: 800n,
    })
    expect(await usageOf(useCases, card)).toEqual([['2026-05-22', 1, 1200n, 1200n, 1200n]])
  })

  test('that was cleared or reversed in full never lapses', async () => {
    const card = await newCard()
    await after.reverse(await purchase(useCases, card, 100n))
    await after.clear(card.partnerId, await purchase(useCases, card, 100n), usd(100n))
    await after.clear(card.partnerId, await purchase(useCases, card, 100n), usd(10n), { final: true })
    await purchase(useCases, card, 1_000_000n)
    const before = await moneyOf(useCases)
    expect(await dueAt('2027-05-22T12:00:00Z')).toEqual([])
    expect(await moneyOf(useCases)).toEqual(before)
  })

  test('may be made to lapse before it is due, once', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const { event } = await after.expire(authorization)
    expect(event).toMatchObject({ kind: 'expiry', billingAmount: usd(2500n) })
    expect((await after.expire(authorization)).repeated).toBe(true)
    const reversed = await purchase(useCases, card, 1n)
    await after.reverse(reversed)
    expect(await refusalOf(after.expire(reversed))).toBe('authorization-closed')
    expect(await refusalOf(after.expire({ ...reversed, authorizationId: 1n }))).toBe('authorization-not-found')
  })
})

describe('due holds', () => {
  test('lapse over all partners in due order, so many at once', async () => {
    const [first, second] = [await newCard(), await newCard()]
    const due: bigint[] = []
    for (const [card, at] of [
      [second, '2026-05-22T12:00:00Z'],
      [first, '2026-05-22T12:00:01Z'],
      [second, '2026-05-22T12:00:02Z'],
      [first, '2026-05-22T12:00:03Z'],
    ] as const) {
      useCases.clock.set(at)
      due.push((await purchase(useCases, card, 100n)).authorizationId)
    }
    const ids = async (limit: number) => (await dueAt('2026-06-22T12:00:00Z', limit)).map(each => each.authorizationId)
    expect(await ids(3)).toEqual(due.slice(0, 3))
    expect(await ids(3)).toEqual(due.slice(3))
    expect(await ids(3)).toEqual([])
  })

  test('lapse once when two processes let them', async () => {
    const card = await newCard()
    for (let i = 0; i < 6; i++) await purchase(useCases, card, 100n)
    useCases.clock.set('2026-06-22T12:00:00Z')
    const work = [expiries(useCases.ports)]
    await Promise.all([runDue(work, useCases.clock.now()), runDue(work, useCases.clock.now())])
    expect(await accountOf(useCases, card)).toMatchObject({ held: 0n })
    const { rows } = await useCases.pool.query(
      `select from authorization_event where card_id = $1 and kind = 'expiry'`,
      [card.cardId],
    )
    expect(rows).toHaveLength(6)
  })
})
