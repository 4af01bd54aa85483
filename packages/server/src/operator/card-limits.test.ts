import type { Card } from '@openissuer/core/card/card.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOperatorDoor, type OperatorDoor } from '../../../../test/support/operator-door.ts'
import { addLoadedCard, addPartner, addProgram, purchase } from '../../../../test/support/use-cases.ts'

let door: OperatorDoor

beforeAll(async () => {
  door = await createOperatorDoor()
  await addProgram(door.useCases)
})

afterAll(() => door.close())

const usd = (amount: string) => ({ amount, currency: 'USD' })

const LIMIT = { dailyCount: 5, singleAmount: usd('50.00'), dailyAmount: usd('100.00'), monthlyAmount: usd('200.00') }

const NOTHING = { dailyCount: 0, dailyAmount: usd('0.00'), monthlyAmount: usd('0.00'), totalAmount: usd('0.00') }

async function newCard(): Promise<Card> {
  return addLoadedCard(door.useCases, await addPartner(door.useCases), 50_000n)
}

const pathOf = ({ partnerId, cardId }: Card) => `/operator/v1/partners/${partnerId}/cards/${cardId}/limit`

const read = async (path: string) => JSON.parse((await door.call('GET', path)).text)

const set = async (card: Card, terms: object) => JSON.parse((await door.call('PUT', pathOf(card), terms)).text)

describe('the limit of a card', () => {
  test('is none at first, under the ceilings of the program', async () => {
    expect(await read(pathOf(await newCard()))).toEqual({
      limit: null,
      used: NOTHING,
      ceilings: {
        dailyCount: 1000,
        singleAmount: usd('10000.00'),
        dailyAmount: usd('20000.00'),
        monthlyAmount: usd('30000.00'),
      },
    })
  })

  test('is set, and says what is left of it', async () => {
    const card = await newCard()
    await purchase(door.useCases, card, 3_000n)
    const limit = await set(card, { ...LIMIT, totalAmount: usd('500.00') })
    const used = { dailyCount: 1, dailyAmount: usd('30.00'), monthlyAmount: usd('30.00'), totalAmount: usd('30.00') }
    const remaining = {
      dailyCount: 4,
      dailyAmount: usd('70.00'),
      monthlyAmount: usd('170.00'),
      totalAmount: usd('470.00'),
    }
    expect(limit).toMatchObject({ ...LIMIT, cardToken: card.token, totalAmount: usd('500.00'), used, remaining })
    expect(await read(pathOf(card))).toMatchObject({ limit, used })
  })

  test('is replaced under the same id, and nothing is left of one that was overtaken', async () => {
    const card = await newCard()
    await purchase(door.useCases, card, 3_000n)
    const { limitId } = await set(card, { ...LIMIT, totalAmount: usd('500.00') })
    const small = { dailyCount: 0, singleAmount: usd('1.00'), dailyAmount: usd('10.00'), monthlyAmount: usd('20.00') }
    expect(await set(card, small)).toMatchObject({
      limitId,
      ...small,
      totalAmount: null,
      remaining: { dailyCount: 0, dailyAmount: usd('0.00'), monthlyAmount: usd('0.00'), totalAmount: null },
    })
  })

  test('counts days and months in UTC', async () => {
    const card = await newCard()
    await set(card, LIMIT)
    await purchase(door.useCases, card, 3_000n)
    door.useCases.clock.set('2026-05-23T00:00:00Z')
    expect((await read(pathOf(card))).limit.used).toMatchObject({ dailyCount: 0, monthlyAmount: usd('30.00') })
    door.useCases.clock.set('2026-06-01T00:00:00Z')
    expect((await read(pathOf(card))).used).toMatchObject({ monthlyAmount: usd('0.00'), totalAmount: usd('30.00') })
    door.useCases.clock.set('2026-05-22T12:00:00Z')
  })

  test.each<[string, object, number, string, string]>([
    ['a value missing', { ...LIMIT, dailyAmount: undefined }, 400, 'invalid-request', 'dailyAmount'],
    ['a count that is no number', { ...LIMIT, dailyCount: '5' }, 400, 'invalid-request', 'dailyCount'],
    ['a negative amount', { ...LIMIT, singleAmount: usd('-1.00') }, 400, 'invalid-amount', 'singleAmount'],
    ['too many decimals', { ...LIMIT, monthlyAmount: usd('1.001') }, 400, 'invalid-amount', 'monthlyAmount'],
    [
      'another currency',
      { ...LIMIT, totalAmount: { amount: '1.00', currency: 'EUR' } },
      422,
      'unknown-currency',
      'totalAmount',
    ],
    [
      'more than the ceiling',
      { ...LIMIT, monthlyAmount: usd('30000.01') },
      422,
      'limit-above-ceiling',
      'monthlyAmount',
    ],
  ])('is refused with %s and stays as it was', async (_fault, terms, status, code, field) => {
    const card = await newCard()
    const before = await set(card, LIMIT)
    const answer = await door.call('PUT', pathOf(card), terms)
    expect([answer.status, answer.body.error.code, answer.body.error.field]).toEqual([status, code, field])
    expect((await read(pathOf(card))).limit).toEqual(before)
  })

  test('of another partner’s card is not found', async () => {
    const [card, other] = [await newCard(), await newCard()]
    const path = pathOf({ ...card, partnerId: other.partnerId })
    expect((await door.call('GET', path)).body.error.code).toBe('card-not-found')
    expect((await door.call('PUT', path, LIMIT)).body.error.code).toBe('card-not-found')
  })
})

test('limits are listed newest first with what is used of each, page by page, and found by holder and program', async () => {
  const partner = await addPartner(door.useCases)
  const cards = [1, 2, 3].map(() => addLoadedCard(door.useCases, partner, 10_000n))
  const [first, second, third] = (await Promise.all(cards)) as [Card, Card, Card]
  for (const card of [first, second, third]) await set(card, LIMIT)
  await purchase(door.useCases, second, 1_000n)
  const path = `/operator/v1/partners/${partner.partnerId}/card-limits`
  const page = await read(`${path}?limit=2`)
  expect(page.cardLimits).toMatchObject([
    { cardId: String(third.cardId), used: NOTHING },
    { cardId: String(second.cardId), used: { dailyCount: 1, totalAmount: usd('10.00') } },
  ])
  expect(await read(`${path}?cursor=${page.nextCursor}`)).toMatchObject({
    cardLimits: [{ cardId: String(first.cardId) }],
    nextCursor: null,
  })
  expect((await read(`${path}?cardholderId=${first.cardholderId}`)).cardLimits).toHaveLength(1)
  expect((await read(`${path}?programId=1`)).cardLimits).toHaveLength(3)
  expect((await read(`${path}?programId=2`)).cardLimits).toEqual([])
})
