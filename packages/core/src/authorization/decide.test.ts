import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CARD_STATUSES } from '../card/card.ts'
import type { CardLimit } from '../limits/card-limit.ts'
import { type MerchantControl, stackControls } from '../limits/merchant-controls.ts'
import { compileSpendLimit, NO_USE, type SpendLimit } from '../limits/spend-limit.ts'
import { type Amount, amount } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import { type Merchant, PURPOSES, type Purpose } from './authorization.ts'
import { type AuthorizationRequest, type DecisionState, decide } from './decide.ts'
import { decisionTime } from './decision-time.ts'
import { DECLINE_REASONS, type DeclineReason } from './decline-reason.ts'
import type { Eci, ThreeDs, ThreeDsResult } from './three-ds.ts'

const USD = currency('USD')
const usd = (minor: bigint): Amount => amount(minor, USD)

const NOW = Temporal.Instant.from('2026-05-22T14:30:00Z')
const TIME = decisionTime(NOW)
const GROCER: Merchant = {
  id: 'GROCER-1',
  name: 'Grocer',
  mcc: '5411',
  country: 'DE',
  city: null,
  acquirerId: null,
}
const REQUEST: AuthorizationRequest = {
  purpose: 'purchase',
  transactionAmount: usd(1000n),
  billingAmount: usd(1000n),
  merchant: GROCER,
  entryMode: 'chip',
  cardData: {},
  partialApproval: false,
  forcedReason: null,
}
const requestOf = (minor: bigint): AuthorizationRequest => ({ ...REQUEST, billingAmount: usd(minor) })

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
  controls: [],
  spendLimits: [],
  spendLimitUse: () => NO_USE,
  limit: LIMIT,
  usage: { dailyCount: 2, dailyAmount: usd(3000n), monthlyAmount: usd(7000n), totalAmount: usd(9000n) },
  available: usd(6000n),
}

const threeDs = (eci: Eci, result: ThreeDsResult): ThreeDs => ({ version: '2.2.0', eci, result, dsTransactionId: null })

const withLimit = (state: DecisionState, terms: Partial<CardLimit>): DecisionState => ({
  ...state,
  limit: { ...LIMIT, ...state.limit, ...terms },
})

const GROCERIES: SpendLimit = {
  partnerId: 1n,
  limitId: 7n,
  name: 'groceries',
  scope: { kind: 'card', id: 3n },
  window: { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' },
  currency: USD,
  maxAmount: usd(4000n),
  maxCount: 3,
  filter: { mccs: ['5411'] },
  policy: 'standard',
}

/** A state in which a spend limit has been used by two purchases of 15.00 each. */
const withSpendLimit = (state: DecisionState, terms: Partial<SpendLimit> = {}): DecisionState => ({
  ...state,
  spendLimits: [...state.spendLimits, compileSpendLimit({ ...GROCERIES, ...terms })],
  spendLimitUse: () => ({ count: 2, amountMinor: 3000n }),
})

const OFFICE: MerchantControl = {
  partnerId: 1n,
  controlId: 8n,
  name: 'office',
  scope: { kind: 'program', id: 1n },
}

const withControl = (state: DecisionState, terms: Partial<MerchantControl>): DecisionState => ({
  ...state,
  controls: [...state.controls, ...stackControls([{ ...OFFICE, ...terms }])],
})

describe('precedence', () => {
  type Case = { readonly request: AuthorizationRequest; readonly state: DecisionState }

  const INNOCENT: Case = { request: REQUEST, state: STATE }
  const inState = (commit: (state: DecisionState) => DecisionState) => (one: Case) => ({
    ...one,
    state: commit(one.state),
  })
  const withCardData = (cardData: AuthorizationRequest['cardData']) => (one: Case) => ({
    ...one,
    request: { ...one.request, cardData: { ...one.request.cardData, ...cardData } },
  })

  /** In the order of the rules: how a request and a state become guilty of each reason. */
  const GUILT: readonly (readonly [DeclineReason, (one: Case) => Case])[] = [
    ['card-expired', inState(state => ({ ...state, cardExpiry: { month: 4, year: 2026 } }))],
    // one rule with two reasons: the earlier row's status stands over the later one's
    ['card-lost', inState(state => ({ ...state, cardStatus: 'lost' }))],
    [
      'card-not-active',
      inState(state => (state.cardStatus === 'active' ? { ...state, cardStatus: 'blocked' } : state)),
    ],
    ['expiry-mismatch', withCardData({ expiry: { month: 5, year: 2027 } })],
    ['cvv2-mismatch', withCardData({ cvv2: 'mismatch' })],
    ['pin-mismatch', withCardData({ pin: 'mismatch' })],
    ['authentication-failed', withCardData({ threeDs: threeDs('07', 'failed') })],
    // one rule with three reasons, merchant before MCC before country
    ['merchant-blocked', inState(state => withControl(state, { block: { merchantIds: ['GROCER-1'] } }))],
    ['mcc-blocked', inState(state => withControl(state, { allow: { mccs: ['5812'] } }))],
    ['country-blocked', inState(state => withControl(state, { block: { countries: ['DE'] } }))],
    [
      'no-exchange-rate',
      one => ({ ...one, request: { ...one.request, exchange: { from: currency('EUR'), rate: null } } }),
    ],
    ['single-amount-exceeded', inState(state => withLimit(state, { singleAmount: usd(999n) }))],
    ['daily-count-exceeded', inState(state => withLimit(state, { dailyCount: 2 }))],
    ['daily-amount-exceeded', inState(state => withLimit(state, { dailyAmount: usd(3999n) }))],
    ['monthly-amount-exceeded', inState(state => withLimit(state, { monthlyAmount: usd(7999n) }))],
    ['total-amount-exceeded', inState(state => withLimit(state, { totalAmount: usd(9999n) }))],
    // one rule with two reasons, count before amount
    ['spend-limit-count-exceeded', inState(state => withSpendLimit(state, { maxCount: 2 }))],
    ['spend-limit-amount-exceeded', inState(state => withSpendLimit(state, { maxAmount: usd(3999n) }))],
    ['insufficient-funds', inState(state => ({ ...state, available: usd(999n) }))],
  ]

  /** Given before there is a card to decide on, before the rules, or because there was no time for them. */
  const NOT_OF_THE_RULES: readonly DeclineReason[] = [
    'unknown-card',
    'reversed-before-arrival',
    'issuer-overloaded',
    'issuer-unavailable',
    'partner-declined',
    'partner-unavailable',
  ]

  const decideCase = ({ request, state }: Case) => decide(request, state, TIME)

  test('covers every reason', () => {
    const reasons = [...GUILT.map(([reason]) => reason), ...NOT_OF_THE_RULES]
    expect(reasons.toSorted()).toEqual(Object.keys(DECLINE_REASONS).toSorted())
  })

  test.each(GUILT.map(([reason], index) => [reason, index] as const))(
    '%s wins over every later reason',
    (reason, index) => {
      const guilty = GUILT.slice(index).reduce((one, [, commit]) => commit(one), INNOCENT)
      expect(decideCase(guilty)).toMatchObject({ outcome: 'declined', reason })
    },
  )

  test.each(GUILT)('%s is enough by itself', (reason, commit) => {
    expect(decideCase(commit(INNOCENT))).toMatchObject({ outcome: 'declined', reason })
  })

  test.each(GUILT)('the trace of %s ends with the one rule that failed', (_reason, commit) => {
    const { trace } = decideCase(commit(INNOCENT))
    expect(trace.map(check => check.passed)).toEqual([...Array(trace.length - 1).fill(true), false])
  })

  test('of an exchange rate: the trace has the rate, or says that there is none', () => {
    const exchange = (rate: string | null) => ({ ...REQUEST, exchange: { from: currency('EUR'), rate } })
    const lineOf = (rate: string | null) =>
      decideCase({ ...INNOCENT, request: exchange(rate) }).trace.find(({ check }) => check === 'exchange-rate')
    expect(lineOf('1.1016')).toMatchObject({ passed: true, value: '1.1016' })
    expect(lineOf(null)).toMatchObject({ passed: false, value: 'none from EUR' })
    expect(decideCase(INNOCENT).trace.map(({ check }) => check)).not.toContain('exchange-rate')
  })

  describe('of a forced decline', () => {
    const FIRST_AFTER = GUILT.findIndex(([reason]) => reason === 'merchant-blocked')
    const force = (one: Case): Case => ({ ...one, request: { ...one.request, forcedReason: 'insufficient-funds' } })

    test.each(GUILT.slice(0, FIRST_AFTER))('%s comes before it', (reason, commit) => {
      expect(decideCase(force(commit(INNOCENT)))).toMatchObject({ outcome: 'declined', reason })
    })

    test.each(GUILT.slice(FIRST_AFTER))('%s comes after it', (_reason, commit) => {
      const decision = decideCase(force(commit(INNOCENT)))
      expect(decision).toMatchObject({ outcome: 'declined', reason: 'insufficient-funds' })
      expect(decision.trace.at(-1)).toEqual({
        check: 'forced-decline',
        passed: false,
        value: 'insufficient-funds',
        threshold: null,
        remaining: null,
        window: null,
      })
    })

    test.each(Object.keys(DECLINE_REASONS) as DeclineReason[])('%s is given as it was asked for', reason => {
      const request = { ...REQUEST, forcedReason: reason }
      expect(decide(request, STATE, TIME)).toMatchObject({ outcome: 'declined', reason })
    })

    test('that the amount asked for is called so in the trace', () => {
      const request = { ...REQUEST, forcedReason: 'card-lost', forcedByAmount: true } as const
      expect(decide(request, STATE, TIME).trace.at(-1)).toMatchObject({ check: 'magic-amount', value: 'card-lost' })
    })
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
    expect(decide(REQUEST, STATE, TIME)).toEqual({
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
    const { trace } = decide({ ...REQUEST, billingAmount: amount(500n, JPY) }, state, TIME)
    expect(trace.at(-1)).toMatchObject({ value: '500', threshold: '700', remaining: '700' })
  })

  test('a card without a limit passes every limit, and no limit is in the trace', () => {
    const used = {
      dailyCount: 9999,
      dailyAmount: usd(10n ** 12n),
      monthlyAmount: usd(10n ** 12n),
      totalAmount: usd(10n ** 12n),
    }
    const decision = decide(REQUEST, { ...STATE, limit: null, usage: used }, TIME)
    expect(decision.outcome).toBe('approved')
    expect(decision.trace.map(({ check }) => check)).toEqual(['card-expiry', 'card-status', 'available-funds'])
  })

  test('a limit without a lifetime total passes it', () => {
    const used = { ...STATE.usage, totalAmount: usd(10n ** 12n) }
    const decision = decide(REQUEST, { ...withLimit(STATE, { totalAmount: null }), usage: used }, TIME)
    expect(decision.outcome).toBe('approved')
    expect(decision.trace.map(({ check }) => check)).toEqual([
      'card-expiry',
      'card-status',
      'single-amount',
      'daily-count',
      'daily-amount',
      'monthly-amount',
      'available-funds',
    ])
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
    expect(decide(REQUEST, leaving(1000n), TIME).outcome).toBe('approved')
  })

  test.each(EXACT)('%s declines one minor unit more', (check, leaving) => {
    const { outcome, trace } = decide(requestOf(1001n), leaving(1000n), TIME)
    expect(outcome).toBe('declined')
    expect(trace.at(-1)).toMatchObject({ check, passed: false, value: '10.01', remaining: '10.00' })
  })

  test('daily-count allows exactly its number of purchases', () => {
    const used = (dailyCount: number) => ({ ...STATE, usage: { ...STATE.usage, dailyCount } })
    expect(decide(REQUEST, used(4), TIME)).toMatchObject({ outcome: 'approved' })
    expect(decide(REQUEST, used(5), TIME)).toMatchObject({ outcome: 'declined', reason: 'daily-count-exceeded' })
    expect(decide(REQUEST, used(5), TIME).trace.at(-1)).toMatchObject({ value: '6', threshold: '5', remaining: '0' })
  })

  test('of zero declines the smallest purchase', () => {
    const smallest = requestOf(1n)
    expect(decide(smallest, withLimit(STATE, { dailyCount: 0 }), TIME).outcome).toBe('declined')
    expect(decide(smallest, withLimit(STATE, { singleAmount: usd(0n) }), TIME).outcome).toBe('declined')
    expect(decide(smallest, { ...STATE, available: usd(0n) }, TIME).outcome).toBe('declined')
  })

  test('that was passed before the limit was set leaves nothing, not less than nothing', () => {
    const overUsed = { ...STATE.usage, dailyCount: 8, dailyAmount: usd(15_000n) }
    const byCount = decide(REQUEST, { ...STATE, usage: overUsed }, TIME)
    expect(byCount.trace.at(-1)).toMatchObject({ check: 'daily-count', value: '9', remaining: '0' })
    const byAmount = decide(REQUEST, { ...STATE, usage: { ...overUsed, dailyCount: 0 } }, TIME)
    expect(byAmount.trace.at(-1)).toMatchObject({ check: 'daily-amount', threshold: '100.00', remaining: '0.00' })
  })

  test('in another currency than the request is a bug of the caller, not a decision', () => {
    const euros = withLimit(STATE, { singleAmount: amount(5000n, currency('EUR')) })
    expect(() => decide(REQUEST, euros, TIME)).toThrow('threshold in EUR, request in USD')
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
    const { trace } = decide(REQUEST, state, decisionTime(Temporal.Instant.from(now)))
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
    expect(decide(REQUEST, STATE, decisionTime(Temporal.Instant.from('2026-05-31T23:59:59.999Z'))).outcome).toBe(
      'approved',
    )
    expect(decide(REQUEST, STATE, decisionTime(Temporal.Instant.from('2026-06-01T00:00:00Z')))).toMatchObject({
      outcome: 'declined',
      reason: 'card-expired',
      trace: [{ check: 'card-expiry', passed: false, value: '2026-06-01T00:00:00Z', threshold: '2026-05' }],
    })
  })

  test.each(CARD_STATUSES.filter(status => status !== 'active'))('that is %s declines', cardStatus => {
    const decision = decide(REQUEST, { ...STATE, cardStatus }, TIME)
    expect(decision).toMatchObject({
      outcome: 'declined',
      reason: cardStatus === 'lost' ? 'card-lost' : 'card-not-active',
    })
    expect(decision.trace.at(-1)).toMatchObject({ check: 'card-status', value: cardStatus, threshold: 'active' })
  })
})

describe('data about the card', () => {
  const checksOf = (cardData: AuthorizationRequest['cardData']) =>
    decide({ ...REQUEST, cardData }, STATE, TIME)
      .trace.filter(({ check }) => check.endsWith('-data'))
      .map(({ check, passed, value, threshold }) => [check, passed, value, threshold])

  test('that did not come is not looked at', () => {
    expect(checksOf({})).toEqual([])
  })

  test('that matches is in the trace, after the status of the card', () => {
    const cardData = { expiry: STATE.cardExpiry, cvv2: 'match', pin: 'match' } as const
    expect(checksOf(cardData)).toEqual([
      ['expiry-data', true, 'match', 'match'],
      ['cvv2-data', true, 'match', 'match'],
      ['pin-data', true, 'match', 'match'],
    ])
    const { outcome, trace } = decide({ ...REQUEST, cardData }, STATE, TIME)
    expect(outcome).toBe('approved')
    expect(trace.map(({ check }) => check).slice(1, 6)).toEqual([
      'card-status',
      'expiry-data',
      'cvv2-data',
      'pin-data',
      'single-amount',
    ])
  })

  test.each([
    ['the month', { month: 6, year: 2026 }],
    ['the year', { month: 5, year: 2027 }],
  ])('with another expiry, by %s alone, declines and tells neither date', (_name, expiry) => {
    expect(checksOf({ expiry })).toEqual([['expiry-data', false, 'mismatch', 'match']])
  })

  test('with a PIN for a card that has none declines like a wrong one and says which it was', () => {
    expect(checksOf({ pin: 'not-set' })).toEqual([['pin-data', false, 'not-set', 'match']])
    expect(decide({ ...REQUEST, cardData: { pin: 'not-set' } }, STATE, TIME)).toMatchObject({ reason: 'pin-mismatch' })
  })

  test.each([
    ['05', 'authenticated'],
    ['06', 'attempted'],
    ['07', 'unavailable'],
    ['00', 'not-performed'],
  ] as const)('of 3-D Secure with %s, %s, is approved and in the trace', (eci, result) => {
    expect(checksOf({ threeDs: threeDs(eci, result) })).toEqual([['three-ds-data', true, result, null]])
    expect(decide({ ...REQUEST, cardData: { threeDs: threeDs(eci, result) } }, STATE, TIME).outcome).toBe('approved')
  })
})

describe('a purpose', () => {
  /** Nothing may be spent on this card. */
  const SPENT: DecisionState = {
    ...withLimit(STATE, { dailyCount: 0, singleAmount: usd(0n), dailyAmount: usd(0n), monthlyAmount: usd(0n) }),
    available: usd(-500n),
  }
  const SPENDING: readonly Purpose[] = ['purchase', 'cash']

  test.each(SPENDING)('%s holds its amount, and every amount rule has a say', purpose => {
    const decision = decide({ ...REQUEST, purpose }, STATE, TIME)
    expect(decision).toMatchObject({ outcome: 'approved', hold: usd(1000n) })
    expect(decision.trace).toHaveLength(8)
    expect(decide({ ...REQUEST, purpose }, SPENT, TIME).outcome).toBe('declined')
  })

  test.each(PURPOSES.filter(purpose => !SPENDING.includes(purpose)))(
    '%s holds nothing and asks neither limits nor funds',
    purpose => {
      const billingAmount = usd(purpose === 'refund' ? 1000n : 0n)
      const decision = decide({ ...REQUEST, purpose, billingAmount }, SPENT, TIME)
      expect(decision).toMatchObject({ outcome: 'approved', hold: usd(0n) })
      expect(decision.trace.map(({ check }) => check)).toEqual(['card-expiry', 'card-status'])
    },
  )

  test.each(PURPOSES)('%s is declined for the card and its data', purpose => {
    const request = { ...REQUEST, purpose, cardData: { cvv2: 'mismatch' } } as const
    expect(decide(request, STATE, TIME)).toMatchObject({ outcome: 'declined', reason: 'cvv2-mismatch' })
    expect(decide(request, { ...STATE, cardStatus: 'closed' }, TIME)).toMatchObject({ reason: 'card-not-active' })
  })
})

describe('a partial approval', () => {
  const partial = (minor: bigint, changes: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
    ...requestOf(minor),
    partialApproval: true,
    ...changes,
  })

  /** Which rule leaves the least, and how much that is. */
  const LEFT: readonly (readonly [string, DecisionState, bigint])[] = [
    ['single-amount', withLimit(STATE, { singleAmount: usd(400n) }), 400n],
    ['daily-amount', withLimit(STATE, { dailyAmount: usd(3500n) }), 500n],
    ['monthly-amount', withLimit(STATE, { monthlyAmount: usd(7600n) }), 600n],
    ['total-amount', withLimit(STATE, { totalAmount: usd(9700n) }), 700n],
    ['available-funds', { ...STATE, available: usd(800n) }, 800n],
  ]

  test.each(LEFT)('fits what %s leaves, and says so first', (_check, state, left) => {
    const decision = decide(partial(1000n), state, TIME)
    expect(decision).toMatchObject({ outcome: 'approved', hold: usd(left) })
    const text = `${left / 100n}.00`
    expect(decision.trace[0]).toEqual({
      check: 'partial-approval',
      passed: true,
      value: '10.00',
      threshold: text,
      remaining: text,
      window: null,
    })
    expect(decision.trace.every(({ passed }) => passed)).toBe(true)
    expect(decision.trace.at(-1)).toMatchObject({ check: 'available-funds', value: text })
  })

  test('fits the rule that leaves the least of all', () => {
    const terms = {
      singleAmount: usd(700n),
      dailyAmount: usd(3600n),
      monthlyAmount: usd(7400n),
      totalAmount: usd(9500n),
    }
    const tight = { ...withLimit(STATE, terms), available: usd(800n) }
    expect(decide(partial(1000n), tight, TIME)).toMatchObject({ outcome: 'approved', hold: usd(400n) })
  })

  test('fits the funds alone on a card without a limit, and needs no lifetime total', () => {
    const poor = { ...STATE, available: usd(1n) }
    expect(decide(partial(1000n), { ...poor, limit: null }, TIME)).toMatchObject({ hold: usd(1n) })
    expect(decide(partial(1000n), withLimit(poor, { totalAmount: null }), TIME)).toMatchObject({ hold: usd(1n) })
  })

  test.each(LEFT)('that the acquirer does not take is a decline by %s', (check, state) => {
    const { outcome, trace } = decide(requestOf(1000n), state, TIME)
    expect(outcome).toBe('declined')
    expect(trace.at(-1)).toMatchObject({ check, passed: false })
  })

  test.each([1000n, 999n, 1n])('is a whole approval where %s of 10.00 fit', minor => {
    const decision = decide(partial(minor), { ...STATE, available: usd(1000n) }, TIME)
    expect(decision).toMatchObject({ outcome: 'approved', hold: usd(minor) })
    expect(decision.trace[0]).toMatchObject({ check: 'card-expiry' })
  })

  test.each([0n, -1n])('is a decline for the whole amount where %s is left', available => {
    const { outcome, trace } = decide(partial(1000n), { ...STATE, available: usd(available) }, TIME)
    expect(outcome).toBe('declined')
    expect(trace.at(-1)).toMatchObject({ check: 'available-funds', value: '10.00' })
    expect(trace.some(({ check }) => check === 'partial-approval')).toBe(false)
  })

  test('does not help against a rule that is not about amounts', () => {
    const counted = withLimit({ ...STATE, available: usd(500n) }, { dailyCount: 2 })
    expect(decide(partial(1000n), counted, TIME)).toMatchObject({ reason: 'daily-count-exceeded' })
    expect(decide(partial(1000n, { cardData: { pin: 'mismatch' } }), counted, TIME)).toMatchObject({
      reason: 'pin-mismatch',
    })
    expect(decide(partial(1000n, { forcedReason: 'card-lost' }), counted, TIME)).toMatchObject({ reason: 'card-lost' })
  })

  test.each(['refund', 'verification', 'balance-inquiry'] as const)('is no matter for %s', purpose => {
    const poor = { ...STATE, available: usd(1n) }
    const { trace } = decide(partial(1000n, { purpose }), poor, TIME)
    expect(trace.map(({ check }) => check)).toEqual(['card-expiry', 'card-status'])
  })

  test('always is the largest amount that a plain request would be approved for', () => {
    const bound = fc.bigInt({ min: 0n, max: 60n })
    const anyState = fc.record({
      single: bound,
      day: bound,
      month: bound,
      total: fc.option(bound),
      used: bound,
      available: fc.bigInt({ min: -5n, max: 60n }),
      limited: fc.boolean(),
    })
    fc.assert(
      fc.property(anyState, fc.bigInt({ min: 1n, max: 40n }), (any, asked) => {
        const state: DecisionState = {
          ...STATE,
          limit: any.limited
            ? {
                dailyCount: 5,
                singleAmount: usd(any.single),
                dailyAmount: usd(any.day),
                monthlyAmount: usd(any.month),
                totalAmount: any.total === null ? null : usd(any.total),
              }
            : null,
          usage: {
            dailyCount: 0,
            dailyAmount: usd(any.used),
            monthlyAmount: usd(any.used),
            totalAmount: usd(any.used),
          },
          available: usd(any.available),
        }
        let most: bigint | undefined
        for (let minor = 1n; minor <= asked; minor++) {
          if (decide(requestOf(minor), state, TIME).outcome === 'approved') most = minor
        }
        const decision = decide(partial(asked), state, TIME)
        expect(decision.outcome === 'approved' ? decision.hold.minor : undefined).toBe(most)
      }),
    )
  })
})

test('every decline reason has an ISO 8583 response code other than approval and a sentence for the cardholder', () => {
  for (const { responseCode, sentence } of Object.values(DECLINE_REASONS)) {
    expect(responseCode).toMatch(/^(?!00)[0-9]{2}$/)
    expect(sentence).toMatch(/^[A-Z].*\.$/)
  }
})

describe('spend limits', () => {
  const BERLIN_WEEK = { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' }

  test('that count the purchase have a line for count and amount each, before the available funds', () => {
    const decision = decide(REQUEST, withSpendLimit(STATE), TIME)
    expect(decision.outcome).toBe('approved')
    expect(decision.trace.slice(-3)).toMatchObject([
      { check: 'spend-limit-count: groceries', value: '3', threshold: '3', remaining: '1', window: BERLIN_WEEK },
      { check: 'spend-limit-amount: groceries', value: '10.00', threshold: '40.00', remaining: '10.00' },
      { check: 'available-funds' },
    ])
  })

  test('that do not count the purchase have no say and no line', () => {
    const spent = withSpendLimit(STATE, { maxAmount: usd(1n), filter: { mccs: ['5812'] } })
    const decision = decide(REQUEST, spent, TIME)
    expect(decision.outcome).toBe('approved')
    expect(decision.trace.map(({ check }) => check).filter(check => check.startsWith('spend-limit'))).toEqual([])
  })

  test('stack, and the trace ends with the name of the one that objects', () => {
    const state = withSpendLimit(withSpendLimit(STATE), { name: 'abroad', maxCount: null, maxAmount: usd(3500n) })
    const decision = decide(REQUEST, state, TIME)
    expect(decision).toMatchObject({ outcome: 'declined', reason: 'spend-limit-amount-exceeded' })
    expect(decision.trace.at(-1)).toMatchObject({ check: 'spend-limit-amount: abroad', remaining: '5.00' })
  })

  test('look at the merchant, the currency and the entry mode of the message', () => {
    const filters: SpendLimit['filter'][] = [
      { merchantIds: ['GROCER-1'] },
      { countries: ['DE'] },
      { currencies: [USD] },
      { entryModes: ['chip'] },
      { mccCategories: ['other'] },
    ]
    for (const filter of filters) {
      expect(decide(REQUEST, withSpendLimit(STATE, { filter, maxAmount: usd(1n) }), TIME).outcome).toBe('declined')
    }
  })

  test('cut a partial approval down to what the tightest leaves of money', () => {
    const state = withSpendLimit(withSpendLimit(STATE, { maxAmount: usd(3600n) }), { maxAmount: usd(3500n) })
    const decision = decide({ ...REQUEST, partialApproval: true }, state, TIME)
    expect(decision).toMatchObject({ outcome: 'approved', hold: usd(500n) })
    expect(decision.trace[0]).toMatchObject({ check: 'partial-approval', value: '10.00', threshold: '5.00' })
  })

  test('give no partial approval where the number of purchases is used up', () => {
    const state = withSpendLimit(STATE, { maxCount: 2, maxAmount: usd(3500n) })
    expect(decide({ ...REQUEST, partialApproval: true }, state, TIME)).toMatchObject({
      outcome: 'declined',
      reason: 'spend-limit-count-exceeded',
    })
  })

  test.each(['refund', 'verification', 'balance-inquiry'] as const)('are not asked about a %s', purpose => {
    const state = withSpendLimit(STATE, { maxCount: 1, filter: {} })
    expect(decide({ ...REQUEST, purpose }, state, TIME).outcome).toBe('approved')
  })
})

describe('merchant controls', () => {
  test('that let the merchant pass say what they looked at in one line', () => {
    const state = withControl(STATE, { allow: { countries: ['DE'] } })
    const { outcome, trace } = decide(REQUEST, state, TIME)
    expect(outcome).toBe('approved')
    expect(trace.filter(({ check }) => check === 'merchant-controls')).toMatchObject([
      { passed: true, value: 'merchant GROCER-1, mcc 5411, country DE', threshold: null },
    ])
  })

  test.each([
    [{ block: { mccs: ['5400-5499'] } }, 'mcc-blocked', 'mcc 5411', 'on the block list'],
    [{ allow: { merchantIds: ['OTHER'] } }, 'merchant-blocked', 'merchant GROCER-1', 'on the allow list'],
    [{ allow: { countries: ['FR'] } }, 'country-blocked', 'country DE', 'on the allow list'],
  ] as const)('%j is named with what it objects to', (terms, reason, value, threshold) => {
    const decision = decide(REQUEST, withControl(STATE, terms), TIME)
    expect(decision).toMatchObject({ outcome: 'declined', reason })
    expect(decision.trace.at(-1)).toMatchObject({ check: 'merchant-control: office', passed: false, value, threshold })
  })

  test('tell what the message does not say', () => {
    const state = withControl(STATE, { allow: { countries: ['DE'] } })
    const { trace } = decide({ ...REQUEST, merchant: { ...GROCER, country: null } }, state, TIME)
    expect(trace.at(-1)).toMatchObject({ value: 'country not given', threshold: 'on the allow list' })
  })

  test('are asked about a verification, and not about a credit', () => {
    const state = withControl(STATE, { block: { mccs: ['5411'] } })
    const outcomeOf = (purpose: Purpose) => decide({ ...REQUEST, purpose }, state, TIME).outcome
    expect(outcomeOf('verification')).toBe('declined')
    expect(outcomeOf('refund')).toBe('approved')
  })
})
