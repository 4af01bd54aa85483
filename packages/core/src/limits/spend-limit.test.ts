import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Amount, amount, formatDecimal, MINOR_MAX } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import { type RecordedUse, totals } from './recorded-use.ts'
import {
  applyDelta,
  type CompiledSpendLimit,
  compileSpendLimit,
  type LifecycleStep,
  type LimitUse,
  matches,
  NO_USE,
  objection,
  type Purchase,
  type SpendFilter,
  type SpendLimit,
  spendLimitsOutcome,
  stackSpendLimits,
  USAGE_POLICIES,
  type UsageDelta,
  type UsagePolicyName,
  usageDeltas,
} from './spend-limit.ts'
import { COUNT_MAX } from './spend-limit-terms.ts'
import { WindowClocks, type WindowSpec } from './window.ts'

const USD = currency('USD')
const EUR = currency('EUR')
const usd = (minor: bigint): Amount => amount(minor, USD)
const ms = (text: string) => Temporal.Instant.from(text).epochMilliseconds
const HOUR = 3_600_000
const DAY = 24 * HOUR
const NOW = ms('2026-05-22T14:30:00Z')

const BERLIN_WEEK: WindowSpec = { kind: 'fixed', unit: 'week', zone: 'Europe/Berlin' }
const UTC_DAY: WindowSpec = { kind: 'fixed', unit: 'day', zone: 'UTC' }
const LAST_24_HOURS: WindowSpec = { kind: 'rolling', unit: 'hour', length: 24 }

const LIMIT: SpendLimit = {
  partnerId: 1n,
  limitId: 2n,
  name: 'groceries',
  scope: { kind: 'card', id: 3n },
  window: BERLIN_WEEK,
  currency: USD,
  maxAmount: usd(25_000n),
  maxCount: 5,
  filter: {},
  policy: 'standard',
}

const PURCHASE: Purchase = {
  mcc: '5411',
  merchantId: 'GROCER-0000001 ',
  country: 'DE',
  transactionCurrency: EUR,
  entryMode: 'contactless',
}

const objectionOf = (limit: Partial<SpendLimit>, used: LimitUse, requestMinor: bigint) => {
  const compiled = compileSpendLimit({ ...LIMIT, ...limit })
  return objection(compiled, used, requestMinor, compiled.clock.boundsAt(NOW))
}

describe('a filter', () => {
  const matchesFilter = (filter: SpendFilter, purchase = PURCHASE) =>
    matches(compileSpendLimit({ ...LIMIT, filter }), purchase)

  const FITTING: Required<SpendFilter> = {
    mccs: ['5400-5499'],
    mccCategories: ['other'],
    merchantIds: ['GROCER-0000001'],
    countries: ['DE', 'FR'],
    currencies: [EUR],
    entryModes: ['contactless', 'chip'],
  }
  const MISSING: Required<SpendFilter> = {
    mccs: ['5300-5399', '5412'],
    mccCategories: ['fuel'],
    merchantIds: ['GROCER-000000'],
    countries: ['FR'],
    currencies: [USD],
    entryModes: ['chip'],
  }
  const FIELDS = ['mccs', 'mccCategories', 'merchantIds', 'countries', 'currencies', 'entryModes'] as const

  test('that is empty counts every purchase, one that says nothing of itself too', () => {
    expect(matchesFilter({})).toBe(true)
    const silent = { mcc: null, merchantId: null, country: null, transactionCurrency: EUR, entryMode: null }
    expect(matchesFilter({}, silent)).toBe(true)
  })

  test.each(FIELDS)('on %s counts what it names and nothing else', field => {
    expect(matchesFilter({ [field]: FITTING[field] })).toBe(true)
    expect(matchesFilter({ [field]: MISSING[field] })).toBe(false)
  })

  test.each(FIELDS)('counts only what matches in all its fields, %s too', field => {
    expect(matchesFilter(FITTING)).toBe(true)
    expect(matchesFilter({ ...FITTING, [field]: MISSING[field] })).toBe(false)
  })

  test.each([
    ['mccs', { mcc: null }],
    ['mccCategories', { mcc: 'food' }],
    ['merchantIds', { merchantId: null }],
    ['countries', { country: null }],
    ['entryModes', { entryMode: null }],
  ] as const)('on %s does not count %j', (field, unknown) => {
    expect(matchesFilter({ [field]: FITTING[field] }, { ...PURCHASE, ...unknown })).toBe(false)
  })
})

describe('a limit', () => {
  test('shows count and amount, each with what was left before the request', () => {
    expect(objectionOf({}, { count: 2, amountMinor: 7_050n }, 10_000n)).toEqual({
      passed: true,
      checks: [
        {
          check: 'spend-limit-count: groceries',
          passed: true,
          value: '3',
          threshold: '5',
          remaining: '3',
          window: { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' },
        },
        {
          check: 'spend-limit-amount: groceries',
          passed: true,
          value: '100.00',
          threshold: '250.00',
          remaining: '179.50',
          window: { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' },
        },
      ],
    })
  })

  test('ends its lines with the threshold that objects', () => {
    const used = { count: 5, amountMinor: 25_000n }
    expect(objectionOf({}, used, 1n)).toMatchObject({ passed: false, exceeded: 'count', checks: [{ remaining: '0' }] })
    expect(objectionOf({ maxCount: null }, used, 1n)).toMatchObject({
      passed: false,
      exceeded: 'amount',
      checks: [{ check: 'spend-limit-amount: groceries', remaining: '0.00' }],
    })
    expect(objectionOf({ maxAmount: null }, { ...used, count: 4 }, MINOR_MAX)).toMatchObject({ passed: true })
  })

  test('is spent to the last minor unit and the last purchase', () => {
    expect(objectionOf({}, { count: 4, amountMinor: 24_999n }, 1n).passed).toBe(true)
    expect(objectionOf({}, { count: 4, amountMinor: 24_999n }, 2n).passed).toBe(false)
  })

  test('lets a request of zero pass whatever amount is left, and counts it', () => {
    expect(objectionOf({ maxCount: null }, { count: 9, amountMinor: 30_000n }, 0n).passed).toBe(true)
    expect(objectionOf({}, { count: 5, amountMinor: 0n }, 0n).passed).toBe(false)
  })

  test('refuses a negative request as a bug', () => {
    expect(() => objectionOf({}, NO_USE, -1n)).toThrow(RangeError)
  })

  test('never has more than its threshold left, however odd the usage', () => {
    expect(objectionOf({}, { count: -3, amountMinor: -500n }, 25_001n)).toMatchObject({
      passed: false,
      checks: [
        { value: '1', remaining: '5' },
        { value: '250.01', remaining: '250.00' },
      ],
    })
    expect(objectionOf({}, { count: 7, amountMinor: 99_999n }, 1n)).toMatchObject({
      passed: false,
      checks: [{ remaining: '0' }],
    })
  })

  test('does not overflow at the ends of 64 bits', () => {
    const wide = { maxAmount: usd(MINOR_MAX), maxCount: COUNT_MAX }
    expect(objectionOf(wide, NO_USE, MINOR_MAX).passed).toBe(true)
    expect(objectionOf(wide, { count: 0, amountMinor: 1n }, MINOR_MAX).passed).toBe(false)
    expect(objectionOf(wide, { count: 0, amountMinor: MINOR_MAX }, MINOR_MAX).passed).toBe(false)
  })

  test('agrees with plain arithmetic, and prints amounts as formatDecimal does', () => {
    const minor = fc.oneof(fc.bigInt({ min: 0n, max: 5_000n }), fc.bigInt({ min: 0n, max: MINOR_MAX }))
    const code = fc.constantFrom('USD', 'JPY', 'KWD', 'CLF')
    fc.assert(
      fc.property(
        code,
        minor,
        minor,
        minor,
        fc.nat(9),
        fc.integer({ min: 1, max: 9 }),
        (text, max, use, asked, count, maxCount) => {
          const money = (value: bigint) => amount(value, currency(text))
          const outcome = objectionOf(
            { currency: currency(text), maxAmount: money(max), maxCount },
            { count, amountMinor: use },
            asked,
          )
          const fits = asked === 0n || use + asked <= max
          expect(outcome.passed).toBe(count < maxCount && fits)
          const last = outcome.checks.at(-1)
          expect(last?.passed).toBe(outcome.passed)
          if (outcome.passed || outcome.exceeded === 'amount') {
            expect(last?.value).toBe(formatDecimal(money(asked)))
            expect(last?.threshold).toBe(formatDecimal(money(max)))
            expect(last?.remaining).toBe(formatDecimal(money(max > use ? max - use : 0n)))
          }
        },
      ),
    )
  })
})

describe('stacked limits', () => {
  const stack = (...limits: Partial<SpendLimit>[]) =>
    stackSpendLimits(
      limits.map(limit => ({ ...LIMIT, maxCount: null, ...limit })),
      new WindowClocks(),
    )
  const outcomeOf = (limits: readonly CompiledSpendLimit[], requestMinor: bigint, used = NO_USE) =>
    spendLimitsOutcome(limits, PURCHASE, usd(requestMinor), () => used, NOW)

  test('object in the order of their ids, and the first objection ends the trace', () => {
    const limits = stack(
      { limitId: 30n, name: 'third', maxAmount: usd(100n) },
      { limitId: 10n, name: 'first', maxAmount: usd(500n) },
      { limitId: 9n, name: 'not for this', maxAmount: usd(1n), filter: { countries: ['FR'] } },
      { limitId: 20n, name: 'second', maxAmount: usd(200n) },
    )
    const declined = outcomeOf(limits, 300n)
    expect(declined.outcome).toMatchObject({ passed: false, exceeded: 'amount' })
    expect(declined.outcome.checks.map(({ check, passed }) => [check, passed])).toEqual([
      ['spend-limit-amount: first', true],
      ['spend-limit-amount: second', false],
    ])
    expect(declined.objecting?.limit.name).toBe('second')
    expect(outcomeOf(limits, 600n).objecting?.limit.name).toBe('first')
    expect(outcomeOf(limits, 150n).objecting?.limit.name).toBe('third')
  })

  test('decide the example of docs/limits.md', () => {
    const limits = stack(
      {
        limitId: 11n,
        name: 'groceries',
        window: BERLIN_WEEK,
        maxAmount: usd(25_000n),
        maxCount: 5,
        filter: { mccs: ['5411', '5422'] },
      },
      {
        limitId: 12n,
        name: 'abroad',
        window: LAST_24_HOURS,
        maxAmount: usd(50_000n),
        filter: { countries: ['FR', 'DE'] },
      },
      { limitId: 13n, name: 'fuel', window: UTC_DAY, maxAmount: usd(10_000n), filter: { mccCategories: ['fuel'] } },
    )
    const used = new Map([
      [11n, { count: 2, amountMinor: 7_050n }],
      [12n, { count: 4, amountMinor: 42_000n }],
    ])
    const usedOf = ({ limit }: CompiledSpendLimit) => used.get(limit.limitId) ?? NO_USE
    const { outcome, objecting } = spendLimitsOutcome(limits, PURCHASE, usd(10_000n), usedOf, NOW)
    expect(objecting?.limit.name).toBe('abroad')
    expect(outcome.checks).toEqual([
      {
        check: 'spend-limit-count: groceries',
        passed: true,
        value: '3',
        threshold: '5',
        remaining: '3',
        window: { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' },
      },
      {
        check: 'spend-limit-amount: groceries',
        passed: true,
        value: '100.00',
        threshold: '250.00',
        remaining: '179.50',
        window: { from: '2026-05-17T22:00:00Z', to: '2026-05-24T22:00:00Z', zone: 'Europe/Berlin' },
      },
      {
        check: 'spend-limit-amount: abroad',
        passed: false,
        value: '100.00',
        threshold: '500.00',
        remaining: '80.00',
        window: { from: '2026-05-21T14:30:00Z', to: '2026-05-22T14:30:00Z', zone: null },
      },
    ])
  })

  test('tell which of them count an approved purchase', () => {
    const limits = stack(
      { limitId: 1n, filter: { mccs: ['7995'] } },
      { limitId: 2n },
      { limitId: 3n, window: LAST_24_HOURS },
    )
    const { outcome, counting, objecting } = outcomeOf(limits, 100n)
    expect(outcome.passed).toBe(true)
    expect(counting.map(({ limit }) => limit.limitId)).toEqual([2n, 3n])
    expect(objecting).toBeNull()
    expect(outcome.checks.map(({ window }) => window?.zone)).toEqual(['Europe/Berlin', null])
  })

  test('ask for the use of the window that holds now', () => {
    const asked: unknown[] = []
    const usedOf = (compiled: CompiledSpendLimit, bounds: { fromMs: number; toMs: number | null }) => {
      asked.push([compiled.limit.limitId, bounds.fromMs, bounds.toMs])
      return NO_USE
    }
    const limits = stack(
      { limitId: 1n, window: UTC_DAY },
      { limitId: 2n, window: LAST_24_HOURS },
      { limitId: 3n, window: { kind: 'lifetime' } },
    )
    spendLimitsOutcome(limits, PURCHASE, usd(1n), usedOf, NOW)
    expect(asked).toEqual([
      [1n, ms('2026-05-22T00:00:00Z'), ms('2026-05-23T00:00:00Z')],
      [2n, NOW - DAY, NOW],
      [3n, 0, null],
    ])
  })

  test('without a member that counts the purchase let it pass without a line', () => {
    expect(outcomeOf(stack({ filter: { countries: ['FR'] } }), MINOR_MAX)).toEqual({
      outcome: { passed: true, checks: [] },
      counting: [],
      objecting: null,
    })
  })

  test('in another currency than the request are a bug', () => {
    const limits = stack({ currency: EUR, maxAmount: amount(1n, EUR) })
    expect(() => outcomeOf(limits, 1n)).toThrow('spend-limit-amount: groceries: limit in EUR, request in USD')
  })

  test('are decided as each alone would be', () => {
    const anyLimit = fc.record({ max: fc.bigInt({ min: 1n, max: 500n }), used: fc.bigInt({ min: 0n, max: 500n }) })
    fc.assert(
      fc.property(fc.array(anyLimit, { maxLength: 6 }), fc.bigInt({ min: 0n, max: 500n }), (terms, asked) => {
        const limits = stack(...terms.map(({ max }, index) => ({ limitId: BigInt(index + 1), maxAmount: usd(max) })))
        const usedOf = ({ limit }: CompiledSpendLimit): LimitUse => ({
          count: 0,
          amountMinor: terms[Number(limit.limitId) - 1]?.used ?? 0n,
        })
        const together = spendLimitsOutcome(limits, PURCHASE, usd(asked), usedOf, NOW)
        const alone = limits.map(compiled => objection(compiled, usedOf(compiled), asked, compiled.clock.boundsAt(NOW)))
        const firstObjection = alone.findIndex(({ passed }) => !passed)
        expect(together.objecting).toBe(firstObjection < 0 ? null : limits[firstObjection])
        const heard = firstObjection < 0 ? alone : alone.slice(0, firstObjection + 1)
        expect(together.outcome.checks).toEqual(heard.flatMap(({ checks }) => checks))
      }),
    )
  })
})

const compiledWith = (policy: UsagePolicyName, window: WindowSpec = UTC_DAY) =>
  compileSpendLimit({ ...LIMIT, policy, window })
const step = (kind: LifecycleStep['kind'], at: string, minor: bigint): LifecycleStep => ({ kind, atMs: ms(at), minor })

/** What the steps of one purchase leave in a limit, by window, as its messages record it. */
function leftBy(compiled: CompiledSpendLimit, steps: readonly LifecycleStep[]): readonly RecordedUse[] {
  const { limitId } = compiled.limit
  return steps.reduce<readonly RecordedUse[]>((inUse, next) => {
    const deltas = usageDeltas(compiled, inUse, next)
    return totals([...inUse, ...deltas.map(delta => ({ limitId, ...delta }))])
  }, [])
}

/** What deltas come to in the window that begins at an instant. */
function usedIn(windowFromMs: number, deltas: readonly UsageDelta[]): LimitUse {
  return deltas.filter(delta => delta.windowFromMs === windowFromMs).reduce(applyDelta, NO_USE)
}

/** What the steps of one purchase use, window by window, as `[date, count, minor]`. */
function useOf(
  policy: UsagePolicyName,
  steps: readonly LifecycleStep[],
): readonly (readonly [string, number, bigint])[] {
  return leftBy(compiledWith(policy), steps)
    .toSorted((a, b) => a.windowFromMs - b.windowFromMs)
    .map(({ windowFromMs, count, minor }) => [new Date(windowFromMs).toISOString().slice(0, 10), count, minor])
}

describe('usage policies', () => {
  const AUTHORIZED = step('authorized', '2026-05-22T23:00:00Z', 10_000n)
  const PART_REVERSED = step('reversed', '2026-05-23T01:00:00Z', 3_000n)
  const REVERSED = step('reversed', '2026-05-23T01:00:00Z', 10_000n)
  const EXPIRED = step('expired', '2026-05-29T23:00:00Z', 10_000n)
  const CLEARED = step('cleared', '2026-05-24T12:00:00Z', 10_000n)
  const PART_CLEARED = step('cleared', '2026-05-24T12:00:00Z', 6_000n)
  const CLEARED_AGAIN = step('cleared', '2026-05-25T12:00:00Z', 4_000n)
  const REST_EXPIRED = step('expired', '2026-05-29T23:00:00Z', 4_000n)
  const REFUNDED = step('refunded', '2026-06-02T12:00:00Z', 10_000n)
  const PART_REFUNDED = step('refunded', '2026-06-02T12:00:00Z', 2_500n)
  const LATE_CLEARED = step('cleared', '2026-05-30T12:00:00Z', 10_000n)

  const ONE = ['2026-05-22', 1, 10_000n] as const

  test.each<[string, UsagePolicyName, LifecycleStep[], (readonly [string, number, bigint])[]]>([
    ['an approval', 'standard', [AUTHORIZED], [ONE]],
    ['a partial reversal the next day', 'standard', [AUTHORIZED, PART_REVERSED], [['2026-05-22', 1, 7_000n]]],
    ['a full reversal the next day', 'standard', [AUTHORIZED, REVERSED], []],
    ['an expiry a week later', 'standard', [AUTHORIZED, EXPIRED], []],
    ['a clearing', 'standard', [AUTHORIZED, CLEARED], [ONE]],
    [
      'a partial clearing whose rest expires',
      'standard',
      [AUTHORIZED, PART_CLEARED, REST_EXPIRED],
      [['2026-05-22', 1, 6_000n]],
    ],
    ['a refund', 'standard', [AUTHORIZED, CLEARED, REFUNDED], [ONE]],
    ['a forced clearing', 'standard', [CLEARED], []],
    ['a reversal of too much', 'standard', [AUTHORIZED, { ...REVERSED, minor: 99_999n }], []],
    ['an approval of zero', 'standard', [{ ...AUTHORIZED, minor: 0n }], [['2026-05-22', 1, 0n]]],
    [
      'its reversal',
      'standard',
      [
        { ...AUTHORIZED, minor: 0n },
        { ...REVERSED, minor: 0n },
      ],
      [],
    ],
    [
      'an incremental authorization the next day',
      'standard',
      [AUTHORIZED, step('incremented', '2026-05-23T08:00:00Z', 500n)],
      [ONE, ['2026-05-23', 0, 500n]],
    ],
    [
      'a reversal of that and a little more',
      'standard',
      [AUTHORIZED, step('incremented', '2026-05-23T08:00:00Z', 500n), step('reversed', '2026-05-24T08:00:00Z', 700n)],
      [['2026-05-22', 1, 9_800n]],
    ],
    ['a partial refund', 'refunds-return', [AUTHORIZED, CLEARED, PART_REFUNDED], [['2026-05-22', 1, 7_500n]]],
    ['a full refund', 'refunds-return', [AUTHORIZED, CLEARED, REFUNDED], []],
    ['an unlinked refund', 'refunds-return', [REFUNDED], []],
    ['an expiry, a late clearing and a refund', 'refunds-return', [AUTHORIZED, EXPIRED, LATE_CLEARED, REFUNDED], []],
    ['an approval', 'cleared-spend', [AUTHORIZED], []],
    ['a reversal', 'cleared-spend', [AUTHORIZED, REVERSED], []],
    ['a clearing', 'cleared-spend', [AUTHORIZED, CLEARED], [['2026-05-24', 1, 10_000n]]],
    [
      'two clearings of one authorization',
      'cleared-spend',
      [AUTHORIZED, PART_CLEARED, CLEARED_AGAIN],
      [
        ['2026-05-24', 1, 6_000n],
        ['2026-05-25', 0, 4_000n],
      ],
    ],
    ['a forced clearing', 'cleared-spend', [CLEARED], [['2026-05-24', 1, 10_000n]]],
    [
      'a refund',
      'cleared-spend',
      [AUTHORIZED, CLEARED, REFUNDED],
      [
        ['2026-05-24', 1, 10_000n],
        ['2026-06-02', 0, -10_000n],
      ],
    ],
    ['an unlinked refund', 'cleared-spend', [REFUNDED], [['2026-06-02', 0, -10_000n]]],
  ])('%s under %s', (_what, policy, steps, expected) => {
    expect(useOf(policy, steps)).toEqual(expected)
  })

  test('refuse a negative step', () => {
    expect(() => usageDeltas(compiledWith('standard'), [], { ...AUTHORIZED, minor: -1n })).toThrow(RangeError)
  })

  test('an expired, late cleared and refunded purchase does not free what another one used', () => {
    const compiled = compiledWith('refunds-return')
    const other = usageDeltas(compiled, [], step('authorized', '2026-05-22T23:30:00Z', 10_000n))
    const deltas = [...runPurchase(compiled, [AUTHORIZED, EXPIRED]), ...other]
    const inUse = leftBy(compiled, [AUTHORIZED, EXPIRED, LATE_CLEARED])
    const after = [...deltas, ...usageDeltas(compiled, inUse, REFUNDED)]
    expect(usedIn(ms('2026-05-22T00:00:00Z'), after)).toEqual({ count: 1, amountMinor: 10_000n })
  })

  test('a refund takes back what its window has used so far, and is no credit for later', () => {
    const compiled = compiledWith('cleared-spend')
    const deltas = [
      ...usageDeltas(compiled, [], step('cleared', '2026-05-24T08:00:00Z', 1_000n)),
      ...usageDeltas(compiled, [], step('refunded', '2026-05-24T09:00:00Z', 3_000n)),
      ...usageDeltas(compiled, [], step('cleared', '2026-05-24T10:00:00Z', 2_000n)),
    ]
    expect(usedIn(ms('2026-05-24T00:00:00Z'), deltas)).toEqual({ count: 2, amountMinor: 2_000n })
  })
})

/** The deltas of one purchase, step by step. */
function runPurchase(compiled: CompiledSpendLimit, steps: readonly LifecycleStep[]): UsageDelta[] {
  return steps.flatMap((next, index) => usageDeltas(compiled, leftBy(compiled, steps.slice(0, index)), next))
}

test('one story under each policy, as docs/limits.md tells it', () => {
  const story = [
    step('authorized', '2026-05-22T23:00:00Z', 10_000n),
    step('reversed', '2026-05-23T01:00:00Z', 3_000n),
    step('cleared', '2026-05-24T12:00:00Z', 7_000n),
    step('refunded', '2026-06-02T12:00:00Z', 7_000n),
  ]
  expect(useOf('standard', story)).toEqual([['2026-05-22', 1, 7_000n]])
  expect(useOf('refunds-return', story)).toEqual([])
  expect(useOf('cleared-spend', story)).toEqual([
    ['2026-05-24', 1, 7_000n],
    ['2026-06-02', 0, -7_000n],
  ])
})

describe('a rolling window', () => {
  const compiled = compiledWith('standard', LAST_24_HOURS)
  const at = (atMs: number, minor: bigint): LifecycleStep => ({ kind: 'authorized', atMs, minor })

  test('gets a return at the instant of the use', () => {
    const deltas = runPurchase(compiled, [at(NOW, 700n), { kind: 'reversed', atMs: NOW + HOUR, minor: 700n }])
    expect(deltas).toEqual([
      { windowFromMs: NOW, count: 1, minor: 700n },
      { windowFromMs: NOW, count: -1, minor: -700n },
    ])
  })
})

describe('whatever happens to purchases', () => {
  const anyKind = fc.constantFrom<LifecycleStep['kind']>(
    'authorized',
    'incremented',
    'reversed',
    'expired',
    'cleared',
    'refunded',
  )
  /** Steps of three purchases, interleaved and in the order of time. */
  const anyHistory = fc
    .array(
      fc.record({
        purchase: fc.nat(2),
        kind: anyKind,
        afterMs: fc.nat(DAY),
        minor: fc.bigInt({ min: 0n, max: 1_000n }),
      }),
      { maxLength: 25 },
    )
    .map(raw => {
      let atMs = NOW
      return raw.map(({ purchase, kind, afterMs, minor }) => {
        atMs += afterMs
        return { purchase, step: { kind, atMs, minor } }
      })
    })
  const anyWindow = fc.constantFrom<WindowSpec>(UTC_DAY, BERLIN_WEEK, LAST_24_HOURS, { kind: 'lifetime' })
  const anyFixedWindow = fc.constantFrom<WindowSpec>(UTC_DAY, BERLIN_WEEK, { kind: 'lifetime' })

  /** The deltas of a history. */
  function run(compiled: CompiledSpendLimit, history: readonly { purchase: number; step: LifecycleStep }[]) {
    const stepsOf: LifecycleStep[][] = [[], [], []]
    return history.flatMap(({ purchase, step: next }) => {
      const earlier = stepsOf[purchase] ?? []
      const deltas = usageDeltas(compiled, leftBy(compiled, earlier), next)
      earlier.push(next)
      return deltas
    })
  }

  test('a limit that counts authorizations has in each window what its purchases have left there, without a cut', () => {
    fc.assert(
      fc.property(fc.constantFrom<UsagePolicyName>('standard', 'refunds-return'), anyHistory, (policy, history) => {
        const compiled = compiledWith(policy)
        const deltas = run(compiled, history)
        const left = [0, 1, 2].flatMap(one =>
          leftBy(
            compiled,
            history.filter(({ purchase }) => purchase === one).map(({ step: next }) => next),
          ),
        )
        for (const { count, minor } of left) {
          expect(count).toBeGreaterThanOrEqual(0)
          expect(minor >= 0n).toBe(true)
        }
        for (const { windowFromMs } of deltas) {
          const here = left.filter(use => use.windowFromMs === windowFromMs)
          const sums = deltas.filter(delta => delta.windowFromMs === windowFromMs)
          const use = usedIn(windowFromMs, deltas)
          expect(use.amountMinor).toBe(here.reduce((sum, { minor }) => sum + minor, 0n))
          expect(use.amountMinor).toBe(sums.reduce((sum, { minor }) => sum + minor, 0n))
          expect(use.count).toBe(here.reduce((sum, { count }) => sum + count, 0))
        }
      }),
    )
  })

  test('returns never exceed what was used, and reversing all that was approved leaves nothing', () => {
    fc.assert(
      fc.property(anyWindow, anyHistory, (window, history) => {
        const compiled = compiledWith('standard', window)
        const steps = history.map(({ step: next }) => next)
        const usedUp = steps
          .filter(({ kind }) => kind === 'authorized' || kind === 'incremented')
          .reduce((sum, { minor }) => sum + minor, 0n)
        const last: LifecycleStep = { kind: 'reversed', atMs: NOW + 99 * DAY, minor: usedUp }
        expect(leftBy(compiled, [...steps, last])).toEqual([])
      }),
    )
  })

  test('an approved request always fits: the window never holds more than the limit', () => {
    fc.assert(
      fc.property(anyFixedWindow, anyHistory, fc.bigInt({ min: 1n, max: 3_000n }), (window, history, max) => {
        const compiled = compileSpendLimit({ ...LIMIT, window, maxAmount: usd(max), maxCount: 4 })
        const done: { purchase: number; step: LifecycleStep }[] = []
        for (const next of history) {
          const bounds = compiled.clock.boundsAt(next.step.atMs)
          const useNow = () => usedIn(bounds.fromMs, run(compiled, done))
          const isAsking = next.step.kind === 'authorized'
          if (next.step.kind === 'incremented') continue
          if (isAsking && !objection(compiled, useNow(), next.step.minor, bounds).passed) continue
          done.push(next)
          expect(useNow().amountMinor <= max).toBe(true)
          expect(useNow().count).toBeLessThanOrEqual(4)
        }
      }),
    )
  })
})

test('usage stops at what 64 bits hold', () => {
  const full = applyDelta({ count: 0, amountMinor: MINOR_MAX }, { windowFromMs: 0, count: 1, minor: 1n })
  expect(full).toEqual({ count: 1, amountMinor: MINOR_MAX })
  expect(applyDelta(NO_USE, { windowFromMs: 0, count: -1, minor: -1n })).toEqual(NO_USE)
})

test('the policies are these three', () => {
  expect(USAGE_POLICIES).toMatchInlineSnapshot(`
    {
      "cleared-spend": {
        "counts": "clearings",
        "into": "window-of-return",
        "returns": {
          "expiry": false,
          "refund": true,
          "reversal": false,
        },
      },
      "refunds-return": {
        "counts": "authorizations",
        "into": "window-used",
        "returns": {
          "expiry": true,
          "refund": true,
          "reversal": true,
        },
      },
      "standard": {
        "counts": "authorizations",
        "into": "window-used",
        "returns": {
          "expiry": true,
          "refund": false,
          "reversal": true,
        },
      },
    }
  `)
})
