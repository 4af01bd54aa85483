import { type Authorization, PURPOSES } from '@openissuer/core/authorization/authorization.ts'
import { DECLINE_REASONS, type DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import { MAGIC_AMOUNTS } from '@openissuer/core/authorization/magic-amount.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import type { MerchantControl } from '@openissuer/core/limits/merchant-controls.ts'
import type { SpendLimit } from '@openissuer/core/limits/spend-limit.ts'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCard,
  addLoadedCard,
  addPartner,
  addProgram,
  addSpendLimit,
  createUseCases,
  purchase as decidedPurchase,
  NO_MERCHANT,
  setCardStatus,
  sharedFunding,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import type { Authorize } from './authorize.ts'
import { createMerchantControl } from './create-merchant-control.ts'
import type { CardRecordFilter } from './ports.ts'

const NOW = '2026-05-22T12:00:00Z'

const MERCHANT = {
  id: 'M-42   ',
  name: 'Coffee & Co',
  mcc: '5814',
  country: 'US',
  city: 'Reno',
  acquirerId: '123456',
}

/** Wide enough for everything but what a test narrows. */
const LIMIT: LimitTerms = {
  dailyCount: 100,
  singleAmount: usd(100_000n),
  dailyAmount: usd(100_000n),
  monthlyAmount: usd(100_000n),
  totalAmount: null,
}

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases(NOW)
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

const purchase = (
  card: Pick<Card, 'partnerId' | 'cardId'>,
  minor: bigint,
  changes: Partial<Authorize> = {},
): Promise<Authorization> => decidedPurchase(useCases, card, minor, { merchant: MERCHANT, ...changes })

async function accountOf(card: Card) {
  const account = await useCases.ports.storage.read.account(card.partnerId, card.accountId)
  return { balance: account?.balance.minor, held: account?.held.minor }
}

async function recorded(partnerId: bigint, changes: Partial<CardRecordFilter> = {}) {
  const { rows, total } = await useCases.ports.storage.read.cardRecords({
    partnerId,
    purposes: PURPOSES,
    declined: true,
    eventKinds: [],
    from: Temporal.Instant.from('2020-01-01T00:00:00Z'),
    to: Temporal.Instant.from('2040-01-01T00:00:00Z'),
    offset: 0,
    limit: 100,
    ...changes,
  })
  return { rows: rows.flatMap(({ authorization }) => authorization ?? []), total }
}

describe('an approval', () => {
  test('holds the amount and leaves the posted balance alone', async () => {
    const card = await newCard()
    const authorization = await purchase(card, 2500n)
    expect(authorization).toMatchObject({
      declineReason: null,
      approvalCode: expect.stringMatching(/^\d{6}$/),
      transactionAmount: usd(2500n),
      billingAmount: usd(2500n),
      held: usd(2500n),
      cleared: usd(0n),
    })
    expect(await accountOf(card)).toEqual({ balance: 10_000n, held: 2500n })
  })

  test('is recorded as it was answered, merchant and trace included', async () => {
    const card = await newCard(LIMIT)
    const answered = await purchase(card, 2500n)
    const { rows, total } = await recorded(card.partnerId)
    const { cardId, token, bin, lastFour, remark } = card
    expect(total).toBe(1)
    expect(rows).toEqual([{ ...answered, card: { cardId, token, bin, lastFour, remark } } satisfies Authorization])
    expect(rows[0]?.merchant).toEqual(MERCHANT)
    expect(rows[0]?.trace.map(({ check }) => check)).toEqual([
      'card-expiry',
      'card-status',
      'single-amount',
      'daily-count',
      'daily-amount',
      'monthly-amount',
      'available-funds',
    ])
  })

  test('may spend to the last minor unit, counting what earlier ones hold', async () => {
    const card = await newCard()
    expect((await purchase(card, 9_999n)).declineReason).toBeNull()
    expect((await purchase(card, 2n)).declineReason).toBe('insufficient-funds')
    expect((await purchase(card, 1n)).declineReason).toBeNull()
    expect((await purchase(card, 1n)).declineReason).toBe('insufficient-funds')
    expect(await accountOf(card)).toEqual({ balance: 10_000n, held: 10_000n })
  })
})

describe('a decline', () => {
  /** Given where the rules are not asked: no card, no rate, no time, or a reversal that came first. */
  type NotOfTheRules =
    | 'unknown-card'
    | 'reversed-before-arrival'
    | 'no-exchange-rate'
    | 'issuer-overloaded'
    | 'issuer-unavailable'
    | 'partner-declined'
    | 'partner-unavailable'

  type Way = {
    readonly check: string
    readonly arrange: () => Promise<Card>
    /** what the message brings along */
    readonly message?: Partial<Authorize>
  }

  /** How a purchase of 10.00 comes to be declined, and the check that says so. */
  const WAYS: Readonly<Record<Exclude<DeclineReason, NotOfTheRules>, Way>> = {
    'card-expired': {
      check: 'card-expiry',
      arrange: async () => {
        const card = await newCard()
        useCases.clock.set('2029-06-01T00:00:00Z')
        return card
      },
    },
    'card-lost': { check: 'card-status', arrange: () => cardThatIs('lost') },
    'card-not-active': { check: 'card-status', arrange: () => cardThatIs('blocked') },
    'expiry-mismatch': {
      check: 'expiry-data',
      arrange: () => newCard(),
      message: { cardData: { expiry: { year: 2029, month: 6 } } },
    },
    'cvv2-mismatch': { check: 'cvv2-data', arrange: () => newCard(), message: { cardData: { cvv2: 'mismatch' } } },
    'pin-mismatch': { check: 'pin-data', arrange: () => newCard(), message: { cardData: { pin: 'mismatch' } } },
    'authentication-failed': {
      check: 'three-ds-data',
      arrange: () => newCard(),
      message: {
        cardData: { threeDs: { version: '2.2.0', eci: '07', result: 'failed', dsTransactionId: null } },
      },
    },
    'merchant-blocked': {
      check: 'merchant-control: test',
      arrange: () => controlledCard({ block: { merchantIds: ['M-42'] } }),
    },
    'mcc-blocked': { check: 'merchant-control: test', arrange: () => controlledCard({ allow: { mccs: ['5411'] } }) },
    'country-blocked': {
      check: 'merchant-control: test',
      arrange: () => controlledCard({ block: { countries: ['US'] } }),
    },
    'single-amount-exceeded': { check: 'single-amount', arrange: () => newCard({ singleAmount: usd(999n) }) },
    'daily-count-exceeded': { check: 'daily-count', arrange: () => usedCard({ dailyCount: 1 }) },
    'daily-amount-exceeded': { check: 'daily-amount', arrange: () => usedCard({ dailyAmount: usd(1499n) }) },
    'monthly-amount-exceeded': { check: 'monthly-amount', arrange: () => usedCard({ monthlyAmount: usd(1499n) }) },
    'total-amount-exceeded': { check: 'total-amount', arrange: () => usedCard({ totalAmount: usd(1499n) }) },
    'spend-limit-count-exceeded': {
      check: 'spend-limit-count: test',
      arrange: () => spendLimitedCard({ maxCount: 1 }),
    },
    'spend-limit-amount-exceeded': {
      check: 'spend-limit-amount: test',
      arrange: () => spendLimitedCard({ maxAmount: usd(1499n) }),
    },
    'insufficient-funds': {
      check: 'available-funds',
      arrange: async () => addLoadedCard(useCases, await addPartner(useCases), 999n),
    },
  }

  async function controlledCard(lists: Pick<MerchantControl, 'allow' | 'block'>): Promise<Card> {
    const card = await newCard()
    const { partnerId, cardId } = card
    const terms = { name: 'test', scope: { kind: 'card', id: cardId }, ...lists } as const
    await useCases.run(work => createMerchantControl(work, { partnerId, terms }))
    return card
  }

  /** A card that has spent 5.00 of a limit of its program. */
  async function spendLimitedCard(changes: Partial<SpendLimit>): Promise<Card> {
    const card = await newCard()
    await addSpendLimit(useCases, card, { scope: { kind: 'program', id: card.programId }, ...changes })
    expect((await purchase(card, 500n)).declineReason).toBeNull()
    return card
  }

  async function cardThatIs(status: Card['status']): Promise<Card> {
    const card = await newCard()
    await setCardStatus(useCases, card, status)
    return card
  }

  /** A card that has spent 5.00 today. */
  async function usedCard(limit: Partial<LimitTerms>): Promise<Card> {
    const card = await newCard(limit)
    expect((await purchase(card, 500n)).declineReason).toBeNull()
    return card
  }

  test.each(Object.entries(WAYS))(
    'for %s is recorded with its reason and explained by its last check',
    async (reason, way) => {
      const card = await way.arrange()
      const answered = await purchase(card, 1000n, way.message)
      expect(answered).toMatchObject({ declineReason: reason, approvalCode: null, held: usd(0n) })
      expect(DECLINE_REASONS).toHaveProperty(reason)
      const { rows } = await recorded(card.partnerId, { recordId: answered.authorizationId })
      expect(rows).toMatchObject([
        { declineReason: reason, approvalCode: null, billingAmount: usd(1000n), held: usd(0n) },
      ])
      expect(rows[0]?.trace.at(-1)).toMatchObject({ check: way.check, passed: false })
    },
  )

  test.each(Object.entries(WAYS))('for %s moves no money and uses no limit', async (reason, way) => {
    const card = await way.arrange()
    const usage = async () =>
      (
        await useCases.pool.query(
          'select day, day_count, day_minor, month_minor, total_minor from card_day_usage where card_id = $1 order by day',
          [card.cardId],
        )
      ).rows
    const spendLimitUse = async () =>
      (await useCases.pool.query('select * from spend_limit_usage where partner_id = $1', [card.partnerId])).rows
    const state = async () => ({
      account: await accountOf(card),
      usage: await usage(),
      spendLimitUse: await spendLimitUse(),
    })
    const before = await state()
    expect((await purchase(card, 1000n, way.message)).declineReason).toBe(reason)
    expect(await state()).toEqual(before)
  })

  test('leaves room for a smaller purchase', async () => {
    const card = await newCard({ dailyAmount: usd(1000n) })
    expect((await purchase(card, 1001n)).declineReason).toBe('daily-amount-exceeded')
    expect((await purchase(card, 1000n)).declineReason).toBeNull()
  })
})

describe('a limit', () => {
  test('of a day is new at midnight UTC, and the rest of the month still counts', async () => {
    const card = await newCard({ dailyAmount: usd(1000n), monthlyAmount: usd(1500n) })
    useCases.clock.set('2026-05-22T23:59:59.999Z')
    expect((await purchase(card, 1000n)).declineReason).toBeNull()
    expect((await purchase(card, 1n)).declineReason).toBe('daily-amount-exceeded')
    useCases.clock.set('2026-05-23T00:00:00Z')
    expect((await purchase(card, 501n)).declineReason).toBe('monthly-amount-exceeded')
    expect((await purchase(card, 500n)).declineReason).toBeNull()
  })

  test('of a month is new at its first midnight UTC, and the total still counts', async () => {
    const card = await newCard({ monthlyAmount: usd(1000n), totalAmount: usd(1500n) })
    useCases.clock.set('2027-02-28T23:59:59.999Z')
    expect((await purchase(card, 1000n)).declineReason).toBeNull()
    expect((await purchase(card, 1n)).declineReason).toBe('monthly-amount-exceeded')
    useCases.clock.set('2027-03-01T00:00:00Z')
    expect((await purchase(card, 501n)).declineReason).toBe('total-amount-exceeded')
    expect((await purchase(card, 500n)).declineReason).toBeNull()
  })

  test('of one card does not touch another card, also on a shared account', async () => {
    const partner = await addPartner(useCases)
    const limit = { ...LIMIT, dailyCount: 1 }
    const wishes = { funding: sharedFunding(partner), limit }
    const [first, second] = [
      await addCard(useCases, partner.partnerId, wishes),
      await addCard(useCases, partner.partnerId, wishes),
    ]
    expect((await purchase(first, 100n)).declineReason).toBeNull()
    expect((await purchase(first, 100n)).declineReason).toBe('daily-count-exceeded')
    expect((await purchase(second, 100n)).declineReason).toBeNull()
    expect(await accountOf(first)).toEqual({ balance: 100_000n, held: 200n })
  })
})

describe('a request', () => {
  test.each([0n, -1n, 10n ** 15n + 1n])('of %s is refused and not recorded', async minor => {
    const card = await newCard()
    await expect(purchase(card, minor)).rejects.toMatchObject({ code: 'invalid-amount', field: 'amount' })
    expect((await recorded(card.partnerId)).total).toBe(0)
  })

  test("for another partner's card is refused", async () => {
    const { cardId } = await newCard()
    const { partnerId } = await addPartner(useCases)
    await expect(purchase({ partnerId, cardId }, 100n)).rejects.toMatchObject({ code: 'card-not-found' })
    await expect(purchase({ partnerId, cardId: 1n }, 100n)).rejects.toMatchObject({ code: 'card-not-found' })
  })

  test('without a word about the merchant is recorded with none', async () => {
    const card = await newCard()
    await purchase(card, 1n, { merchant: NO_MERCHANT })
    expect((await recorded(card.partnerId)).rows[0]?.merchant).toEqual(NO_MERCHANT)
  })
})

describe('the list of authorizations', () => {
  test('comes newest first in pages with the total, inside inclusive bounds, for one card when asked', async () => {
    const partner = await addPartner(useCases)
    const [card, other] = [await addLoadedCard(useCases, partner, 5000n), await addLoadedCard(useCases, partner, 5000n)]
    for (const [at, of] of [
      ['2026-05-21T23:59:59.999Z', card],
      ['2026-05-22T00:00:00Z', card],
      ['2026-05-22T12:00:00Z', other],
      ['2026-05-22T23:59:59.999Z', card],
      ['2026-05-23T00:00:00Z', card],
    ] as const) {
      useCases.clock.set(at)
      await purchase(of, 100n)
    }
    const day = {
      from: Temporal.Instant.from('2026-05-22T00:00:00Z'),
      to: Temporal.Instant.from('2026-05-22T23:59:59.999Z'),
    }
    const times = async (changes: Partial<CardRecordFilter>) => {
      const { rows, total } = await recorded(partner.partnerId, changes)
      return { at: rows.map(row => row.createdAt.toString()), total }
    }
    expect(await times({ limit: 2, offset: 1 })).toEqual({
      at: ['2026-05-22T23:59:59.999Z', '2026-05-22T12:00:00Z'],
      total: 5,
    })
    expect(await times(day)).toMatchObject({ total: 3 })
    expect(await times({ ...day, cardToken: card.token })).toEqual({
      at: ['2026-05-22T23:59:59.999Z', '2026-05-22T00:00:00Z'],
      total: 2,
    })
    expect(await times({ cardToken: '999999999999' })).toEqual({ at: [], total: 0 })
  })

  test("shows nothing of another partner, by neither its authorization's id nor its card's token", async () => {
    const card = await newCard()
    const { authorizationId } = await purchase(card, 100n)
    const { partnerId } = await addPartner(useCases)
    expect((await recorded(partnerId)).total).toBe(0)
    expect((await recorded(partnerId, { recordId: authorizationId })).total).toBe(0)
    expect((await recorded(partnerId, { cardToken: card.token })).total).toBe(0)
  })
})

describe('a magic amount', () => {
  const MAGIC = Object.entries(MAGIC_AMOUNTS)

  /** A card with 20,000.00, enough for every one of them. */
  async function richCard(): Promise<Card> {
    return addLoadedCard(useCases, await addPartner(useCases, { openingBalance: 10_000_000n }), 2_000_000n)
  }

  test('is declined in a sandbox for its reason, and holds nothing', async () => {
    const card = await richCard()
    for (const [reason, minor] of MAGIC) {
      const { declineReason, trace } = await purchase(card, minor)
      expect([declineReason, trace.at(-1)]).toMatchObject([reason, { check: 'magic-amount', value: reason }])
    }
    expect(await accountOf(card)).toEqual({ balance: 2_000_000n, held: 0n })
  })

  test('in live mode is an amount like any other', async () => {
    const live = { ports: { ...useCases.ports, mode: 'live' as const } }
    for (const [, minor] of MAGIC) {
      expect((await decidedPurchase(live, await richCard(), minor)).declineReason).toBeNull()
    }
  })

  test('gives way to what is wrong with the card, and to a reason that was asked for by name', async () => {
    const card = await richCard()
    const named = await purchase(card, MAGIC_AMOUNTS['card-lost'], { forcedReason: 'insufficient-funds' })
    expect([named.declineReason, named.trace.at(-1)?.check]).toEqual(['insufficient-funds', 'forced-decline'])
    await setCardStatus(useCases, card, 'blocked')
    expect((await purchase(card, MAGIC_AMOUNTS['insufficient-funds'])).declineReason).toBe('card-not-active')
  })

  test('comes before limits and funds, so that the card needs neither', async () => {
    const card = await newCard({ singleAmount: usd(1n) })
    expect((await purchase(card, MAGIC_AMOUNTS['issuer-unavailable'])).declineReason).toBe('issuer-unavailable')
  })

  test('does not stop an advice, which has happened', async () => {
    const card = await richCard()
    const { declineReason, held } = await purchase(card, MAGIC_AMOUNTS['card-lost'], { advice: true })
    expect([declineReason, held]).toEqual([null, usd(MAGIC_AMOUNTS['card-lost'])])
  })
})
