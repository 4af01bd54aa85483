import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import {
  accountOf,
  lifecycleOf,
  moneyOf,
  newMessage,
  onCard,
  refusalOf,
  sumsOf,
  usageOf,
} from '../../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { correctClearing } from './correct-clearing.ts'

const NOW = '2026-05-22T12:00:00Z'
const TODAY = '2026-05-22'

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases(NOW)
  after = lifecycleOf(useCases)
  await addProgram(useCases)
  await useCases.pool.query('update card_program set foreign_fee_bps = 150 where program_id = 1')
})

beforeEach(() => useCases.clock.set(NOW))

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

/** A card with 75.00 left of 100.00: 25.00 was cleared. */
async function clearedPurchase() {
  const card = await addLoadedCard(useCases, await addPartner(useCases), 10_000n)
  const authorization = await purchase(useCases, card, 2500n)
  const clearing = await after.clear(card.partnerId, authorization, usd(2500n))
  return { card, authorization, clearing, partnerId: card.partnerId }
}

describe('the correction of a clearing', () => {
  test('to less posts the difference back as a new entry, and limits with it', async () => {
    const { card, authorization, clearing, partnerId } = await clearedPurchase()
    const { event } = await after.correct(partnerId, clearing, 2000n)
    expect(event).toMatchObject({
      kind: 'clearing-correction',
      billingAmount: usd(-500n),
      originalEventId: clearing.event.eventId,
    })
    expect(event.entryId).not.toBe(clearing.event.entryId)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ cleared: 2000n })
    expect(await accountOf(useCases, card)).toEqual({ balance: 8000n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 2000n, 2000n, 2000n]])
  })

  test('to zero takes it back, and the purchase no longer counts', async () => {
    const { card, authorization, clearing, partnerId } = await clearedPurchase()
    await after.correct(partnerId, clearing, 0n)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ cleared: 0n, status: 'closed' })
    expect(await accountOf(useCases, card)).toEqual({ balance: 10_000n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 0, 0n, 0n, 0n]])
    useCases.clock.set('2026-05-23T12:00:00Z')
    await after.correct(partnerId, clearing, 100n)
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 0, 0n, 0n, 0n],
      ['2026-05-23', 1, 100n, 100n, 100n],
    ])
  })

  test('to more posts the difference, and works from what earlier corrections have left', async () => {
    const { card, clearing, partnerId } = await clearedPurchase()
    await after.correct(partnerId, clearing, 1000n)
    useCases.clock.set('2026-05-23T12:00:00Z')
    const { event } = await after.correct(partnerId, clearing, 1600n)
    expect(event).toMatchObject({ billingAmount: usd(600n), effect: { forced: false } })
    expect(await accountOf(useCases, card)).toEqual({ balance: 8400n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 1, 1000n, 1000n, 1000n],
      ['2026-05-23', 0, 600n, 1600n, 1600n],
    ])
  })

  test('to more than the account has is forced', async () => {
    const { card, clearing, partnerId } = await clearedPurchase()
    const { event } = await after.correct(partnerId, clearing, 20_000n)
    expect(event.effect?.forced).toBe(true)
    expect(await accountOf(useCases, card)).toEqual({ balance: -10_000n, held: 0n, forced: 10_000n })
  })

  test('corrects the fee by the rate of the clearing', async () => {
    const { card, partnerId } = await clearedPurchase()
    const euros = amount(900n, currency('EUR'))
    const clearing = await after.clear(partnerId, onCard(card), euros, { billingAmount: usd(1000n) })
    expect(clearing.event.effect?.fee).toEqual(usd(15n))
    const { event } = await after.correct(partnerId, clearing, 300n)
    // 300 × 1.5 % = 4.5
    expect(event.effect?.fee).toEqual(usd(-10n))
    expect((await after.correct(partnerId, clearing, 0n)).event.effect?.fee).toEqual(usd(-5n))
    expect(await accountOf(useCases, card)).toEqual({ balance: 7500n, held: 0n, forced: 0n })
  })

  test('of a clearing without an authorization gives back what that one took', async () => {
    const { card, partnerId } = await clearedPurchase()
    const clearing = await after.clear(partnerId, onCard(card), usd(700n))
    await after.correct(partnerId, clearing, 0n)
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 2500n, 2500n, 2500n]])
    await after.correct(partnerId, clearing, 50n)
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 2, 2550n, 2550n, 2550n]])
  })

  test('never goes below what was refunded', async () => {
    const { authorization, clearing, partnerId } = await clearedPurchase()
    await after.refund(partnerId, authorization, usd(1000n))
    const before = await moneyOf(useCases)
    expect(await refusalOf(after.correct(partnerId, clearing, 999n))).toBe('correction-below-refunded')
    expect(await moneyOf(useCases)).toEqual(before)
    await after.correct(partnerId, clearing, 1000n)
  })

  test('that is repeated posts once', async () => {
    const { card, clearing, partnerId } = await clearedPurchase()
    const message = newMessage(partnerId)
    await after.correct(partnerId, clearing, 2000n, message)
    expect((await after.correct(partnerId, clearing, 2000n, message)).repeated).toBe(true)
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 8000n })
  })

  test('is refused where there is nothing to correct', async () => {
    const { card, authorization, clearing, partnerId } = await clearedPurchase()
    const refund = await after.refund(partnerId, authorization, usd(1n))
    const before = await moneyOf(useCases)
    expect(await refusalOf(after.correct(partnerId, clearing, 2500n))).toBe('invalid-amount')
    expect(await refusalOf(after.correct(partnerId, clearing, -1n))).toBe('invalid-amount')
    expect(await refusalOf(after.correct(partnerId, clearing, 10n ** 15n + 1n))).toBe('invalid-amount')
    expect(await refusalOf(after.correct(partnerId, refund, 1n))).toBe('clearing-not-found')
    expect(await refusalOf(after.correct(partnerId + 1n, clearing, 1n))).toBe('clearing-not-found')
    const { cardId } = card
    const byKey = (originalKey: string, billingAmount = usd(1n)) =>
      refusalOf(
        useCases.run(work =>
          correctClearing(work, { ...newMessage(partnerId), clearing: { cardId, originalKey }, billingAmount }),
        ),
      )
    expect(await byKey('nobody')).toBe('clearing-not-found')
    expect(await byKey(clearing.event.matchKey, amount(1n, currency('EUR')))).toBe('unknown-currency')
    expect(await moneyOf(useCases)).toEqual(before)
    expect(await byKey(clearing.event.matchKey)).toBeUndefined()
  })
})
