import { describe, expect, test } from 'vitest'
import { CARD_STATUSES } from '../card/card.ts'
import type { CardLimit } from '../limits/card-limit.ts'
import { type Amount, amount } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import { type AuthorizationRequest, type DecisionState, decide } from './decide.ts'
import { DECLINE_REASONS, type DeclineReason } from './decline-reason.ts'

const USD = currency('USD')
const usd = (minor: bigint): Amount => amount(minor, USD)

const NOW = Temporal.Instant.from('2026-05-22T14:30:00Z')
const REQUEST: AuthorizationRequest = { billingAmount: usd(1000n) }

const LIMIT: CardLimit = {
  partnerId: 1n,
  limitId: 2n,
  cardId: 3n,
  cardToken: '450620141926',
  dailyCount: 5,
  singleAmount: usd(5000n),
  dailyAmount: usd(10_000n),
  monthlyAmount: usd(20_000n),
  totalAmount: usd(40_000n),
  createdAt: NOW,
}

/** A card on which REQUEST is approved, with something used of every window. */
const STATE: DecisionState = {
  cardStatus: 'active',
  cardExpiry: { month: 5, year: 2026 },
  limit: LIMIT,
  usage: { dailyCount: 2, dailyAmount: usd(3000n), monthlyAmount: usd(7000n), totalAmount: usd(9000n) },
  available: usd(6000n),
}

const withLimit = (state: DecisionState, terms: Partial<CardLimit>): DecisionState => ({
  ...state,
  limit: { ...LIMIT, ...state.limit, ...terms },
})

describe('precedence', () => {
  /** In the order of the rules: how a state becomes guilty of each reason. */
  const GUILT: readonly (readonly [DeclineReason, (state: DecisionState) => DecisionState])[] = [
    ['card-expired', state => ({ ...state, cardExpiry: { month: 4, year: 2026 } })],
    // one rule with two reasons: the earlier row's status stands over the later one's
    ['card-lost', state => ({ ...state, cardStatus: 'lost' })],
    ['card-not-active', state => (state.cardStatus === 'active' ? { ...state, cardStatus: 'blocked' } : state)],
    ['single-amount-exceeded', state => withLimit(state, { singleAmount: usd(999n) })],
    ['daily-count-exceeded', state => withLimit(state, { dailyCount: 2 })],
    ['daily-amount-exceeded', state => withLimit(state, { dailyAmount: usd(3999n) })],
    ['monthly-amount-exceeded', state => withLimit(state, { monthlyAmount: usd(7999n) })],
    ['total-amount-exceeded', state => withLimit(state, { totalAmount: usd(9999n) })],
    ['insufficient-funds', state => ({ ...state, available: usd(999n) })],
  ]

  test('covers every reason', () => {
    expect(GUILT.map(([reason]) => reason).toSorted()).toEqual(Object.keys(DECLINE_REASONS).toSorted())
  })

  test.each(GUILT.map(([reason], index) => [reason, index] as const))(
    '%s wins over every later reason',
    (reason, index) => {
      const guilty = GUILT.slice(index).reduce((state, [, commit]) => commit(state), STATE)
      expect(decide(REQUEST, guilty, NOW)).toMatchObject({ outcome: 'declined', reason })
    },
  )

  test.each(GUILT)('%s is enough by itself', (reason, commit) => {
    const decision = decide(REQUEST, commit(STATE), NOW)
    expect(decision).toMatchObject({ outcome: 'declined', reason })
  })

  test.each(GUILT)('the trace of %s ends with the one rule that failed', (_reason, commit) => {
    const { trace } = decide(REQUEST, commit(STATE), NOW)
    expect(trace.map(check => check.passed)).toEqual([...Array(trace.length - 1).fill(true), false])
  })
})

describe('approval', () => {
  test('holds the billing amount and explains every rule', () => {
    const month = { from: '2026-05-01T00:00:00Z', to: '2026-06-01T00:00:00Z', zone: 'UTC' }
    const day = { from: '2026-05-22T00:00:00Z', to: '2026-05-23T00:00:00Z', zone: 'UTC' }
    const life = { from: '1970-01-01T00:00:00Z', to: null, zone: 'UTC' }
    const passed = (check: string, value: string, threshold: string, remaining: string | null, window: unknown) => ({
      check,
      passed: true,
      value,
      threshold,
      remaining,
      window,
    })
    expect(decide(REQUEST, STATE, NOW)).toEqual({
      outcome: 'approved',
      hold: usd(1000n),
      trace: [
        passed('card-expiry', '2026-05-22T14:30:00Z', '2026-05', null, null),
        passed('card-status', 'active', 'active', null, null),
        passed('single-amount', '10.00', '50.00', '50.00', null),
        passed('daily-count', '3', '5', '3', day),
        passed('daily-amount', '10.00', '100.00', '70.00', day),
        passed('monthly-amount', '10.00', '200.00', '130.00', month),
        passed('total-amount', '10.00', '400.00', '310.00', life),
        passed('available-funds', '10.00', '60.00', '60.00', null),
      ],
    })
  })

  test('amounts of the trace have the decimals of their currency', () => {
    const JPY = currency('JPY')
    const state = {
      ...STATE,
      limit: null,
      usage: {
        dailyCount: 0,
        dailyAmount: amount(0n, JPY),
        monthlyAmount: amount(0n, JPY),
        totalAmount: amount(0n, JPY),
      },
      available: amount(700n, JPY),
    }
    const { trace } = decide({ billingAmount: amount(500n, JPY) }, state, NOW)
    expect(trace.at(-1)).toMatchObject({ value: '500', threshold: '700', remaining: '700' })
  })

  test('a card without a limit passes every limit, with no threshold in the trace', () => {
    const used = {
      dailyCount: 9999,
      dailyAmount: usd(10n ** 12n),
      monthlyAmount: usd(10n ** 12n),
      totalAmount: usd(10n ** 12n),
    }
    const decision = decide(REQUEST, { ...STATE, limit: null, usage: used }, NOW)
    expect(decision.outcome).toBe('approved')
    const limits = decision.trace.filter(({ check }) => /^(single|daily|monthly|total)/.test(check))
    expect(limits).toHaveLength(5)
    for (const check of limits) expect(check).toMatchObject({ passed: true, threshold: null, remaining: null })
  })

  test('a limit without a lifetime total passes it', () => {
    const used = { ...STATE.usage, totalAmount: usd(10n ** 12n) }
    expect(decide(REQUEST, { ...withLimit(STATE, { totalAmount: null }), usage: used }, NOW).outcome).toBe('approved')
  })
})

describe('a threshold', () => {
  const EXACT: readonly (readonly [string, (requested: bigint) => DecisionState])[] = [
    ['single-amount', requested => withLimit(STATE, { singleAmount: usd(requested) })],
    ['daily-amount', requested => withLimit(STATE, { dailyAmount: usd(3000n + requested) })],
    ['monthly-amount', requested => withLimit(STATE, { monthlyAmount: usd(7000n + requested) })],
    ['total-amount', requested => withLimit(STATE, { totalAmount: usd(9000n + requested) })],
    ['available-funds', requested => ({ ...STATE, available: usd(requested) })],
  ]

  test.each(EXACT)('%s may be used up exactly', (_check, leaving) => {
    expect(decide(REQUEST, leaving(1000n), NOW).outcome).toBe('approved')
  })

  test.each(EXACT)('%s declines one minor unit more', (check, leaving) => {
    const { outcome, trace } = decide({ billingAmount: usd(1001n) }, leaving(1000n), NOW)
    expect(outcome).toBe('declined')
    expect(trace.at(-1)).toMatchObject({ check, passed: false, value: '10.01', remaining: '10.00' })
  })

  test('daily-count allows exactly its number of purchases', () => {
    const used = (dailyCount: number) => ({ ...STATE, usage: { ...STATE.usage, dailyCount } })
    expect(decide(REQUEST, used(4), NOW)).toMatchObject({ outcome: 'approved' })
    expect(decide(REQUEST, used(5), NOW)).toMatchObject({ outcome: 'declined', reason: 'daily-count-exceeded' })
    expect(decide(REQUEST, used(5), NOW).trace.at(-1)).toMatchObject({ value: '6', threshold: '5', remaining: '0' })
  })

  test('of zero declines the smallest purchase', () => {
    const smallest = { billingAmount: usd(1n) }
    expect(decide(smallest, withLimit(STATE, { dailyCount: 0 }), NOW).outcome).toBe('declined')
    expect(decide(smallest, withLimit(STATE, { singleAmount: usd(0n) }), NOW).outcome).toBe('declined')
    expect(decide(smallest, { ...STATE, available: usd(0n) }, NOW).outcome).toBe('declined')
  })

  test('that was passed before the limit was set leaves nothing, not less than nothing', () => {
    const overUsed = { ...STATE.usage, dailyCount: 8, dailyAmount: usd(15_000n) }
    const byCount = decide(REQUEST, { ...STATE, usage: overUsed }, NOW)
    expect(byCount.trace.at(-1)).toMatchObject({ check: 'daily-count', value: '9', remaining: '0' })
    const byAmount = decide(REQUEST, { ...STATE, usage: { ...overUsed, dailyCount: 0 } }, NOW)
    expect(byAmount.trace.at(-1)).toMatchObject({ check: 'daily-amount', threshold: '100.00', remaining: '0.00' })
  })

  test('in another currency than the request is a bug of the caller, not a decision', () => {
    const euros = withLimit(STATE, { singleAmount: amount(5000n, currency('EUR')) })
    expect(() => decide(REQUEST, euros, NOW)).toThrow('threshold in EUR, request in USD')
  })
})

describe('the windows in the trace', () => {
  test.each([
    ['inside a day', '2026-05-22T14:30:00Z', '2026-05-22', '2026-05-23', '2026-05-01', '2026-06-01'],
    ['last instant of a day', '2026-05-22T23:59:59.999Z', '2026-05-22', '2026-05-23', '2026-05-01', '2026-06-01'],
    ['first instant of a day', '2026-05-23T00:00:00Z', '2026-05-23', '2026-05-24', '2026-05-01', '2026-06-01'],
    ['last instant of a month', '2026-04-30T23:59:59.999Z', '2026-04-30', '2026-05-01', '2026-04-01', '2026-05-01'],
    ['first instant of a month', '2026-05-01T00:00:00Z', '2026-05-01', '2026-05-02', '2026-05-01', '2026-06-01'],
    ['end of a short February', '2027-02-28T12:00:00Z', '2027-02-28', '2027-03-01', '2027-02-01', '2027-03-01'],
    ['a leap day', '2028-02-29T12:00:00Z', '2028-02-29', '2028-03-01', '2028-02-01', '2028-03-01'],
    ['the day before a leap day', '2028-02-28T23:59:59.999Z', '2028-02-28', '2028-02-29', '2028-02-01', '2028-03-01'],
    ['last instant of a year', '2026-12-31T23:59:59.999Z', '2026-12-31', '2027-01-01', '2026-12-01', '2027-01-01'],
    ['first instant of a year', '2027-01-01T00:00:00Z', '2027-01-01', '2027-01-02', '2027-01-01', '2027-02-01'],
  ])('%s, in UTC', (_name, now, day, nextDay, month, nextMonth) => {
    const state = { ...STATE, cardExpiry: { month: 12, year: 2099 } }
    const { trace } = decide(REQUEST, state, Temporal.Instant.from(now))
    const windowOf = (name: string) => trace.find(({ check }) => check === name)?.window
    const bounds = (from: string, to: string) => ({ from: `${from}T00:00:00Z`, to: `${to}T00:00:00Z`, zone: 'UTC' })
    expect(windowOf('daily-count')).toEqual(bounds(day, nextDay))
    expect(windowOf('daily-amount')).toEqual(bounds(day, nextDay))
    expect(windowOf('monthly-amount')).toEqual(bounds(month, nextMonth))
    expect(windowOf('total-amount')).toEqual({ from: '1970-01-01T00:00:00Z', to: null, zone: 'UTC' })
  })
})

describe('the card', () => {
  test('is valid through the last instant of its expiry month', () => {
    expect(decide(REQUEST, STATE, Temporal.Instant.from('2026-05-31T23:59:59.999Z')).outcome).toBe('approved')
    expect(decide(REQUEST, STATE, Temporal.Instant.from('2026-06-01T00:00:00Z'))).toMatchObject({
      outcome: 'declined',
      reason: 'card-expired',
      trace: [{ check: 'card-expiry', passed: false, value: '2026-06-01T00:00:00Z', threshold: '2026-05' }],
    })
  })

  test.each(CARD_STATUSES.filter(status => status !== 'active'))('that is %s declines', cardStatus => {
    const decision = decide(REQUEST, { ...STATE, cardStatus }, NOW)
    expect(decision).toMatchObject({
      outcome: 'declined',
      reason: cardStatus === 'lost' ? 'card-lost' : 'card-not-active',
    })
    expect(decision.trace.at(-1)).toMatchObject({ check: 'card-status', value: cardStatus, threshold: 'active' })
  })
})

test('every decline reason has an ISO 8583 response code other than approval and a sentence for the cardholder', () => {
  for (const { responseCode, sentence } of Object.values(DECLINE_REASONS)) {
    expect(responseCode).toMatch(/^(?!00)[0-9]{2}$/)
    expect(sentence).toMatch(/^[A-Z].*\.$/)
  }
})
