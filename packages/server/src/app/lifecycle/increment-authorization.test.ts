import type { Card } from '@openissuer/core/card/card.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import {
  accountOf,
  authorizationOf,
  lifecycleOf,
  newMessage,
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
  setCardStatus,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'

const NOW = '2026-05-22T12:00:00Z'
const TODAY = '2026-05-22'

const LIMIT: LimitTerms = {
  dailyCount: 1,
  singleAmount: usd(3000n),
  dailyAmount: usd(4000n),
  monthlyAmount: usd(5000n),
  totalAmount: null,
}

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

/** A card with 100.00 of its own. */
async function newCard(limit: Partial<LimitTerms> | null = null): Promise<Card> {
  return addLoadedCard(useCases, await addPartner(useCases), 10_000n, { limit: limit && { ...LIMIT, ...limit } })
}

describe('an increment', () => {
  test('raises the hold and takes from the limits of its own day, without counting again', async () => {
    const card = await newCard({})
    const authorization = await purchase(useCases, card, 2000n)
    useCases.clock.set('2026-05-23T12:00:00Z')
    const { event } = await after.increment(authorization, 1000n)
    expect(event).toMatchObject({ kind: 'increment', billingAmount: usd(1000n), entryId: null })
    expect(event.effect).toMatchObject({ declineReason: null, approvalCode: expect.stringMatching(/^\d{6}$/) })
    expect(event.effect?.trace.map(({ check }) => check)).toEqual([
      'increment',
      'card-expiry',
      'card-status',
      'single-amount',
      'daily-count',
      'daily-amount',
      'monthly-amount',
      'available-funds',
    ])
    expect(await sumsOf(useCases, authorization)).toMatchObject({ approved: 3000n, held: 3000n, status: 'open' })
    expect(await accountOf(useCases, card)).toMatchObject({ held: 3000n })
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 1, 2000n, 2000n, 2000n],
      ['2026-05-23', 0, 1000n, 3000n, 3000n],
    ])
    expect((await authorizationOf(useCases, authorization)).expiresAt).toEqual(authorization.expiresAt)
  })

  test('that is undone gives back to the latest day first', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2000n)
    useCases.clock.set('2026-05-23T12:00:00Z')
    await after.increment(authorization, 1000n)
    await after.reverse(authorization, 1500n)
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 1, 1500n, 1500n, 1500n],
      ['2026-05-23', 0, 0n, 1500n, 1500n],
    ])
    await after.expire(authorization)
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 0, 0n, 0n, 0n],
      ['2026-05-23', 0, 0n, 0n, 0n],
    ])
  })

  test.each<[string, string, Partial<LimitTerms>, bigint]>([
    ['the whole purchase beyond the single amount', 'single-amount-exceeded', {}, 1001n],
    ['more than the day leaves', 'daily-amount-exceeded', { dailyAmount: usd(2500n) }, 501n],
    ['more than the month leaves', 'monthly-amount-exceeded', { monthlyAmount: usd(2500n) }, 501n],
    ['more than the life leaves', 'total-amount-exceeded', { totalAmount: usd(2500n) }, 501n],
    [
      'more than there is',
      'insufficient-funds',
      { singleAmount: usd(100_000n), dailyAmount: usd(100_000n), monthlyAmount: usd(100_000n) },
      8001n,
    ],
  ])('for %s is declined: %s, recorded, and changes nothing', async (_name, reason, limit, minor) => {
    const card = await newCard(limit)
    const authorization = await purchase(useCases, card, 2000n)
    const before = [
      await sumsOf(useCases, authorization),
      await accountOf(useCases, card),
      await usageOf(useCases, card),
    ]
    const { event } = await after.increment(authorization, minor)
    expect(event.effect).toMatchObject({ declineReason: reason, approvalCode: null, hold: 0n, usage: [] })
    expect(event.effect?.trace.at(-1)?.passed).toBe(false)
    expect([
      await sumsOf(useCases, authorization),
      await accountOf(useCases, card),
      await usageOf(useCases, card),
    ]).toEqual(before)
    // one less fits
    expect((await after.increment(authorization, minor - 1n)).event.effect?.declineReason).toBeNull()
  })

  test('on a blocked card is declined', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2000n)
    await setCardStatus(useCases, card, 'blocked')
    expect((await after.increment(authorization, 1n)).event.effect?.declineReason).toBe('card-not-active')
  })

  test('of what is no longer open is refused', async () => {
    const card = await newCard()
    const reversed = await purchase(useCases, card, 100n)
    await after.reverse(reversed)
    const declined = await purchase(useCases, card, 100_000n)
    const inquiry = await purchase(useCases, card, 0n, { purpose: 'balance-inquiry' })
    for (const closed of [reversed, declined, inquiry]) {
      expect(await refusalOf(after.increment(closed, 1n))).toBe('authorization-closed')
    }
    expect(await refusalOf(after.increment({ ...reversed, authorizationId: 1n }, 1n))).toBe('authorization-not-found')
    expect(await refusalOf(after.increment(reversed, 0n))).toBe('invalid-amount')
  })

  test('that is repeated, approved or declined, gets the recorded answer', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 100n)
    for (const minor of [50n, 1_000_000n]) {
      const message = newMessage(card.partnerId)
      const first = await after.increment(authorization, minor, message)
      expect(await after.increment(authorization, minor, message)).toEqual({ ...first, repeated: true })
    }
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 150n })
  })

  test('many at once never pass the limit', async () => {
    const card = await newCard({ dailyAmount: usd(1000n) })
    const authorization = await purchase(useCases, card, 100n)
    const answers = await Promise.all(Array.from({ length: 12 }, () => after.increment(authorization, 100n)))
    expect(answers.filter(({ event }) => event.effect?.declineReason === null)).toHaveLength(9)
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 1000n, 1000n, 1000n]])
  })
})
