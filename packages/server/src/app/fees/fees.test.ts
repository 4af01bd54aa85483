import { type FeeTerms, FREE_TERMS } from '@openissuer/core/fee/fee-plan.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import { accountOf, lifecycleOf, newMessage, onCard } from '../../../../../test/support/lifecycle.ts'
import {
  addCardholder,
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  purchase,
  purchaseOf,
  TERMS,
  USD,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { answerAuthorization } from '../answer-authorization.ts'
import { applyForCard } from '../apply-for-card.ts'
import { reverseAuthorization } from '../lifecycle/reverse-authorization.ts'

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases('2026-05-22T12:00:00Z')
  after = lifecycleOf(useCases)
  await addProgram(useCases)
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
})

afterAll(() => useCases.close())

let plans = 0n

/** A card with 100.00 of a partner that has a plan of its own. */
async function given(terms: Partial<FeeTerms>) {
  const partner = await addPartner(useCases)
  plans += 1n
  const createdAt = useCases.clock.now()
  const plan = { planId: plans, name: `plan ${plans}`, currency: USD, terms: { ...FREE_TERMS, ...terms }, createdAt }
  await useCases.run(async ({ tx }) => {
    await tx.insertFeePlan(plan)
    await tx.setFeePlanOf({ programId: 1n, partnerId: partner.partnerId, planId: plan.planId, assignedAt: createdAt })
  })
  const loaded = terms.issueMinor === undefined ? await addLoadedCard(useCases, partner, 10_000n) : undefined
  return { partner, card: loaded as NonNullable<typeof loaded> }
}

async function feesOf(partnerId: bigint) {
  const { rows } = await useCases.pool.query<{ kind: string; minor: bigint; about: bigint | null }>(
    'select kind, amount_minor as minor, about_id as about from card_fee where partner_id = $1 order by fee_id',
    [partnerId],
  )
  return rows
}

const incomeOf = async (partnerId: bigint) =>
  (
    await useCases.pool.query<{ balance: bigint }>(
      `select balance_minor as balance from account where partner_id = $1 and kind = 'fee-income'`,
      [partnerId],
    )
  ).rows[0]?.balance

describe('a clearing', () => {
  test('pays the rate on top: 40.00 at 5 % cost 42.00, and it is shown with its purchase', async () => {
    const { partner, card } = await given({ purchasePpm: 50_000 })
    const authorization = await purchase(useCases, card, 4_000n)
    await after.clear(partner.partnerId, authorization, usd(4_000n))
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 5_800n, held: 0n })
    expect(await incomeOf(partner.partnerId)).toBe(200n)
    expect(await feesOf(partner.partnerId)).toEqual([
      { kind: 'purchase', minor: 200n, about: authorization.authorizationId },
    ])
  })

  test('that is repeated pays once', async () => {
    const { partner, card } = await given({ purchasePpm: 50_000 })
    const authorization = await purchase(useCases, card, 4_000n)
    const message = newMessage(partner.partnerId)
    for (let times = 0; times < 3; times++) await after.clear(partner.partnerId, authorization, usd(4_000n), message)
    expect(await incomeOf(partner.partnerId)).toBe(200n)
  })

  test('that is corrected gets a part of its fee back, in postings of its own', async () => {
    const { partner, card } = await given({ purchasePpm: 50_000 })
    const authorization = await purchase(useCases, card, 4_000n)
    const clearing = await after.clear(partner.partnerId, authorization, usd(4_000n))
    await after.correct(partner.partnerId, clearing, 1_000n)
    expect((await feesOf(partner.partnerId)).map(fee => fee.minor)).toEqual([200n, -150n])
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 8_950n })
  })

  test('in another currency pays the other rate', async () => {
    const { partner, card } = await given({ purchasePpm: 50_000, crossBorderPpm: 10_000 })
    const eur = amount(1_800n, currency('EUR'))
    await after.clear(partner.partnerId, onCard(card), eur, { billingAmount: usd(2_000n) })
    expect(await feesOf(partner.partnerId)).toMatchObject([{ kind: 'cross-border', minor: 20n }])
  })

  test('of cash pays at least the least', async () => {
    const { partner, card } = await given({ cashPpm: 10_000, cashLeastMinor: 150n })
    const authorization = await purchase(useCases, card, 4_000n, { purpose: 'cash' })
    await after.clear(partner.partnerId, authorization, usd(4_000n))
    expect(await feesOf(partner.partnerId)).toMatchObject([{ kind: 'cash', minor: 150n }])
  })

  test('of a small purchase pays its fee after the free ones, which come back with time', async () => {
    const smallFree = { period: 'day', count: 2, days: 7 } as const
    const { partner, card } = await given({ smallBelowMinor: 500n, smallMinor: 20n, smallFree })
    const buy = async () => {
      const authorization = await purchase(useCases, card, 499n)
      await after.clear(partner.partnerId, authorization, usd(499n))
    }
    for (let times = 0; times < 3; times++) await buy()
    useCases.clock.set('2026-05-29T12:00:00Z')
    await buy()
    useCases.clock.set('2026-05-22T12:00:00Z')
    expect((await feesOf(partner.partnerId)).map(fee => fee.minor)).toEqual([0n, 0n, 20n, 0n])
    expect(await incomeOf(partner.partnerId)).toBe(20n)
  })

  test('is owed its fee where the account is empty', async () => {
    const { partner, card } = await given({ purchasePpm: 50_000 })
    const authorization = await purchase(useCases, card, 10_000n)
    await after.clear(partner.partnerId, authorization, usd(10_000n))
    expect(await accountOf(useCases, card)).toEqual({ balance: -500n, held: 0n, forced: 500n })
  })
})

test('a refund and a cancelled purchase cost what the plan says, a partial reversal nothing', async () => {
  const { partner, card } = await given({ refundPpm: 10_000, cancelMinor: 50n, cancelFromMinor: 1_000n })
  const bought = await purchase(useCases, card, 2_000n)
  await after.clear(partner.partnerId, bought, usd(2_000n))
  const refund = await after.refund(partner.partnerId, bought, usd(2_000n))
  const cancelled = await purchase(useCases, card, 1_000n)
  await after.reverse(cancelled, 400n)
  const cancellation = await after.reverse(cancelled)
  const small = await purchase(useCases, card, 999n)
  await after.reverse(small)
  expect(await feesOf(partner.partnerId)).toEqual([
    { kind: 'refund', minor: 20n, about: refund.event.eventId },
    { kind: 'cancel', minor: 50n, about: cancellation.event.eventId },
  ])
})

test('a reversal that has overtaken its purchase costs nothing', async () => {
  const { partner, card } = await given({ cancelMinor: 50n })
  await useCases.run(work =>
    reverseAuthorization(work, {
      ...newMessage(partner.partnerId),
      original: { cardId: card.cardId, originalKey: 'late' },
      amount: null,
    }),
  )
  expect(await feesOf(partner.partnerId)).toEqual([])
})

describe('a decision', () => {
  const answer = (command: Parameters<typeof answerAuthorization>[1]) => answerAuthorization(useCases.ports, command)

  test('to decline costs its fee once, also when the message is repeated', async () => {
    const { partner, card } = await given({ declineMinor: 25n, declineFree: { period: 'forever', count: 1, days: 0 } })
    const command = purchaseOf(card, 10_001n)
    await answer(command)
    await answer(command)
    await answer(purchaseOf(card, 10_001n))
    await answer(purchaseOf(card, 5_000n))
    expect((await feesOf(partner.partnerId)).map(fee => fee.minor)).toEqual([0n, 25n])
    expect(await accountOf(useCases, card)).toMatchObject({ balance: 9_975n, held: 5_000n })
  })

  test('on a verification costs its fee', async () => {
    const { partner, card } = await given({ verificationMinor: 10n })
    await answer(purchaseOf(card, 0n, { purpose: 'verification' }))
    expect(await feesOf(partner.partnerId)).toMatchObject([{ kind: 'verification', minor: 10n }])
  })

  test('is not charged under a plan that has no price for it', async () => {
    const { partner, card } = await given({ purchasePpm: 10_000 })
    await answer(purchaseOf(card, 10_001n))
    expect(await feesOf(partner.partnerId)).toEqual([])
  })
})

describe('the price of a card', () => {
  const order = async (partnerId: bigint) => {
    const { cardholderId } = await addCardholder(useCases, partnerId)
    return useCases.run(work =>
      applyForCard(work, { partnerId, programId: 1n, reference: newOrderNo(), owner: { cardholderId }, terms: TERMS }),
    )
  }

  test('is paid out of the reserve', async () => {
    const { partner } = await given({ issueMinor: 60_000n })
    await order(partner.partnerId)
    expect(await feesOf(partner.partnerId)).toEqual([{ kind: 'issue', minor: 60_000n, about: null }])
    const reserve = await useCases.ports.storage.read.account(partner.partnerId, partner.accounts.reserve.accountId)
    expect(reserve?.balance).toEqual(usd(40_000n))
  })

  test('that the reserve cannot pay makes no card', async () => {
    const { partner } = await given({ issueMinor: 60_000n })
    await order(partner.partnerId)
    await expect(order(partner.partnerId)).rejects.toMatchObject({ code: 'insufficient-reserve' })
    expect(await feesOf(partner.partnerId)).toHaveLength(1)
  })
})
