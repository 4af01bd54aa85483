import type { Card } from '@openissuer/core/card/card.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import {
  accountOf,
  authorizationOf,
  lifecycleOf,
  moneyOf,
  newMessage,
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
  purchase,
  purchaseOf,
  sharedFunding,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { authorize } from '../authorize.ts'
import { type ReverseAuthorization, reverseAuthorization } from './reverse-authorization.ts'

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

/** A card with 100.00 of its own. */
async function newCard(): Promise<Card> {
  return addLoadedCard(useCases, await addPartner(useCases), 10_000n)
}

/** A reversal that names its original by that message's key, as the network does. */
const byKey = ({ partnerId, cardId }: Card, originalKey: string, changes: Partial<ReverseAuthorization> = {}) =>
  useCases.run(work =>
    reverseAuthorization(work, {
      ...newMessage(partnerId),
      original: { cardId, originalKey },
      amount: null,
      ...changes,
    }),
  )

describe('a reversal', () => {
  test('in full releases the hold, closes the authorization and gives its limits back', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const { event, repeated } = await after.reverse(authorization)
    expect(repeated).toBe(false)
    expect(event).toMatchObject({ kind: 'reversal', billingAmount: usd(2500n), entryId: null })
    expect(await sumsOf(useCases, authorization)).toEqual({
      approved: 2500n,
      held: 0n,
      reversed: 2500n,
      expired: 0n,
      cleared: 0n,
      refunded: 0n,
      fee: 0n,
      status: 'closed',
    })
    expect(await accountOf(useCases, card)).toEqual({ balance: 10_000n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([['2026-05-22', 0, 0n, 0n, 0n]])
  })

  test('in part releases only its own part of the hold, and the purchase still counts', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    await after.reverse(authorization, 1000n)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 1500n, reversed: 1000n, status: 'open' })
    expect(await usageOf(useCases, card)).toEqual([['2026-05-22', 1, 1500n, 1500n, 1500n]])
    await after.reverse(authorization, 1500n)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 0n, reversed: 2500n, status: 'closed' })
    expect(await usageOf(useCases, card)).toEqual([['2026-05-22', 0, 0n, 0n, 0n]])
  })

  test('gives back to the day and the month that were used, and to the sums since', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    useCases.clock.set('2026-05-23T12:00:00Z')
    await purchase(useCases, card, 100n)
    useCases.clock.set('2026-06-01T12:00:00Z')
    await purchase(useCases, card, 10n)
    await after.reverse(authorization, 2000n)
    expect(await usageOf(useCases, card)).toEqual([
      ['2026-05-22', 1, 500n, 500n, 500n],
      ['2026-05-23', 1, 100n, 600n, 600n],
      ['2026-06-01', 1, 10n, 10n, 610n],
    ])
  })

  test('makes room for the next purchase on a shared account and under the limit', async () => {
    const partner = await addPartner(useCases, { openingBalance: 1000n })
    const card = await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })
    const authorization = await purchase(useCases, card, 1000n)
    expect((await purchase(useCases, card, 1n)).declineReason).toBe('insufficient-funds')
    await after.reverse(authorization, 400n)
    expect((await purchase(useCases, card, 401n)).declineReason).toBe('insufficient-funds')
    expect((await purchase(useCases, card, 400n)).declineReason).toBeNull()
  })

  test('that is repeated gets the recorded answer, whatever has happened since', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const message = newMessage(card.partnerId)
    const first = await after.reverse(authorization, 1000n, message)
    await after.reverse(authorization)
    const before = await moneyOf(useCases)
    expect(await after.reverse(authorization, 1000n, message)).toEqual({ event: first.event, repeated: true })
    expect(await moneyOf(useCases)).toEqual(before)
    expect(first.event.effect?.after).toMatchObject({ held: usd(1500n), status: 'open' })
  })

  test('is refused beyond the open hold, on a closed authorization and under a key that was used', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const closed = await purchase(useCases, card, 100n)
    await after.reverse(closed)
    const declined = await purchase(useCases, card, 100_000n)
    const message = newMessage(card.partnerId)
    await after.reverse(authorization, 1n, message)
    const other = await newCard()
    const before = await moneyOf(useCases)
    expect(await refusalOf(after.reverse(authorization, 2500n))).toBe('reversal-exceeds-hold')
    expect(await refusalOf(after.reverse(authorization, 0n))).toBe('invalid-amount')
    expect(await refusalOf(after.reverse(closed))).toBe('authorization-closed')
    expect(await refusalOf(after.reverse(declined))).toBe('authorization-closed')
    expect(await refusalOf(after.reverse({ ...authorization, authorizationId: 7n }))).toBe('authorization-not-found')
    expect(await refusalOf(after.reverse(authorization, 1n, { ...message, inputHash: Uint8Array.of(9, 9) }))).toBe(
      'duplicate-request',
    )
    expect(await refusalOf(after.reverse({ ...authorization, partnerId: other.partnerId }))).toBe(
      'authorization-not-found',
    )
    const euros = { minor: 5n, currency: currency('EUR') }
    const { authorizationId } = authorization
    const inEuros = { ...newMessage(card.partnerId), original: { authorizationId }, amount: euros }
    expect(await refusalOf(useCases.run(work => reverseAuthorization(work, inEuros)))).toBe('no-exchange-rate')
    expect(await moneyOf(useCases)).toEqual(before)
  })

  test('that was refused burns no key', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const message = newMessage(card.partnerId)
    expect(await refusalOf(after.reverse(authorization, 2501n, message))).toBe('reversal-exceeds-hold')
    expect((await after.reverse(authorization, 2500n, message)).repeated).toBe(false)
  })

  test('of a purchase in another currency is converted at its rate', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 300n)
    await useCases.pool.query(
      `update card_authorization set transaction_currency = 'JPY', transaction_minor = 450 where authorization_id = $1`,
      [authorization.authorizationId],
    )
    const { partnerId, authorizationId } = authorization
    const yen = { minor: 100n, currency: currency('JPY') }
    const { event } = await useCases.run(work =>
      reverseAuthorization(work, { ...newMessage(partnerId), original: { authorizationId }, amount: yen }),
    )
    expect(event).toMatchObject({ transactionAmount: yen, billingAmount: usd(67n) })
  })

  test('sent twice at once releases once', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const message = newMessage(card.partnerId)
    const answers = await Promise.all(Array.from({ length: 6 }, () => after.reverse(authorization, 1000n, message)))
    expect(new Set(answers.map(({ event }) => event.eventId)).size).toBe(1)
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 1500n, reversed: 1000n })
  })

  test('beside purchases of the same account leaves holds exact', async () => {
    const card = await newCard()
    const authorizations = await Promise.all(Array.from({ length: 8 }, () => purchase(useCases, card, 100n)))
    await Promise.all([
      ...authorizations.map(each => after.reverse(each, 40n)),
      ...Array.from({ length: 8 }, () => purchase(useCases, card, 7n)),
      ...authorizations.map(each => after.reverse(each, 60n)),
    ])
    expect(await accountOf(useCases, card)).toEqual({ balance: 10_000n, held: 56n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([['2026-05-22', 8, 56n, 56n, 56n]])
  })
})

describe('a reversal that names its original by its key', () => {
  test('finds it, on its own card only', async () => {
    const card = await newCard()
    const message = purchaseOf(card, 2500n)
    const answer = await authorize(useCases.ports, message)
    if (answer.kind !== 'decided') throw new Error('not decided')
    const stranger = await addLoadedCard(useCases, await addPartner(useCases), 100n)
    const neighbour = await addCard(useCases, card.partnerId)
    expect(await refusalOf(byKey({ ...card, cardId: neighbour.cardId }, message.matchKey))).toBe(
      'authorization-not-found',
    )
    expect(await refusalOf(byKey({ ...card, cardId: stranger.cardId }, message.matchKey))).toBe('card-not-found')
    expect((await byKey(card, message.matchKey)).event.authorizationId).toBe(answer.authorization.authorizationId)
    expect(await refusalOf(byKey(card, message.matchKey))).toBe('authorization-closed')
  })

  test.each([false, true])(
    'before it has arrived makes the original be declined when it comes, advice %s',
    async advice => {
      const card = await newCard()
      const message = purchaseOf(card, 2500n, { advice })
      const reversal = newMessage(card.partnerId)
      const { event } = await byKey(card, message.matchKey, reversal)
      expect(event).toMatchObject({ authorizationId: null, kind: 'reversal', billingAmount: usd(0n) })
      expect(event.effect?.originalKey).toBe(message.matchKey)

      const answer = await authorize(useCases.ports, message)
      if (answer.kind !== 'decided') throw new Error('not decided')
      expect(answer.authorization).toMatchObject({ declineReason: 'reversed-before-arrival', held: usd(0n) })
      expect(answer.authorization.trace).toMatchObject([{ check: 'early-reversal', passed: false }])
      expect(await accountOf(useCases, card)).toMatchObject({ held: 0n })
      expect(await usageOf(useCases, card)).toEqual([])

      const again = await authorize(useCases.ports, message)
      expect(again).toMatchObject({ kind: 'repeated', authorization: answer.authorization })
      expect(await byKey(card, message.matchKey, reversal)).toEqual({ event, repeated: true })
      expect(await refusalOf(byKey(card, message.matchKey))).toBe('authorization-closed')
    },
  )

  test('before it has arrived may come several times and declines one message only', async () => {
    const card = await newCard()
    const [first, second] = [purchaseOf(card, 100n), purchaseOf(card, 100n)]
    await byKey(card, first.matchKey, { amount: usd(30n) })
    await byKey(card, first.matchKey)
    const answers = await Promise.all([first, first, second].map(message => authorize(useCases.ports, message)))
    const kinds = answers.map(answer => answer.kind)
    expect([...kinds.slice(0, 2).toSorted(), kinds[2]]).toEqual(['decided', 'repeated', 'decided'])
    expect(await accountOf(useCases, card)).toMatchObject({ held: 100n })
  })

  test('and races it, either reverses it or declines it', async () => {
    for (let round = 0; round < 12; round++) {
      const card = await newCard()
      const message = purchaseOf(card, 100n)
      const [answer, { event }] = await Promise.all([authorize(useCases.ports, message), byKey(card, message.matchKey)])
      if (answer.kind !== 'decided') throw new Error('not decided')
      const { declineReason } = await authorizationOf(useCases, answer.authorization)
      expect(declineReason).toBe(event.authorizationId === null ? 'reversed-before-arrival' : null)
      expect(await accountOf(useCases, card)).toMatchObject({ held: 0n })
    }
  })
})
