/**
 * Random purchases, loads, limits and days on a few cards, beside a model of a few lines that decides the same in its own
 * way. After every step both agree on the decision, its reason and the balances, and the books are in order.
 */
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import type { DomainErrorCode } from '@openissuer/core/errors.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../test/support/ledger-invariants.ts'
import {
  addCard,
  addPartner,
  addProgram,
  createUseCases,
  newOrderNo,
  purchase,
  sharedFunding,
  type TestPartner,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { createLimit } from './create-limit.ts'
import { loadCard } from './load-card.ts'
import { updateLimit } from './update-limit.ts'

type Limit = { count: number; single: bigint; day: bigint; month: bigint; total: bigint | null }

type Step =
  | { do: 'purchase'; card: number; minor: bigint }
  | { do: 'load'; card: number; minor: bigint }
  | { do: 'limit'; card: number; limit: Limit }
  | { do: 'wait'; hours: number }

const START = '2026-05-30T20:00:00Z'
const OPENING = 3000n
/** Two cards with money of their own, two on the shared account. */
const CARDS = 4

const minor = fc.bigInt({ min: 1n, max: 900n })
const bound = fc.bigInt({ min: 0n, max: 2500n })
const card = fc.nat({ max: CARDS - 1 })

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('purchase' as const), card, minor }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('load' as const), card, minor: fc.bigInt({ min: 1n, max: 1500n }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('limit' as const),
      card,
      limit: fc.record({
        count: fc.integer({ min: 0, max: 6 }),
        single: bound,
        day: bound,
        month: bound,
        total: fc.option(bound),
      }),
    }),
  },
  // from an hour to beyond a month; the last leaps past the expiry of the cards
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, 3, 5, 24, 24 * 20, 24 * 400) }),
  },
)

/** What the cards should do: text dates, one list of what was spent, no windows. */
class Model {
  now = new Date(START)
  funding = OPENING
  readonly own = new Map<number, bigint>([
    [0, 0n],
    [1, 0n],
  ])
  readonly limits = new Map<number, Limit>()
  readonly spent: { card: number; at: string; minor: bigint }[] = []

  isShared(index: number): boolean {
    return index >= 2
  }

  held(index: number): bigint {
    return sum(this.spent.filter(one => (this.isShared(index) ? this.isShared(one.card) : one.card === index)))
  }

  balance(index: number): bigint {
    return this.own.get(index) ?? OPENING
  }

  purchase(index: number, wanted: bigint): DeclineReason | null {
    const reason = this.objection(index, wanted)
    if (reason === null) this.spent.push({ card: index, at: this.now.toISOString(), minor: wanted })
    return reason
  }

  objection(index: number, wanted: bigint): DeclineReason | null {
    const today = this.now.toISOString()
    if (today.slice(0, 7) > '2029-05') return 'card-expired'
    const limit = this.limits.get(index)
    if (limit !== undefined) {
      const ofCard = this.spent.filter(one => one.card === index)
      const ofDay = ofCard.filter(one => one.at.slice(0, 10) === today.slice(0, 10))
      const ofMonth = ofCard.filter(one => one.at.slice(0, 7) === today.slice(0, 7))
      if (wanted > limit.single) return 'single-amount-exceeded'
      if (ofDay.length >= limit.count) return 'daily-count-exceeded'
      if (sum(ofDay) + wanted > limit.day) return 'daily-amount-exceeded'
      if (sum(ofMonth) + wanted > limit.month) return 'monthly-amount-exceeded'
      if (limit.total !== null && sum(ofCard) + wanted > limit.total) return 'total-amount-exceeded'
    }
    return this.held(index) + wanted > this.balance(index) ? 'insufficient-funds' : null
  }

  load(index: number, wanted: bigint): DomainErrorCode | null {
    if (wanted > this.funding && !this.isShared(index)) return 'insufficient-funds'
    if (this.isShared(index)) return wanted > this.funding ? 'insufficient-funds' : 'card-has-no-balance'
    this.funding -= wanted
    this.own.set(index, this.balance(index) + wanted)
    return null
  }
}

function sum(parts: readonly { minor: bigint }[]): bigint {
  return parts.reduce((total, part) => total + part.minor, 0n)
}

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases(START)
  await addProgram(useCases)
})

afterAll(() => useCases.close())

async function load(partner: TestPartner, { token }: Card, wanted: bigint): Promise<DomainErrorCode | null> {
  const command = {
    partnerId: partner.partnerId,
    cardToken: token,
    payAccountId: partner.accounts['partner-funding'].accountId,
    amount: usd(wanted),
    orderNo: newOrderNo(),
    memo: null,
  }
  try {
    await useCases.run(work => loadCard(work, command))
    return null
  } catch (error) {
    if (error instanceof DomainError) return error.code
    throw error
  }
}

async function setLimit({ partnerId, token }: Card, limit: Limit): Promise<void> {
  const terms: LimitTerms = {
    dailyCount: limit.count,
    singleAmount: usd(limit.single),
    dailyAmount: usd(limit.day),
    monthlyAmount: usd(limit.month),
    totalAmount: limit.total === null ? null : usd(limit.total),
  }
  await useCases.run(async work => {
    const known = await work.tx.limitOfCard(partnerId, token)
    if (known === undefined) return createLimit(work, { partnerId, cardToken: token, terms })
    return updateLimit(work, { partnerId, cardToken: token, limitId: known.limitId, terms })
  })
}

/** The real side of one step, with what the model expects of it. */
async function take(step: Step, model: Model, partner: TestPartner, cards: readonly Card[]): Promise<void> {
  if (step.do === 'wait') {
    model.now = new Date(model.now.getTime() + step.hours * 3_600_000)
    useCases.clock.set(model.now.toISOString())
    return
  }
  const real = cards[step.card]
  if (real === undefined) throw new Error('no such card')
  switch (step.do) {
    case 'purchase':
      expect((await purchase(useCases, real, step.minor)).declineReason).toBe(model.purchase(step.card, step.minor))
      return
    case 'load':
      expect(await load(partner, real, step.minor)).toBe(model.load(step.card, step.minor))
      return
    case 'limit':
      model.limits.set(step.card, step.limit)
      await setLimit(real, step.limit)
  }
}

test('cards decide as the model does, and the books are in order after every step', async () => {
  const seen = new Set<DeclineReason | null>()
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 15, maxLength: 40 }), async steps => {
      const model = new Model()
      useCases.clock.set(START)
      const partner = await addPartner(useCases, { openingBalance: OPENING })
      const { partnerId } = partner
      const cards = [
        await addCard(useCases, partnerId),
        await addCard(useCases, partnerId),
        await addCard(useCases, partnerId, { funding: sharedFunding(partner) }),
        await addCard(useCases, partnerId, { funding: sharedFunding(partner) }),
      ]
      for (const step of steps) {
        if (step.do === 'purchase') seen.add(model.objection(step.card, step.minor))
        await take(step, model, partner, cards)
        for (const [index, { accountId }] of cards.entries()) {
          const account = await useCases.ports.storage.read.account(partnerId, accountId)
          expect(account).toMatchObject({ balance: usd(model.balance(index)), held: usd(model.held(index)) })
        }
        expect(await ledgerViolations(useCases.pool)).toEqual([])
      }
      const funding = partner.accounts['partner-funding'].accountId
      expect((await useCases.ports.storage.read.account(partnerId, funding))?.balance.minor).toBe(model.funding)
    }),
    { numRuns: 25, interruptAfterTimeLimit: 60_000 },
  )
  // a run that met no approval and no money limit would show nothing
  expect(seen).toContain(null)
  expect(seen).toContain('insufficient-funds')
}, 120_000)
