import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { createLimit } from './create-limit.ts'
import { updateLimit } from './update-limit.ts'

/** Exactly the ceilings of the program. */
const CEILINGS: LimitTerms = {
  dailyCount: 1000,
  singleAmount: usd(1_000_000n),
  dailyAmount: usd(2_000_000n),
  monthlyAmount: usd(3_000_000n),
  totalAmount: null,
}

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
})

afterAll(() => useCases.close())

const create = (partnerId: bigint, cardToken: string, terms: LimitTerms = CEILINGS) =>
  useCases.run(work => createLimit(work, { partnerId, cardToken, terms }))

async function newCard() {
  const { partnerId } = await addPartner(useCases)
  return { partnerId, card: await addCard(useCases, partnerId) }
}

const REFUSALS: readonly (readonly [string, Partial<LimitTerms>, { code: string; field: string }])[] = [
  ['a count above the ceiling', { dailyCount: 1001 }, { code: 'limit-above-ceiling', field: 'dailyCount' }],
  ['a negative count', { dailyCount: -1 }, { code: 'invalid-field', field: 'dailyCount' }],
  ['a count with decimals', { dailyCount: 1.5 }, { code: 'invalid-field', field: 'dailyCount' }],
  ['a count that is no number', { dailyCount: Number.NaN }, { code: 'invalid-field', field: 'dailyCount' }],
  ...(['singleAmount', 'dailyAmount', 'monthlyAmount'] as const).flatMap(
    field =>
      [
        [
          `${field} one above its ceiling`,
          { [field]: usd(CEILINGS[field].minor + 1n) },
          { code: 'limit-above-ceiling', field },
        ],
        [`a negative ${field}`, { [field]: usd(-1n) }, { code: 'invalid-amount', field }],
        [`${field} in yen`, { [field]: amount(1n, currency('JPY')) }, { code: 'unknown-currency', field }],
      ] as const,
  ),
  ['a negative total', { totalAmount: usd(-1n) }, { code: 'invalid-amount', field: 'totalAmount' }],
  ['a total in yen', { totalAmount: amount(1n, currency('JPY')) }, { code: 'unknown-currency', field: 'totalAmount' }],
]

describe('a new limit', () => {
  test('is read back by its id and by its card', async () => {
    const { partnerId, card } = await newCard()
    const limit = await create(partnerId, card.token, { ...CEILINGS, totalAmount: usd(10n ** 15n) })
    expect(limit).toMatchObject({ cardId: card.cardId, cardToken: card.token })
    expect(await useCases.ports.storage.read.limit(partnerId, limit.limitId)).toEqual(limit)
    expect(await useCases.ports.storage.read.limitOfCard(partnerId, card.token)).toEqual(limit)
  })

  test('may be zero throughout', async () => {
    const { partnerId, card } = await newCard()
    const zero = usd(0n)
    const terms = { dailyCount: 0, singleAmount: zero, dailyAmount: zero, monthlyAmount: zero, totalAmount: zero }
    expect(await create(partnerId, card.token, terms)).toMatchObject(terms)
  })

  test.each(REFUSALS)('with %s is refused', async (_name, wrong, refusal) => {
    const { partnerId, card } = await newCard()
    await expect(create(partnerId, card.token, { ...CEILINGS, ...wrong })).rejects.toMatchObject(refusal)
    expect(await useCases.ports.storage.read.limitOfCard(partnerId, card.token)).toBeUndefined()
  })

  test('is refused to a card that has one, also when several come at once', async () => {
    const { partnerId, card } = await newCard()
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => create(partnerId, card.token)))
    expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'duplicate-limit' })
    }
  })

  test("is refused to another partner's card, and read by its own partner only", async () => {
    const { partnerId, card } = await newCard()
    const other = await addPartner(useCases)
    await expect(create(other.partnerId, card.token)).rejects.toMatchObject({ code: 'card-not-found' })
    const { limitId } = await create(partnerId, card.token)
    expect(await useCases.ports.storage.read.limit(other.partnerId, limitId)).toBeUndefined()
    expect(await useCases.ports.storage.read.limitOfCard(other.partnerId, card.token)).toBeUndefined()
  })

  test('counts what the card used before it', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 10_000n)
    expect((await purchase(useCases, card, 3000n)).declineReason).toBeNull()
    await create(partner.partnerId, card.token, { ...CEILINGS, dailyAmount: usd(5000n) })
    expect((await purchase(useCases, card, 2001n)).declineReason).toBe('daily-amount-exceeded')
    expect((await purchase(useCases, card, 2000n)).declineReason).toBeNull()
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  })
})

describe('an updated limit', () => {
  test('has the new values throughout and keeps its identity', async () => {
    const { partnerId, card } = await newCard()
    const limit = await create(partnerId, card.token, { ...CEILINGS, totalAmount: usd(500n) })
    const terms: LimitTerms = {
      dailyCount: 1,
      singleAmount: usd(2n),
      dailyAmount: usd(3n),
      monthlyAmount: usd(4n),
      totalAmount: null,
    }
    const command = { partnerId, limitId: limit.limitId, cardToken: card.token, terms }
    expect(await useCases.run(work => updateLimit(work, command))).toEqual({ ...limit, ...terms })
    expect(await useCases.ports.storage.read.limit(partnerId, limit.limitId)).toEqual({ ...limit, ...terms })
  })

  test.each(REFUSALS)('with %s is refused and stays as it was', async (_name, wrong, refusal) => {
    const { partnerId, card } = await newCard()
    const limit = await create(partnerId, card.token)
    const terms = { ...CEILINGS, ...wrong }
    const command = { partnerId, limitId: limit.limitId, cardToken: card.token, terms }
    await expect(useCases.run(work => updateLimit(work, command))).rejects.toMatchObject(refusal)
    expect(await useCases.ports.storage.read.limit(partnerId, limit.limitId)).toEqual(limit)
  })

  test('is found under its own card and its own partner only', async () => {
    const { partnerId, card } = await newCard()
    const { limitId } = await create(partnerId, card.token)
    const other = await addCard(useCases, partnerId)
    const stranger = await newCard()
    for (const wrong of [
      { partnerId, limitId, cardToken: other.token },
      { partnerId, limitId: 1n, cardToken: card.token },
      { partnerId: stranger.partnerId, limitId, cardToken: card.token },
      { partnerId: stranger.partnerId, limitId, cardToken: stranger.card.token },
    ]) {
      const refused = useCases.run(work => updateLimit(work, { ...wrong, terms: CEILINGS }))
      await expect(refused).rejects.toMatchObject({ code: 'limit-not-found' })
    }
  })
})
