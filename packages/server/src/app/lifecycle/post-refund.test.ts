import type { Card } from '@openissuer/core/card/card.ts'
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
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  NO_MERCHANT,
  purchase,
  setCardStatus,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { reverseRefund } from './reverse-refund.ts'

const NOW = '2026-05-22T12:00:00Z'

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases(NOW)
  after = lifecycleOf(useCases)
  await addProgram(useCases)
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
  await after.clear(card.partnerId, authorization, usd(2500n))
  return { card, authorization, partnerId: card.partnerId }
}

describe('a refund', () => {
  test('credits the card with what the network owes, and gives no limit back', async () => {
    const { card, authorization, partnerId } = await clearedPurchase()
    const used = await usageOf(useCases, card)
    const { event } = await after.refund(partnerId, authorization, usd(1000n))
    expect(event).toMatchObject({ kind: 'refund', billingAmount: usd(1000n), effect: { forced: false, usage: [] } })
    expect(await sumsOf(useCases, authorization)).toMatchObject({ cleared: 2500n, refunded: 1000n, status: 'closed' })
    expect(await accountOf(useCases, card)).toEqual({ balance: 8500n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual(used)
    const { rows } = await useCases.pool.query(
      `select a.kind, p.side, p.amount_minor from posting p join account a using (partner_id, account_id)
        where p.entry_id = $1 order by p.line_no`,
      [event.entryId],
    )
    expect(rows).toEqual([
      { kind: 'network-settlement', side: 'debit', amount_minor: 1000n },
      { kind: 'card', side: 'credit', amount_minor: 1000n },
    ])
  })

  test('gives back at most what was cleared, in as many parts as it likes', async () => {
    const { authorization, partnerId } = await clearedPurchase()
    await after.refund(partnerId, authorization, usd(1000n))
    const before = await moneyOf(useCases)
    expect(await refusalOf(after.refund(partnerId, authorization, usd(1501n)))).toBe('refund-exceeds-cleared')
    expect(await moneyOf(useCases)).toEqual(before)
    await after.refund(partnerId, authorization, usd(1500n))
    expect(await refusalOf(after.refund(partnerId, authorization, usd(1n)))).toBe('refund-exceeds-cleared')
  })

  test('of what is only held is refused', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 10_000n)
    const authorization = await purchase(useCases, card, 2500n)
    expect(await refusalOf(after.refund(card.partnerId, authorization, usd(1n)))).toBe('refund-exceeds-cleared')
  })

  test('of an authorized credit gives at most what was authorized', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 100n)
    const credit = await purchase(useCases, card, 2500n, { purpose: 'refund' })
    expect(await refusalOf(after.refund(card.partnerId, credit, usd(2501n)))).toBe('refund-exceeds-cleared')
    await after.refund(card.partnerId, credit, usd(2500n))
    expect(await accountOf(useCases, card)).toEqual({ balance: 2600n, held: 0n, forced: 0n })
  })

  test('without an authorization credits the card, also a closed one, before anything was cleared', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 100n)
    await setCardStatus(useCases, card, 'closed')
    const { event } = await after.refund(card.partnerId, onCard(card), usd(900n))
    expect(event).toMatchObject({ authorizationId: null, effect: { merchant: NO_MERCHANT, after: null } })
    expect(await accountOf(useCases, card)).toEqual({ balance: 1000n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([])
  })

  test('lifts an account that a forced posting has taken below zero', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 100n)
    await after.clear(card.partnerId, onCard(card), usd(500n))
    expect(await accountOf(useCases, card)).toEqual({ balance: -400n, held: 0n, forced: 400n })
    await after.refund(card.partnerId, onCard(card), usd(300n))
    expect(await accountOf(useCases, card)).toEqual({ balance: -100n, held: 0n, forced: 100n })
  })

  test('in another currency posts what the network has converted', async () => {
    const { authorization, partnerId } = await clearedPurchase()
    const euros = amount(900n, currency('EUR'))
    const { event } = await after.refund(partnerId, authorization, euros, { billingAmount: usd(1000n) })
    expect(event).toMatchObject({ transactionAmount: euros, billingAmount: usd(1000n) })
    expect(await refusalOf(after.refund(partnerId, authorization, euros))).toBe('no-exchange-rate')
  })

  test('that is repeated credits once, and its key is taken', async () => {
    const { card, authorization, partnerId } = await clearedPurchase()
    const message = newMessage(partnerId)
    const first = await after.refund(partnerId, authorization, usd(1000n), message)
    expect(await after.refund(partnerId, authorization, usd(1000n), message)).toEqual({ ...first, repeated: true })
    const other = { ...message, inputHash: Uint8Array.of(1, 2, 3) }
    expect(await refusalOf(after.refund(partnerId, authorization, usd(1000n), other))).toBe('duplicate-request')
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 8500n })
  })

  test.each([
    ['authorization-not-found', { authorizationId: 1n }],
    ['card-not-found', onCard({ cardId: 1n })],
  ])('is refused with %s when there is none', async (code, original) => {
    const { partnerId } = await clearedPurchase()
    expect(await refusalOf(after.refund(partnerId, original, usd(1n)))).toBe(code)
  })
})

describe('the reversal of a refund', () => {
  test('takes it back in parts, and what was refunded falls', async () => {
    const { card, authorization, partnerId } = await clearedPurchase()
    const refund = await after.refund(partnerId, authorization, usd(1000n))
    const { event } = await after.reverseRefund(partnerId, refund, 400n)
    expect(event).toMatchObject({
      kind: 'refund-reversal',
      originalEventId: refund.event.eventId,
      authorizationId: authorization.authorizationId,
    })
    expect(await sumsOf(useCases, authorization)).toMatchObject({ refunded: 600n })
    expect(await refusalOf(after.reverseRefund(partnerId, refund, 601n))).toBe('reversal-exceeds-refund')
    await after.reverseRefund(partnerId, refund)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ refunded: 0n })
    expect(await accountOf(useCases, card)).toEqual({ balance: 7500n, held: 0n, forced: 0n })
    expect(await refusalOf(after.reverseRefund(partnerId, refund))).toBe('reversal-exceeds-refund')
    // the purchase may be refunded again
    expect(await refusalOf(after.refund(partnerId, authorization, usd(2500n)))).toBeUndefined()
  })

  test('of money that the card has spent takes it below zero', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 100n)
    const refund = await after.refund(card.partnerId, onCard(card), usd(900n))
    await purchase(useCases, card, 950n)
    const { event } = await after.reverseRefund(card.partnerId, refund)
    expect(event.effect?.forced).toBe(true)
    expect(await accountOf(useCases, card)).toEqual({ balance: 100n, held: 950n, forced: 850n })
  })

  test('names the refund by its key too, on its own card only', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 100n)
    const neighbour = await addCard(useCases, card.partnerId)
    const { event } = await after.refund(card.partnerId, onCard(card), usd(900n))
    const reversal = ({ cardId }: Pick<Card, 'cardId'>, originalKey: string) =>
      useCases.run(work =>
        reverseRefund(work, {
          ...newMessage(card.partnerId),
          refund: { cardId, originalKey },
          billingAmount: null,
        }),
      )
    expect(await refusalOf(reversal(neighbour, event.matchKey))).toBe('refund-not-found')
    expect(await refusalOf(reversal(card, 'nobody'))).toBe('refund-not-found')
    expect((await reversal(card, event.matchKey)).event.originalEventId).toBe(event.eventId)
  })

  test('of what is no refund is refused', async () => {
    const { card, authorization, partnerId } = await clearedPurchase()
    const clearing = await after.clear(partnerId, onCard(card), usd(1n))
    expect(await refusalOf(after.reverseRefund(partnerId, clearing))).toBe('refund-not-found')
    const refund = await after.refund(partnerId, authorization, usd(1n))
    expect(await refusalOf(after.reverseRefund(partnerId, refund, 0n))).toBe('invalid-amount')
    const wrong = { ...newMessage(partnerId), refund: { eventId: refund.event.eventId } }
    const euros = amount(1n, currency('EUR'))
    expect(await refusalOf(useCases.run(work => reverseRefund(work, { ...wrong, billingAmount: euros })))).toBe(
      'unknown-currency',
    )
  })
})
