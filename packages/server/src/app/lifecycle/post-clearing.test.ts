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
  sharedFunding,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { postDeposit } from '../post-deposit.ts'

const NOW = '2026-05-22T12:00:00Z'
const TODAY = '2026-05-22'

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases(NOW)
  after = lifecycleOf(useCases)
  await addProgram(useCases)
  // 20 % above the hold, and 1.5 % on foreign currency
  await useCases.pool.query('update card_program set foreign_fee_bps = 150 where program_id = 1')
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

/** Balance of the partner's account of a kind. */
async function balanceOf({ partnerId }: Pick<Card, 'partnerId'>, kind: 'network-settlement' | 'fee-income') {
  const accounts = await useCases.ports.storage.read.accountsOf(partnerId)
  return accounts.find(account => account.kind === kind)?.balance.minor
}

async function postingsOf(entryId: bigint | null | undefined) {
  const { rows } = await useCases.pool.query<{ kind: string; account: string; side: string; minor: bigint }>(
    `select e.kind, a.kind as account, p.side, p.amount_minor as minor
       from posting p join journal_entry e using (partner_id, entry_id) join account a using (partner_id, account_id)
      where p.entry_id = $1 order by p.line_no`,
    [entryId],
  )
  return rows.map(row => [row.kind, row.account, row.side, row.minor])
}

describe('a clearing', () => {
  test('of the whole hold posts it: the card pays and the network is owed', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const { event } = await after.clear(card.partnerId, authorization, usd(2500n))
    expect(event).toMatchObject({ kind: 'clearing', billingAmount: usd(2500n), effect: { forced: false } })
    expect(await postingsOf(event.entryId)).toEqual([
      ['clearing', 'card', 'debit', 2500n],
      ['clearing', 'network-settlement', 'credit', 2500n],
    ])
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 0n, cleared: 2500n, fee: 0n, status: 'closed' })
    expect(await accountOf(useCases, card)).toEqual({ balance: 7500n, held: 0n, forced: 0n })
    expect(await balanceOf(card, 'network-settlement')).toBe(2500n)
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 2500n, 2500n, 2500n]])
  })

  test('may come in parts, and uses up only its own part of the hold', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    await after.clear(card.partnerId, authorization, usd(1000n))
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 1500n, cleared: 1000n, status: 'open' })
    expect(await accountOf(useCases, card)).toEqual({ balance: 9000n, held: 1500n, forced: 0n })
    await after.clear(card.partnerId, authorization, usd(1500n))
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 0n, cleared: 2500n, status: 'closed' })
  })

  test('that is final lets the rest of the hold lapse and gives it back', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    await after.clear(card.partnerId, authorization, usd(1000n), { final: true })
    expect(await sumsOf(useCases, authorization)).toMatchObject({ held: 0n, cleared: 1000n, status: 'closed' })
    expect(await accountOf(useCases, card)).toEqual({ balance: 9000n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 1000n, 1000n, 1000n]])
  })

  test.each([
    [3000n, false],
    [3001n, true],
  ])('of %s on a hold of 2500 is forced beyond 20 %%: %s', async (minor, forced) => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    useCases.clock.set('2026-05-24T00:00:00Z')
    const { event } = await after.clear(card.partnerId, authorization, usd(minor))
    expect(event.effect?.forced).toBe(forced)
    expect(await accountOf(useCases, card)).toEqual({ balance: 10_000n - minor, held: 0n, forced: 0n })
    // what is above the hold counts on the day of the clearing, as part of the same purchase
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 1, 2500n, 2500n, 2500n],
      ['2026-05-24', 0, minor - 2500n, minor, minor],
    ])
  })

  test('beyond what the account has takes it below zero, and money that comes in lifts it', async () => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 2500n)
    const authorization = await purchase(useCases, card, 2500n)
    const { event } = await after.clear(card.partnerId, authorization, usd(2800n))
    expect(event.effect?.forced).toBe(true)
    expect(await accountOf(useCases, card)).toEqual({ balance: -300n, held: 0n, forced: 300n })
    expect((await purchase(useCases, card, 1n)).declineReason).toBe('insufficient-funds')
    await deposit(card, 200n)
    expect(await accountOf(useCases, card)).toEqual({ balance: -100n, held: 0n, forced: 100n })
    expect((await purchase(useCases, card, 1n)).declineReason).toBe('insufficient-funds')
    await deposit(card, 150n)
    expect(await accountOf(useCases, card)).toEqual({ balance: 50n, held: 0n, forced: 0n })
    expect((await purchase(useCases, card, 51n)).declineReason).toBe('insufficient-funds')
    expect((await purchase(useCases, card, 50n)).declineReason).toBeNull()
  })

  test('covered by its hold is not forced on an account that others have taken below zero', async () => {
    const card = await addLoadedCard(useCases, await addPartner(useCases), 1000n)
    const authorization = await purchase(useCases, card, 1000n)
    await purchase(useCases, card, 400n, { advice: true })
    expect(await accountOf(useCases, card)).toEqual({ balance: 1000n, held: 1400n, forced: 400n })
    const { event } = await after.clear(card.partnerId, authorization, usd(1000n))
    expect(event.effect?.forced).toBe(false)
    expect(await accountOf(useCases, card)).toEqual({ balance: 0n, held: 400n, forced: 400n })
  })

  test('after the hold has lapsed posts late, as a purchase of its day', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    await after.expire(authorization)
    useCases.clock.set('2026-06-30T00:00:00Z')
    const { event } = await after.clear(card.partnerId, authorization, usd(2500n))
    expect(event.effect?.forced).toBe(true)
    expect(await sumsOf(useCases, authorization)).toMatchObject({ expired: 2500n, cleared: 2500n, status: 'closed' })
    expect(await usageOf(useCases, card)).toEqual([
      [TODAY, 0, 0n, 0n, 0n],
      ['2026-06-30', 1, 2500n, 2500n, 2500n],
    ])
  })

  test('without an authorization is forced on the card, which may be closed', async () => {
    const card = await newCard()
    await setCardStatus(useCases, card, 'closed')
    const merchant = { ...NO_MERCHANT, name: 'Toll road' }
    const { event } = await after.clear(card.partnerId, { ...onCard(card), merchant }, usd(1000n))
    expect(event).toMatchObject({ authorizationId: null, effect: { forced: true, after: null, merchant } })
    expect(await accountOf(useCases, card)).toEqual({ balance: 9000n, held: 0n, forced: 0n })
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 1000n, 1000n, 1000n]])
  })

  test('of a declined authorization is forced and shows on it', async () => {
    const card = await newCard()
    const declined = await purchase(useCases, card, 20_000n)
    const { event } = await after.clear(card.partnerId, declined, usd(20_000n))
    expect(event.effect?.forced).toBe(true)
    expect(await accountOf(useCases, card)).toEqual({ balance: -10_000n, held: 0n, forced: 10_000n })
    expect(await sumsOf(useCases, declined)).toMatchObject({ approved: 0n, cleared: 20_000n })
  })

  test('in another currency costs the card the fee besides', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const { event } = await after.clear(card.partnerId, authorization, amount(2300n, currency('EUR')), {
      billingAmount: usd(2501n),
    })
    // 2501 × 1.5 % = 37.515
    expect(event.effect).toMatchObject({ fee: usd(38n), feeBps: 150, forced: false })
    expect(await postingsOf(event.entryId)).toEqual([
      ['clearing', 'card', 'debit', 2501n],
      ['clearing', 'network-settlement', 'credit', 2501n],
    ])
    expect(await postingsOf(event.effect?.feeEntryId)).toEqual([
      ['fee', 'card', 'debit', 38n],
      ['fee', 'fee-income', 'credit', 38n],
    ])
    expect(await sumsOf(useCases, authorization)).toMatchObject({ cleared: 2501n, fee: 38n })
    expect(await accountOf(useCases, card)).toEqual({ balance: 7461n, held: 0n, forced: 0n })
    expect(await balanceOf(card, 'fee-income')).toBe(38n)
    // a fee is no purchase
    expect(await usageOf(useCases, card)).toEqual([[TODAY, 1, 2501n, 2501n, 2501n]])
  })

  test('that is repeated posts once', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 2500n)
    const message = newMessage(card.partnerId)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => after.clear(card.partnerId, authorization, usd(1000n), message)),
    )
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect(await balanceOf(card, 'network-settlement')).toBe(1000n)
  })

  test('opens the settlement account once when the first ones come together', async () => {
    const partner = await addPartner(useCases)
    const cards = [
      await addLoadedCard(useCases, partner, 5000n),
      await addLoadedCard(useCases, partner, 5000n),
      await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) }),
    ]
    await Promise.all([...cards, ...cards].map(card => after.clear(card.partnerId, onCard(card), usd(100n))))
    const { rows } = await useCases.pool.query(
      `select kind, currency, balance_minor from account
        where partner_id = $1 and kind in ('network-settlement', 'fee-income') order by kind`,
      [partner.partnerId],
    )
    expect(rows).toEqual([
      { kind: 'fee-income', currency: 'USD', balance_minor: 0n },
      { kind: 'network-settlement', currency: 'USD', balance_minor: 600n },
    ])
  })

  test('beside purchases, reversals and refunds of one shared account leaves everything exact', async () => {
    const partner = await addPartner(useCases)
    const card = await addCard(useCases, partner.partnerId, { funding: sharedFunding(partner) })
    const authorizations = await Promise.all(Array.from({ length: 6 }, () => purchase(useCases, card, 100n)))
    await Promise.all(
      authorizations.flatMap(each => [
        after.clear(card.partnerId, each, usd(60n)),
        after.reverse(each, 40n),
        purchase(useCases, card, 10n),
        after.refund(card.partnerId, onCard(card), usd(5n)),
      ]),
    )
    expect(await accountOf(useCases, card)).toEqual({ balance: 100_000n - 360n + 30n, held: 60n, forced: 0n })
  })
})

describe('a clearing is refused and nothing is posted', () => {
  test.each<[string, string, (card: Card, partner: TestPartner) => Promise<unknown>]>([
    [
      'for an authorization that does not exist',
      'authorization-not-found',
      ({ partnerId }) => after.clear(partnerId, { authorizationId: 1n }, usd(1n)),
    ],
    [
      'under a key that no authorization has',
      'authorization-not-found',
      ({ partnerId, cardId }) => after.clear(partnerId, { cardId, originalKey: 'nobody' }, usd(1n)),
    ],
    [
      "for another partner's card",
      'card-not-found',
      ({ partnerId }) => after.clear(partnerId, onCard({ cardId: 1n }), usd(1n)),
    ],
    ['of zero', 'invalid-amount', card => after.clear(card.partnerId, onCard(card), usd(0n))],
    ['of too much', 'invalid-amount', card => after.clear(card.partnerId, onCard(card), usd(10n ** 15n + 1n))],
    [
      'in a currency that nobody has converted',
      'no-exchange-rate',
      card => after.clear(card.partnerId, onCard(card), amount(100n, currency('EUR'))),
    ],
    [
      "converted to another currency than the card's",
      'unknown-currency',
      card => after.clear(card.partnerId, onCard(card), usd(100n), { billingAmount: amount(100n, currency('EUR')) }),
    ],
    [
      'with two amounts in one currency',
      'invalid-amount',
      card => after.clear(card.partnerId, onCard(card), usd(100n), { billingAmount: usd(101n) }),
    ],
    [
      'converted to nothing',
      'invalid-amount',
      card => after.clear(card.partnerId, onCard(card), amount(1n, currency('JPY')), { billingAmount: usd(0n) }),
    ],
  ])('%s', async (_name, code, attempt) => {
    const partner = await addPartner(useCases)
    const card = await addLoadedCard(useCases, partner, 10_000n)
    const before = await moneyOf(useCases)
    expect(await refusalOf(attempt(card, partner))).toBe(code)
    expect(await moneyOf(useCases)).toEqual(before)
  })
})

async function deposit({ partnerId, accountId }: Card, minor: bigint): Promise<void> {
  await useCases.run(work => postDeposit(work, { partnerId, accountId, amount: usd(minor), memo: 'test' }))
}
