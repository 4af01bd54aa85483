/**
 * Random lives of purchases on a few cards, two with money of their own and two on a shared account, beside a model that
 * keeps whole lists instead of sums. After every step both agree on what was answered, on every balance, hold, overdraft
 * and used limit, and the books are in order. A refused message moves nothing, and a repeated one changes nothing.
 */
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { type DomainErrorCode, unreachable } from '@openissuer/core/errors.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import {
  accountOf,
  lifecycleOf,
  moneyOf,
  newMessage,
  onCard,
  refusalOf,
} from '../../../../../test/support/lifecycle.ts'
import {
  addCard,
  addPartner,
  addProgram,
  addSpendLimit,
  createUseCases,
  purchaseOf,
  sharedFunding,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { authorize } from '../authorize.ts'
import { runDue } from '../due-work.ts'
import { postDeposit } from '../post-deposit.ts'
import { expiries } from './expire-authorizations.ts'
import type { Answer, Message } from './message.ts'
import { ModelLimit, type ModelLimitTerms } from './model-limits.fixture.ts'
import { reverseAuthorization } from './reverse-authorization.ts'

const START = '2026-05-24T20:00:00Z'
const OPENING = 3000n
const CARDS = 4
const LIMITED = 0
const LIMIT = { count: 4, single: 1200n, day: 2000n, month: 4000n }
const TOLERANCE_BPS = 2000n
const FEE_BPS = 150n
const HOLD_MS = 7 * 86_400_000

/** Beside the first card's own limit: every scope, every policy, and each kind of window. */
const SPEND_LIMITS: readonly ModelLimitTerms[] = [
  {
    scope: 'card',
    cards: [0],
    window: { kind: 'rolling', unit: 'hour', length: 48 },
    policy: 'standard',
    max: 1500n,
    maxCount: 2,
  },
  {
    scope: 'account',
    cards: [2, 3],
    window: { kind: 'fixed', unit: 'day', zone: 'UTC' },
    policy: 'refunds-return',
    max: 1500n,
    maxCount: 3,
  },
  {
    scope: 'program',
    cards: [0, 1, 2, 3],
    window: { kind: 'fixed', unit: 'month', zone: 'UTC' },
    policy: 'cleared-spend',
    max: 6000n,
    maxCount: 12,
  },
  {
    scope: 'card',
    cards: [2],
    window: { kind: 'rolling', unit: 'day', length: 3 },
    policy: 'cleared-spend',
    max: 2500n,
    maxCount: null,
  },
  { scope: 'cardholder', cards: [1], window: { kind: 'lifetime' }, policy: 'standard', max: 4000n, maxCount: 9 },
]

type Step =
  | { do: 'purchase'; card: number; minor: bigint; advice: boolean; credit: boolean }
  | { do: 'overtaken'; card: number; minor: bigint }
  | { do: 'increment' | 'refund'; of: number; minor: bigint }
  | { do: 'reverse'; of: number; minor: bigint | null }
  | { do: 'expire'; of: number }
  | { do: 'clear'; of: number; minor: bigint; final: boolean; foreign: boolean }
  | { do: 'clear-on-card' | 'refund-on-card' | 'deposit'; card: number; minor: bigint }
  | { do: 'correct'; clearing: number; minor: bigint }
  | { do: 'reverse-refund'; refund: number; minor: bigint | null }
  | { do: 'repeat'; message: number }
  | { do: 'wait'; hours: number }

const minor = fc.bigInt({ min: 1n, max: 900n })
const card = fc.nat({ max: CARDS - 1 })
const pick = fc.nat({ max: 1000 })
const is = <const T>(value: T) => fc.constant(value)

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: is('purchase'),
      card,
      minor,
      advice: fc.nat({ max: 9 }).map(draw => draw === 0),
      credit: fc.nat({ max: 9 }).map(draw => draw === 0),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('overtaken'), card, minor }) },
  { weight: 3, arbitrary: fc.record({ do: is('increment'), of: pick, minor }) },
  { weight: 3, arbitrary: fc.record({ do: is('reverse'), of: pick, minor: fc.option(minor) }) },
  { weight: 1, arbitrary: fc.record({ do: is('expire'), of: pick }) },
  {
    weight: 5,
    arbitrary: fc.record({ do: is('clear'), of: pick, minor, final: fc.boolean(), foreign: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('clear-on-card'), card, minor }) },
  { weight: 3, arbitrary: fc.record({ do: is('refund'), of: pick, minor }) },
  { weight: 1, arbitrary: fc.record({ do: is('refund-on-card'), card, minor }) },
  { weight: 1, arbitrary: fc.record({ do: is('deposit'), card, minor }) },
  { weight: 2, arbitrary: fc.record({ do: is('correct'), clearing: pick, minor: fc.bigInt({ min: 0n, max: 900n }) }) },
  { weight: 2, arbitrary: fc.record({ do: is('reverse-refund'), refund: pick, minor: fc.option(minor) }) },
  { weight: 3, arbitrary: fc.record({ do: is('repeat'), message: pick }) },
  { weight: 2, arbitrary: fc.record({ do: is('wait'), hours: fc.constantFrom(1, 5, 24, 24 * 7, 24 * 10) }) },
)

/** Something that uses limits: a purchase, or a clearing without one. */
type Used = { card: number; takes: { day: string; minor: bigint }[] }

type Purchase = Used & {
  credit: bigint | null
  declined: boolean
  approved: bigint
  held: bigint
  reversed: bigint
  cleared: bigint
  refunded: bigint
  expiresAt: number
}

type Clearing = { of: Purchase | Used; amount: bigint; feeBps: bigint; fee: bigint }
type Refund = { of: Purchase | null; card: number; left: bigint; returned: ReturnType<ModelLimit<Used>['refunded']>[] }

type Expected = DeclineReason | DomainErrorCode | null

class Model {
  now = Date.parse(START)
  readonly balances: bigint[] = [0n, 0n, OPENING]
  readonly purchases: Purchase[] = []
  readonly loose: Used[] = []
  readonly clearings: Clearing[] = []
  readonly refunds: Refund[] = []
  readonly limits = SPEND_LIMITS.map(terms => new ModelLimit<Used>(terms))

  limitsOf(index: number): readonly ModelLimit<Used>[] {
    return this.limits.filter(limit => limit.counts(index))
  }

  get today(): string {
    return new Date(this.now).toISOString().slice(0, 10)
  }

  accountOf(index: number): number {
    return Math.min(index, 2)
  }

  held(account: number): bigint {
    return sum(this.purchases.filter(one => this.accountOf(one.card) === account).map(one => one.held))
  }

  available(index: number): bigint {
    const account = this.accountOf(index)
    return (this.balances[account] ?? 0n) - this.held(account)
  }

  move(index: number, minorIn: bigint): void {
    const account = this.accountOf(index)
    this.balances[account] = (this.balances[account] ?? 0n) + minorIn
  }

  /** What a card has used by day: number of purchases and minor units. */
  used(index: number): Map<string, { count: number; minor: bigint }> {
    const days = new Map<string, { count: number; minor: bigint }>()
    for (const one of [...this.purchases, ...this.loose].filter(each => each.card === index)) {
      for (const [at, { day, minor: taken }] of one.takes.entries()) {
        const before = days.get(day) ?? { count: 0, minor: 0n }
        days.set(day, { count: before.count + (at === 0 ? 1 : 0), minor: before.minor + taken })
      }
    }
    return days
  }

  objection(index: number, wanted: bigint, purchase: Purchase | null): DeclineReason | null {
    if (index === LIMITED) {
      const days = [...this.used(index)]
      const today = days.filter(([day]) => day === this.today).map(([, used]) => used)
      const month = days.filter(([day]) => day.slice(0, 7) === this.today.slice(0, 7)).map(([, used]) => used.minor)
      const count = today[0]?.count ?? 0
      if (wanted + (purchase === null ? 0n : purchase.approved - purchase.reversed) > LIMIT.single) {
        return 'single-amount-exceeded'
      }
      if ((purchase === null ? count + 1 : Math.max(count, 1)) > LIMIT.count) return 'daily-count-exceeded'
      if (sum(today.map(used => used.minor)) + wanted > LIMIT.day) return 'daily-amount-exceeded'
      if (sum(month) + wanted > LIMIT.month) return 'monthly-amount-exceeded'
    }
    for (const limit of this.limitsOf(index)) {
      const exceeded = limit.objects(wanted, purchase !== null, this.now)
      if (exceeded !== null) return `spend-limit-${exceeded}-exceeded`
    }
    return wanted > this.available(index) ? 'insufficient-funds' : null
  }

  purchase(step: Extract<Step, { do: 'purchase' }>): DeclineReason | null {
    const reason = step.advice || step.credit ? null : this.objection(step.card, step.minor, null)
    const held = reason === null && !step.credit ? step.minor : 0n
    const purchase: Purchase = {
      ...NOTHING,
      card: step.card,
      credit: step.credit ? step.minor : null,
      declined: reason !== null,
      approved: held,
      held,
      takes: held > 0n ? [{ day: this.today, minor: held }] : [],
      expiresAt: this.now + HOLD_MS,
    }
    this.purchases.push(purchase)
    if (held > 0n) for (const limit of this.limitsOf(step.card)) limit.authorized(purchase, held, false, this.now)
    return reason
  }

  increment(purchase: Purchase, wanted: bigint): void {
    purchase.approved += wanted
    purchase.held += wanted
    purchase.takes.push({ day: this.today, minor: wanted })
    for (const limit of this.limitsOf(purchase.card)) limit.authorized(purchase, wanted, true, this.now)
  }

  release(purchase: Purchase, released: bigint): void {
    purchase.held -= released
    if (released > 0n) for (const limit of this.limitsOf(purchase.card)) limit.released(purchase, released)
    giveBack(purchase, released)
  }

  clear(of: Purchase | Used, wanted: bigint, final: boolean, foreign: boolean): boolean {
    const held = 'held' in of ? of.held : 0n
    const drawn = held < wanted ? held : wanted
    const feeBps = foreign ? FEE_BPS : 0n
    const fee = feeOn(wanted, feeBps)
    const rest = final ? held - drawn : 0n
    const uncovered = wanted - drawn + fee
    const left = this.available(of.card) + rest
    for (const limit of this.limitsOf(of.card)) limit.cleared(of, wanted, this.now)
    if ('held' in of) {
      of.held -= drawn
      this.release(of, rest)
      of.cleared += wanted
    }
    if (wanted > drawn) of.takes.push({ day: this.today, minor: wanted - drawn })
    this.move(of.card, -wanted - fee)
    this.clearings.push({ of, amount: wanted, feeBps, fee })
    return wanted - drawn > (held * TOLERANCE_BPS) / 10_000n || (uncovered > 0n && uncovered > left)
  }
}

const NOTHING = { reversed: 0n, cleared: 0n, refunded: 0n }

function sum(parts: readonly bigint[]): bigint {
  return parts.reduce((total, part) => total + part, 0n)
}

function feeOn(minorUnits: bigint, bps: bigint): bigint {
  return (minorUnits * bps + 5_000n) / 10_000n
}

/** Takes from the end of the list, as much as is asked for. */
function giveBack(used: Used, back: bigint): void {
  let rest = back
  for (let last = used.takes.at(-1); rest > 0n && last !== undefined; last = used.takes.at(-1)) {
    const part = last.minor < rest ? last.minor : rest
    last.minor -= part
    rest -= part
    if (last.minor === 0n) used.takes.pop()
  }
  if (rest > 0n) throw new Error('the model gives back more than was used')
}

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeAll(async () => {
  useCases = await createUseCases(START)
  after = lifecycleOf(useCases)
  await addProgram(useCases)
  await useCases.pool.query('update card_program set foreign_fee_bps = $1, clearing_tolerance_bps = $2', [
    FEE_BPS,
    TOLERANCE_BPS,
  ])
})

afterAll(() => useCases.close())

/** One run: the real cards, the model, and what connects them. */
class Run {
  readonly model = new Model()
  readonly authorizationIds: bigint[] = []
  readonly clearings: Answer[] = []
  readonly refunds: Answer[] = []
  /** processed messages with what came of them */
  readonly sent: { answer: Answer; again: () => Promise<Answer> }[] = []
  readonly seen: Set<string>
  readonly partnerId: bigint
  readonly cards: readonly Card[]
  /** of SPEND_LIMITS */
  readonly limitIds: readonly bigint[]

  constructor(partnerId: bigint, cards: readonly Card[], limitIds: readonly bigint[], seen: Set<string>) {
    this.limitIds = limitIds
    this.partnerId = partnerId
    this.cards = cards
    this.seen = seen
  }

  async take(step: Step): Promise<void> {
    const before = await moneyOf(useCases, this.partnerId)
    const moved = await this.takeOn(step)
    if (!moved) expect(await moneyOf(useCases, this.partnerId)).toEqual(before)
    await this.compare()
  }

  /** @returns false when nothing may have changed */
  async takeOn(step: Step): Promise<boolean> {
    const { model } = this
    switch (step.do) {
      case 'wait': {
        model.now += step.hours * 3_600_000
        useCases.clock.set(new Date(model.now).toISOString())
        const due = model.purchases.filter(one => one.held > 0n && one.expiresAt <= model.now)
        for (const one of due) model.release(one, one.held)
        const ran = await runDue([expiries(useCases.ports)], useCases.clock.now())
        // holds of earlier runs lapse beside
        expect(ran.filter(({ subject }) => this.authorizationIds.includes(BigInt(subject)))).toHaveLength(due.length)
        this.seen.add(due.length > 0 ? 'lapsed' : 'waited')
        return due.length > 0
      }
      case 'purchase':
      case 'overtaken':
        await this.authorize(step)
        return true
      case 'deposit': {
        const { accountId } = this.card(step.card)
        const { partnerId } = this
        model.move(step.card, step.minor)
        await useCases.run(work => postDeposit(work, { partnerId, accountId, amount: usd(step.minor), memo: 'test' }))
        return true
      }
      case 'repeat': {
        const sent = this.sent[step.message % Math.max(1, this.sent.length)]
        if (sent === undefined) return false
        expect(await sent.again()).toEqual({ ...sent.answer, repeated: true })
        this.seen.add('repeated')
        return false
      }
      case 'increment':
      case 'reverse':
      case 'expire':
      case 'clear':
      case 'clear-on-card':
      case 'refund':
      case 'refund-on-card':
      case 'correct':
      case 'reverse-refund':
        return this.follow(step)
      default:
        return unreachable(step)
    }
  }

  async authorize(step: Extract<Step, { do: 'purchase' | 'overtaken' }>): Promise<void> {
    const { partnerId, model } = this
    const { cardId } = this.card(step.card)
    const message = purchaseOf({ partnerId, cardId }, step.minor, {
      advice: step.do === 'purchase' && step.advice,
      purpose: step.do === 'purchase' && step.credit ? 'refund' : 'purchase',
    })
    let expected: Expected
    if (step.do === 'overtaken') {
      const original = { cardId, originalKey: message.matchKey }
      await this.send(newMessage(partnerId), key =>
        useCases.run(work => reverseAuthorization(work, { ...key, original, amount: null })),
      )
      expected = 'reversed-before-arrival'
      const refused = { approved: 0n, held: 0n, takes: [], expiresAt: 0 }
      model.purchases.push({ ...NOTHING, ...refused, card: step.card, credit: null, declined: true })
    } else expected = model.purchase(step)
    const answer = await authorize(useCases.ports, message)
    if (answer.kind !== 'decided') throw new Error(`not decided: ${answer.kind}`)
    expect(answer.authorization.declineReason).toBe(expected)
    this.authorizationIds.push(answer.authorization.authorizationId)
    this.seen.add(`purchase ${expected}`)
  }

  async follow(
    step: Exclude<Step, { do: 'wait' | 'purchase' | 'overtaken' | 'deposit' | 'repeat' }>,
  ): Promise<boolean> {
    const { model, partnerId } = this
    const message = newMessage(partnerId)
    if ('card' in step) {
      const of = { card: step.card, takes: [] }
      const subject = onCard(this.card(step.card))
      if (step.do === 'clear-on-card') {
        model.loose.push(of)
        const forced = model.clear(of, step.minor, false, false)
        const sent = await this.send(message, key => after.clear(partnerId, subject, usd(step.minor), key))
        expect(sent.event.effect?.forced).toBe(forced)
        this.clearings.push(sent)
      } else {
        model.move(step.card, step.minor)
        model.refunds.push({ of: null, card: step.card, left: step.minor, returned: [] })
        this.refunds.push(await this.send(message, key => after.refund(partnerId, subject, usd(step.minor), key)))
      }
      return true
    }
    if ('clearing' in step) return this.correct(step, message)
    if ('refund' in step) return this.reverseRefund(step, message)
    if (model.purchases.length === 0) return false
    const at = step.of % model.purchases.length
    const purchase = model.purchases[at]
    const authorizationId = this.authorizationIds[at]
    if (purchase === undefined || authorizationId === undefined) throw new Error('no such purchase')
    const named = { partnerId, authorizationId }
    switch (step.do) {
      case 'increment': {
        if (purchase.held === 0n) return this.refused('authorization-closed', after.increment(named, step.minor))
        const reason = model.objection(purchase.card, step.minor, purchase)
        const { event } = await this.send(message, key => after.increment(named, step.minor, key))
        expect(event.effect?.declineReason).toBe(reason)
        this.seen.add(`increment ${reason}`)
        if (reason !== null) return true
        model.increment(purchase, step.minor)
        return true
      }
      case 'reverse': {
        const released = step.minor ?? purchase.held
        if (purchase.held === 0n) return this.refused('authorization-closed', after.reverse(named, step.minor))
        if (released > purchase.held) return this.refused('reversal-exceeds-hold', after.reverse(named, step.minor))
        purchase.reversed += released
        model.release(purchase, released)
        await this.send(message, key => after.reverse(named, step.minor, key))
        return true
      }
      case 'expire': {
        const lapsed = model.purchases[at]?.held === 0n
        // the message of an earlier lapse is recognised: its key is that of the authorization
        const earlier = this.sent.find(each => each.answer.event.matchKey === `expiry:${authorizationId}`)
        if (lapsed && earlier !== undefined) {
          expect((await after.expire(named)).repeated).toBe(true)
          return false
        }
        if (lapsed) {
          const code = await refusalOf(after.expire(named))
          // it has lapsed when it was due
          expect([undefined, 'authorization-closed']).toContain(code)
          return false
        }
        model.release(purchase, purchase.held)
        await this.send(message, () => after.expire(named))
        return true
      }
      case 'clear': {
        const { final, foreign } = step
        const forced = model.clear(purchase, step.minor, final, foreign)
        const transactionAmount = foreign ? amount(777n, currency('EUR')) : usd(step.minor)
        const billingAmount = foreign ? usd(step.minor) : null
        const sent = await this.send(message, key =>
          after.clear(partnerId, named, transactionAmount, { ...key, billingAmount, final }),
        )
        expect(sent.event.effect?.forced).toBe(forced)
        this.clearings.push(sent)
        this.seen.add(forced ? 'forced' : 'covered')
        return true
      }
      case 'refund': {
        const most = purchase.credit ?? purchase.cleared
        const attempt = (key: Message) => after.refund(partnerId, named, usd(step.minor), key)
        if (purchase.refunded + step.minor > most) return this.refused('refund-exceeds-cleared', attempt(message))
        purchase.refunded += step.minor
        model.move(purchase.card, step.minor)
        const returned = model.limitsOf(purchase.card).map(limit => limit.refunded(purchase, step.minor, model.now))
        model.refunds.push({ of: purchase, card: purchase.card, left: step.minor, returned })
        this.refunds.push(await this.send(message, attempt))
        return true
      }
      default:
        return unreachable(step)
    }
  }

  async correct(step: Extract<Step, { do: 'correct' }>, message: Message): Promise<boolean> {
    const at = step.clearing % Math.max(1, this.clearings.length)
    const [clearing, real] = [this.model.clearings[at], this.clearings[at]]
    if (clearing === undefined || real === undefined) return false
    const attempt = (key: Message) => after.correct(this.partnerId, real, step.minor, key)
    const difference = step.minor - clearing.amount
    if (difference === 0n) return this.refused('invalid-amount', attempt(message))
    const { of } = clearing
    if ('refunded' in of && of.cleared + difference < of.refunded) {
      return this.refused('correction-below-refunded', attempt(message))
    }
    const fee = feeOn(step.minor, clearing.feeBps)
    this.model.move(of.card, clearing.amount + clearing.fee - step.minor - fee)
    if (difference > 0n) of.takes.push({ day: this.model.today, minor: difference })
    else giveBack(of, -difference)
    for (const limit of this.model.limitsOf(of.card)) limit.corrected(of, difference, this.model.now)
    if ('cleared' in of) of.cleared += difference
    clearing.amount = step.minor
    clearing.fee = fee
    await this.send(message, attempt)
    return true
  }

  async reverseRefund(step: Extract<Step, { do: 'reverse-refund' }>, message: Message): Promise<boolean> {
    const at = step.refund % Math.max(1, this.refunds.length)
    const [refund, real] = [this.model.refunds[at], this.refunds[at]]
    if (refund === undefined || real === undefined) return false
    const attempt = (key: Message) => after.reverseRefund(this.partnerId, real, step.minor, key)
    const back = step.minor ?? refund.left
    if (refund.left === 0n || back > refund.left) return this.refused('reversal-exceeds-refund', attempt(message))
    refund.left -= back
    const { of, returned } = refund
    if (of !== null) {
      of.refunded -= back
      for (const [index, limit] of this.model.limitsOf(of.card).entries()) {
        limit.refundReversed(of, returned[index] ?? new Map(), back)
      }
    }
    this.model.move(refund.card, -back)
    await this.send(message, attempt)
    return true
  }

  async send(message: Message, attempt: (key: Message) => Promise<Answer>): Promise<Answer> {
    const answer = await attempt(message)
    expect(answer.repeated).toBe(false)
    this.sent.push({ answer, again: () => attempt(message) })
    this.seen.add(answer.event.kind)
    return answer
  }

  async refused(code: DomainErrorCode, attempt: Promise<unknown>): Promise<false> {
    expect(await refusalOf(attempt)).toBe(code)
    this.seen.add(code)
    return false
  }

  async compare(): Promise<void> {
    for (const [index, real] of this.cards.entries()) {
      const account = this.model.accountOf(index)
      const [balance = 0n, held] = [this.model.balances[account], this.model.held(account)]
      const forced = held > balance ? held - balance : 0n
      expect(await accountOf(useCases, real)).toEqual({ balance, held, forced })
      const { rows } = await useCases.pool.query<{ day: string; count: number; minor: bigint }>(
        `select day, day_count as count, day_minor as minor from card_day_usage
          where partner_id = $1 and card_id = $2 and (day_count <> 0 or day_minor <> 0) order by day`,
        [this.partnerId, real.cardId],
      )
      const expected = [...this.model.used(index)].map(([day, used]) => ({ day, ...used }))
      expect(rows).toEqual(expected.toSorted((a, b) => (a.day < b.day ? -1 : 1)))
    }
    await this.compareLimits()
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  }

  async compareLimits(): Promise<void> {
    type Row = { limit_id: bigint; at: Temporal.Instant; count: number; minor: bigint }
    const { rows } = await useCases.pool.query<Row>(
      `select limit_id, window_start as at, used_count as count, used_minor as minor from spend_limit_usage
        where partner_id = $1 and (used_count <> 0 or used_minor <> 0) order by limit_id, window_start`,
      [this.partnerId],
    )
    const kept = this.model.limits.flatMap((limit, index) =>
      [...limit.kept()]
        .toSorted(([a], [b]) => a - b)
        .map(([at, use]) => ({ limit_id: this.limitIds[index], at, ...use })),
    )
    expect(rows.map(({ at, ...row }) => ({ ...row, at: at.epochMilliseconds }))).toEqual(kept)
  }

  card(index: number): Card {
    const found = this.cards[index]
    if (found === undefined) throw new Error('no such card')
    return found
  }
}

/** The shared account's spend limit: its amount is reached, then its count; in the end nothing of it is left. */
const LIMITS_REACHED: readonly Step[] = [
  ...[800n, 701n, 100n, 100n, 100n].map(
    (spent): Step => ({ do: 'purchase', card: 2, minor: spent, advice: false, credit: false }),
  ),
  { do: 'wait', hours: 24 * 10 },
]

async function addSpendLimits(cards: readonly Card[]): Promise<bigint[]> {
  const limitIds: bigint[] = []
  for (const [index, { cards: counted, scope, max, ...terms }] of SPEND_LIMITS.entries()) {
    const one = cards[counted[0] ?? 0]
    if (one === undefined) throw new Error('a limit counts no card')
    const ids = { card: one.cardId, cardholder: one.cardholderId, account: one.accountId, program: one.programId }
    const id = ids[scope]
    if (id === null) throw new Error('the card has no cardholder')
    const scoped = { scope: { kind: scope, id }, name: `limit ${index}`, maxAmount: usd(max) }
    const { limitId } = await addSpendLimit(useCases, one, { ...terms, ...scoped })
    limitIds.push(limitId)
  }
  return limitIds
}

test('purchases live as the model says, and the books are in order after every step', async () => {
  const seen = new Set<string>()
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 55 }), async steps => {
      useCases.clock.set(START)
      const partner = await addPartner(useCases, { openingBalance: OPENING })
      const { partnerId } = partner
      const terms = {
        dailyCount: LIMIT.count,
        singleAmount: usd(LIMIT.single),
        dailyAmount: usd(LIMIT.day),
        monthlyAmount: usd(LIMIT.month),
        totalAmount: null,
      }
      const cards = [
        await addCard(useCases, partnerId, { limit: terms }),
        await addCard(useCases, partnerId),
        await addCard(useCases, partnerId, { funding: sharedFunding(partner) }),
        await addCard(useCases, partnerId, { funding: sharedFunding(partner) }),
      ]
      const limitIds = await addSpendLimits(cards)
      const run = new Run(partnerId, cards, limitIds, seen)
      await run.take({ do: 'deposit', card: 0, minor: 2500n })
      await run.take({ do: 'deposit', card: 1, minor: 1500n })
      for (const step of [...LIMITS_REACHED, ...steps]) await run.take(step)
    }),
    { numRuns: 30, interruptAfterTimeLimit: 90_000 },
  )
  // runs that met none of these would show nothing
  for (const met of ['lapsed', 'repeated', 'forced', 'covered', 'increment null', 'clearing-correction']) {
    expect(seen).toContain(met)
  }
  for (const met of ['purchase spend-limit-amount-exceeded', 'purchase spend-limit-count-exceeded']) {
    expect(seen).toContain(met)
  }
  for (const met of ['purchase null', 'purchase insufficient-funds', 'purchase reversed-before-arrival']) {
    expect(seen).toContain(met)
  }
  for (const met of ['refund-reversal', 'reversal-exceeds-hold', 'refund-exceeds-cleared', 'authorization-closed']) {
    expect(seen).toContain(met)
  }
}, 150_000)
