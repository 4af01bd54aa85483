import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LimitTerms } from '../limits/card-limit.ts'
import { compileSpendLimit, NO_USE, type SpendLimit } from '../limits/spend-limit.ts'
import { amount, zero } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import type { Authorization } from './authorization.ts'
import type { DecisionState } from './decide.ts'
import { decisionTime } from './decision-time.ts'
import type { AuthorizationEvent, DayUsage, Effect } from './event.ts'
import {
  type Change,
  clear,
  correctClearing,
  expire,
  increase,
  isRefusal,
  type Life,
  type Refusal,
  refund,
  reverse,
  reverseRefund,
  usedBy,
} from './lifecycle.ts'

const USD = currency('USD')
const usd = (minor: bigint) => amount(minor, USD)
const DAY = '2026-05-22'
const NOW = Temporal.Instant.from(`${DAY}T12:00:00Z`)
const TERMS = { toleranceBps: 2000, foreignFeeBps: 150 }
const MUCH = 1_000_000n

const APPROVED: Authorization = {
  partnerId: 1n,
  authorizationId: 2n,
  accountId: 3n,
  card: { cardId: 4n, token: '1', bin: '658704', lastFour: '1234', remark: null },
  purpose: 'purchase',
  entryMode: null,
  threeDs: null,
  transactionAmount: usd(100n),
  billingAmount: usd(100n),
  conversionRate: null,
  merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
  approvalCode: '123456',
  declineReason: null,
  trace: [],
  approved: usd(100n),
  held: usd(100n),
  reversed: usd(0n),
  expired: usd(0n),
  cleared: usd(0n),
  refunded: usd(0n),
  fee: usd(0n),
  limitUse: [],
  status: 'open',
  expiresAt: NOW.add({ hours: 168 }),
  createdAt: NOW,
}

const OPEN: Life = { authorization: APPROVED, used: [{ day: DAY, count: 1, minor: 100n }] }
const CLOSED: Life = { authorization: { ...APPROVED, held: usd(0n), status: 'closed' }, used: [] }

const onDay = (day: string) => Temporal.Instant.from(`${day}T00:00:00Z`)
const clearingOf = (minor: bigint, changes: { foreign?: boolean; final?: boolean } = {}) => ({
  amount: usd(minor),
  foreign: false,
  final: false,
  ...changes,
})

function changeOf(result: Change | Refusal): Change {
  if (isRefusal(result)) throw new Error(`refused: ${result.refused}`)
  return result
}

describe('a reversal', () => {
  test('of a part leaves the rest held and the purchase counted', () => {
    expect(reverse(OPEN, usd(40n))).toEqual({
      authorization: { ...APPROVED, held: usd(60n), reversed: usd(40n) },
      hold: -40n,
      usage: [{ day: DAY, count: 0, minor: -40n }],
      movements: [],
      forced: false,
    })
  })

  test('of all, named or not, closes it and takes its count back', () => {
    const { authorization, hold, usage } = changeOf(reverse(OPEN, null))
    expect(authorization).toMatchObject({ held: usd(0n), reversed: usd(100n), status: 'closed' })
    expect([hold, usage]).toEqual([-100n, [{ day: DAY, count: -1, minor: -100n }]])
    expect(reverse(OPEN, usd(100n))).toEqual(reverse(OPEN, null))
  })

  test('gives back the latest day first, and the count where it was taken', () => {
    const used: DayUsage[] = [
      { day: '2026-05-20', count: 1, minor: 70n },
      { day: '2026-05-21', count: 0, minor: 10n },
      { day: '2026-05-22', count: 0, minor: 20n },
    ]
    const life = { ...OPEN, used }
    expect(changeOf(reverse(life, usd(25n))).usage).toEqual([
      { day: '2026-05-22', count: 0, minor: -20n },
      { day: '2026-05-21', count: 0, minor: -5n },
    ])
    expect(changeOf(reverse(life, null)).usage).toEqual([
      { day: '2026-05-22', count: 0, minor: -20n },
      { day: '2026-05-21', count: 0, minor: -10n },
      { day: '2026-05-20', count: -1, minor: -70n },
    ])
  })

  test('is refused beyond the hold and when nothing is held', () => {
    expect(reverse(OPEN, usd(101n))).toEqual({ refused: 'reversal-exceeds-hold', field: 'amount' })
    expect(reverse(CLOSED, usd(1n))).toEqual({ refused: 'authorization-closed' })
  })

  test('that would give back more than was used is a bug', () => {
    expect(() => reverse({ ...OPEN, used: [{ day: DAY, count: 1, minor: 60n }] }, usd(61n))).toThrow(
      '1 minor units more are given back than were used',
    )
  })
})

test('an expiry lets all that is held lapse, once', () => {
  expect(changeOf(expire(OPEN))).toMatchObject({
    authorization: { held: usd(0n), expired: usd(100n), reversed: usd(0n), status: 'closed' },
    hold: -100n,
    usage: [{ day: DAY, count: -1, minor: -100n }],
  })
  expect(expire(CLOSED)).toEqual({ refused: 'authorization-closed' })
})

describe('a clearing', () => {
  test.each([
    ['a part', clearingOf(30n), { held: 70n, hold: -30n, status: 'open', usage: [] }],
    ['all', clearingOf(100n), { held: 0n, hold: -100n, status: 'closed', usage: [] }],
    [
      'a part and no more',
      clearingOf(30n, { final: true }),
      { held: 0n, hold: -100n, status: 'closed', usage: [{ day: DAY, count: 0, minor: -70n }] },
    ],
    [
      'more',
      clearingOf(120n),
      { held: 0n, hold: -100n, status: 'closed', usage: [{ day: '2026-05-24', count: 0, minor: 20n }] },
    ],
  ])('of %s uses the hold up as far as it goes', (_name, clearing, { held, hold, status, usage }) => {
    const { change, fee } = clear(OPEN, clearing, TERMS, MUCH, onDay('2026-05-24'))
    expect(change).toMatchObject({
      authorization: { held: usd(held), cleared: clearing.amount, status },
      hold,
      usage,
      movements: [{ kind: 'clearing', debit: 'card', credit: 'network-settlement', amount: clearing.amount }],
      forced: false,
    })
    expect(fee).toEqual(zero(USD))
  })

  test.each([
    ['within the tolerance, from available money', 120n, 20n, false],
    ['within the tolerance, without the money', 120n, 19n, true],
    ['beyond the tolerance', 121n, MUCH, true],
    ['of the hold, on an account that is below zero', 100n, -500n, false],
    ['of one more, on an account that is below zero', 101n, -500n, true],
  ])('%s is forced or not', (_name, minor, available, forced) => {
    expect(clear(OPEN, clearingOf(minor), TERMS, available, NOW).change.forced).toBe(forced)
  })

  test('covers a fee with what a final one releases', () => {
    const clearing = clearingOf(95n, { foreign: true, final: true })
    const { change, fee, feeBps } = clear(OPEN, clearing, TERMS, 0n, NOW)
    // 95 × 1.5 % = 1.425
    expect([fee, feeBps, change.forced]).toEqual([usd(1n), 150, false])
    expect(change.movements[1]).toEqual({ kind: 'fee', debit: 'card', credit: 'fee-income', amount: usd(1n) })
    expect(clear(OPEN, clearingOf(100n, { foreign: true }), TERMS, 1n, NOW).change.forced).toBe(true)
  })

  test('of what has lapsed counts as a purchase of its own day', () => {
    const { change } = clear(CLOSED, clearingOf(40n), TERMS, MUCH, NOW)
    expect(change).toMatchObject({ hold: 0n, usage: [{ day: DAY, count: 1, minor: 40n }], forced: true })
  })

  test('without an authorization is forced and changes none', () => {
    const { change } = clear(null, clearingOf(40n), TERMS, MUCH, NOW)
    expect(change).toMatchObject({ authorization: null, usage: [{ day: DAY, count: 1, minor: 40n }], forced: true })
  })
})

describe('the correction of a clearing', () => {
  const cleared = { ...APPROVED, held: usd(0n), cleared: usd(100n), refunded: usd(30n), status: 'closed' as const }
  const clearing = { amount: usd(100n), fee: usd(2n), feeBps: 150 }

  test('posts the difference of amount and fee, whichever way', () => {
    const less = correctClearing(cleared, OPEN.used, clearing, usd(30n), MUCH, NOW)
    expect(less).toMatchObject({
      difference: usd(-70n),
      fee: usd(-2n),
      change: {
        authorization: { cleared: usd(30n), fee: usd(-2n) },
        usage: [{ day: DAY, count: 0, minor: -70n }],
        movements: [
          { kind: 'clearing-correction', debit: 'network-settlement', credit: 'card', amount: usd(70n) },
          { kind: 'fee', debit: 'fee-income', credit: 'card', amount: usd(2n) },
        ],
        forced: false,
      },
    })
    const more = correctClearing(cleared, OPEN.used, clearing, usd(300n), 202n, NOW)
    expect(more).toMatchObject({ difference: usd(200n), fee: usd(3n), change: { forced: true } })
  })

  test('is refused without a difference and below what was refunded', () => {
    expect(correctClearing(cleared, [], clearing, usd(100n), MUCH, NOW)).toMatchObject({ refused: 'invalid-amount' })
    expect(correctClearing(cleared, OPEN.used, clearing, usd(29n), MUCH, NOW)).toMatchObject({
      refused: 'correction-below-refunded',
    })
  })
})

describe('a refund', () => {
  const cleared = { ...APPROVED, held: usd(0n), cleared: usd(80n), refunded: usd(30n), status: 'closed' as const }

  test('gives back what was cleared and no more', () => {
    expect(refund(cleared, usd(50n))).toMatchObject({
      authorization: { refunded: usd(80n) },
      hold: 0n,
      usage: [],
      movements: [{ kind: 'refund', debit: 'network-settlement', credit: 'card', amount: usd(50n) }],
    })
    expect(refund(cleared, usd(51n))).toEqual({ refused: 'refund-exceeds-cleared', field: 'amount' })
  })

  test('of an authorized credit is bounded by the authorization, unless that was declined', () => {
    const credit = { ...APPROVED, purpose: 'refund' as const, approved: usd(0n), held: usd(0n) }
    expect(refund(credit, usd(100n))).toMatchObject({ authorization: { refunded: usd(100n) } })
    expect(refund(credit, usd(101n))).toMatchObject({ refused: 'refund-exceeds-cleared' })
    expect(refund({ ...credit, declineReason: 'card-lost' }, usd(1n))).toMatchObject({
      refused: 'refund-exceeds-cleared',
    })
  })

  test('is taken back as far as it is left', () => {
    expect(reverseRefund(cleared, usd(30n), null, 30n)).toMatchObject({
      amount: usd(30n),
      change: { authorization: { refunded: usd(0n) }, forced: false },
    })
    expect(reverseRefund(null, usd(30n), usd(10n), 9n)).toMatchObject({
      amount: usd(10n),
      change: { authorization: null, forced: true },
    })
    expect(reverseRefund(cleared, usd(30n), usd(31n), MUCH)).toMatchObject({ refused: 'reversal-exceeds-refund' })
    expect(reverseRefund(cleared, usd(0n), null, MUCH)).toMatchObject({ refused: 'reversal-exceeds-refund' })
  })
})

describe('an increment', () => {
  const LIMIT: LimitTerms = {
    dailyCount: 1,
    singleAmount: usd(150n),
    dailyAmount: usd(1000n),
    monthlyAmount: usd(1000n),
    totalAmount: null,
  }
  const STATE: DecisionState = {
    cardStatus: 'active',
    cardExpiry: { year: 2030, month: 1 },
    controls: [],
    spendLimits: [],
    spendLimitUse: () => NO_USE,
    limit: LIMIT,
    usage: { dailyCount: 1, dailyAmount: usd(100n), monthlyAmount: usd(100n), totalAmount: usd(100n) },
    available: usd(1000n),
  }
  const time = decisionTime(NOW)

  test('raises the hold without counting again', () => {
    expect(increase(OPEN, usd(50n), STATE, time)).toMatchObject({
      decision: { outcome: 'approved' },
      change: {
        authorization: { approved: usd(150n), held: usd(150n) },
        hold: 50n,
        usage: [{ day: DAY, count: 0, minor: 50n }],
      },
    })
  })

  test.each([
    ['the whole purchase', STATE, 51n, 'single-amount-exceeded'],
    [
      'what reversals have left of it',
      { ...STATE, limit: { ...LIMIT, singleAmount: usd(90n) } },
      1n,
      'single-amount-exceeded',
    ],
    ['a day that allows nothing', { ...STATE, limit: { ...LIMIT, dailyCount: 0 } }, 1n, 'daily-count-exceeded'],
    ['money', { ...STATE, limit: null, available: usd(9n) }, 10n, 'insufficient-funds'],
  ])('is declined by %s and changes nothing', (_name, state, minor, reason) => {
    const result = increase(OPEN, usd(minor), state, time)
    expect(result).toMatchObject({
      decision: { outcome: 'declined', reason },
      change: { authorization: APPROVED, hold: 0n, usage: [], movements: [] },
    })
    expect('decision' in result && result.decision.trace[0]).toMatchObject({ check: 'increment' })
  })

  test('asks spend limits for its money, and uses no second purchase of them', () => {
    const limit: SpendLimit = {
      partnerId: 1n,
      limitId: 7n,
      name: 'one purchase of up to 1.20',
      scope: { kind: 'card', id: 4n },
      window: { kind: 'lifetime' },
      currency: USD,
      maxAmount: usd(120n),
      maxCount: 1,
      filter: {},
      policy: 'standard',
    }
    const state: DecisionState = {
      ...STATE,
      spendLimits: [compileSpendLimit(limit)],
      spendLimitUse: () => ({ count: 1, amountMinor: 100n }),
    }
    expect(increase(OPEN, usd(20n), state, time)).toMatchObject({ decision: { outcome: 'approved' } })
    expect(increase(OPEN, usd(21n), state, time)).toMatchObject({
      decision: { outcome: 'declined', reason: 'spend-limit-amount-exceeded' },
    })
  })

  test('of what is closed is refused', () => {
    expect(increase(CLOSED, usd(1n), STATE, time)).toEqual({ refused: 'authorization-closed' })
  })
})

const EFFECT: Effect = {
  hold: 0n,
  usage: [],
  limitUse: [],
  fee: usd(0n),
  feeBps: 0,
  conversionRate: null,
  feeEntryId: null,
  final: false,
  forced: false,
  originalKey: null,
  declineReason: null,
  approvalCode: null,
  trace: [],
  merchant: null,
  after: null,
}

function eventOf(kind: AuthorizationEvent['kind'], effect: Partial<Effect> | null): AuthorizationEvent {
  return {
    partnerId: 1n,
    eventId: 9n,
    authorizationId: 2n,
    originalEventId: null,
    cardId: 4n,
    accountId: 3n,
    kind,
    matchKey: 'k',
    inputHash: new Uint8Array(),
    transactionAmount: usd(1n),
    billingAmount: usd(1n),
    entryId: null,
    effect: effect && { ...EFFECT, ...effect },
    createdAt: NOW,
  }
}

test('what was used is that of the decision, without increments, and what events added and gave back', () => {
  const increment = { hold: 30n, usage: [{ day: '2026-05-23', count: 0, minor: 30n }] }
  const events = [
    eventOf('authorization', null),
    eventOf('increment', increment),
    eventOf('reversal', { hold: -30n, usage: [{ day: '2026-05-23', count: 0, minor: -30n }] }),
    eventOf('clearing', { usage: [{ day: '2026-05-21', count: 0, minor: 5n }] }),
  ]
  expect(usedBy({ ...APPROVED, approved: usd(130n) }, events)).toEqual([
    { day: '2026-05-21', count: 0, minor: 5n },
    { day: DAY, count: 1, minor: 100n },
  ])
  expect(usedBy({ ...APPROVED, approved: usd(0n), declineReason: 'card-lost' }, [])).toEqual([])
})

describe('over any sequence of messages', () => {
  const minor = fc.bigInt({ min: 1n, max: 150n })
  const step = fc.record({
    what: fc.constantFrom('reverse', 'expire', 'clear', 'final', 'refund', 'correct'),
    minor,
    days: fc.nat({ max: 40 }),
  })

  test('what is used is what is held and cleared, as one purchase, and is never negative on a day', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), steps => {
        let { authorization } = OPEN
        let now = NOW
        const events: AuthorizationEvent[] = []
        for (const each of steps) {
          now = now.add({ hours: each.days * 24 })
          const life = { authorization, used: usedBy(authorization, events) }
          const result = applied(each.what, life, each.minor, now)
          if (isRefusal(result)) continue
          authorization = result.authorization ?? authorization
          events.push(eventOf('clearing', { hold: result.hold, usage: result.usage }))
          const used = usedBy(authorization, events)
          const total = used.reduce((sum, usage) => sum + usage.minor, 0n)
          expect(total).toBe(authorization.held.minor + authorization.cleared.minor)
          expect(used.reduce((sum, usage) => sum + usage.count, 0)).toBe(total > 0n ? 1 : 0)
          expect(used.every(usage => usage.minor > 0n)).toBe(true)
          expect(authorization.status).toBe(authorization.held.minor > 0n ? 'open' : 'closed')
          expect(authorization.refunded.minor).toBeLessThanOrEqual(authorization.cleared.minor)
        }
      }),
    )
  })

  function applied(what: string, life: Life, minorUnits: bigint, now: Temporal.Instant) {
    const { authorization, used } = life
    switch (what) {
      case 'reverse':
        return reverse(life, usd(minorUnits))
      case 'expire':
        return expire(life)
      case 'refund':
        return refund(authorization, usd(minorUnits))
      case 'correct': {
        const clearing = { amount: authorization.cleared, fee: usd(0n), feeBps: 0 }
        const result = correctClearing(authorization, used, clearing, usd(minorUnits), MUCH, now)
        return isRefusal(result) ? result : result.change
      }
      default:
        return clear(life, clearingOf(minorUnits, { final: what === 'final' }), TERMS, MUCH, now).change
    }
  }
})
