import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amount } from '../money/amount.ts'
import { currency } from '../money/currency.ts'
import { type RecordedUse, recordedUseOf, takenAgain, totals } from './recorded-use.ts'
import { compileSpendLimit, type LimitUse, NO_USE, type Purchase, type SpendLimit } from './spend-limit.ts'

const USD = currency('USD')
const DAY_MS = 86_400_000
/** noon of a UTC day */
const noonOf = (day: number) => day * DAY_MS + DAY_MS / 2

const GROCERIES: SpendLimit = {
  partnerId: 1n,
  limitId: 7n,
  name: 'groceries',
  scope: { kind: 'card', id: 3n },
  window: { kind: 'fixed', unit: 'day', zone: 'UTC' },
  currency: USD,
  maxAmount: amount(10_000n, USD),
  maxCount: null,
  filter: { mccs: ['5411'] },
  policy: 'standard',
}
const PURCHASE: Purchase = {
  mcc: '5411',
  merchantId: null,
  country: null,
  transactionCurrency: USD,
  entryMode: null,
}
const limitOf = (terms: Partial<SpendLimit> = {}) => compileSpendLimit({ ...GROCERIES, ...terms })
const plenty = (): LimitUse => ({ count: 9, amountMinor: 1_000_000n })
const use = (day: number, count: number, minor: bigint, limitId = 7n): RecordedUse => ({
  limitId,
  windowFromMs: day * DAY_MS,
  count,
  minor,
})

describe('what a message changes', () => {
  test('is nothing where no limit counts the purchase', () => {
    const step = { kind: 'authorized', atMs: noonOf(3), minor: 100n } as const
    expect(recordedUseOf([limitOf()], { ...PURCHASE, mcc: '5812' }, [], [step], plenty)).toEqual([])
  })

  test('is one entry for each limit that counts it', () => {
    const step = { kind: 'authorized', atMs: noonOf(3), minor: 100n } as const
    const limits = [limitOf(), limitOf({ limitId: 8n, filter: {} }), limitOf({ limitId: 9n, policy: 'cleared-spend' })]
    expect(recordedUseOf(limits, PURCHASE, [], [step], plenty)).toEqual([use(3, 1, 100n), use(3, 1, 100n, 8n)])
  })

  test('goes back to the window that was used, also when the filter no longer matches', () => {
    const steps = [{ kind: 'reversed', atMs: noonOf(5), minor: 100n }] as const
    const limits = [limitOf({ filter: { mccs: ['4111'] } })]
    expect(recordedUseOf(limits, PURCHASE, [use(3, 1, 100n)], steps, plenty)).toEqual([use(3, -1, -100n)])
  })

  test('gives nothing back to a limit that the purchase has not used', () => {
    const steps = [{ kind: 'reversed', atMs: noonOf(5), minor: 100n }] as const
    expect(recordedUseOf([limitOf()], PURCHASE, [], steps, plenty)).toEqual([])
  })

  test('is the sum of its steps: a final clearing counts what cleared and lets the rest go', () => {
    const steps = [
      { kind: 'cleared', atMs: noonOf(5), minor: 60n },
      { kind: 'expired', atMs: noonOf(5), minor: 40n },
    ] as const
    const limits = [limitOf(), limitOf({ limitId: 8n, policy: 'cleared-spend' })]
    expect(recordedUseOf(limits, PURCHASE, [use(3, 1, 100n)], steps, plenty)).toEqual([
      use(3, 0, -40n),
      use(5, 1, 60n, 8n),
    ])
  })

  test.each([
    [1000n, -100n],
    [70n, -70n],
    [0n, undefined],
  ])('takes a window that has used %s not below zero', (amountMinor, expected) => {
    const limits = [limitOf({ policy: 'cleared-spend' })]
    const steps = [{ kind: 'refunded', atMs: noonOf(5), minor: 100n }] as const
    const changes = recordedUseOf(limits, PURCHASE, [use(3, 1, 100n)], steps, () => ({ count: 1, amountMinor }))
    expect(changes).toEqual(expected === undefined ? [] : [use(5, 0, expected)])
  })

  test.each([
    [25n, 25n],
    [-25n, -25n],
  ])('of a correction by %s concerns what counts clearings, and is no purchase', (minor, expected) => {
    const limits = [limitOf(), limitOf({ limitId: 8n, policy: 'cleared-spend' })]
    const inUse = [use(3, 1, 100n), use(4, 1, 100n, 8n)]
    const steps = [{ kind: 'corrected', atMs: noonOf(5), minor }] as const
    expect(recordedUseOf(limits, PURCHASE, inUse, steps, plenty)).toEqual([use(5, 0, expected, 8n)])
  })
})

describe('undoing a return', () => {
  test('takes again what came back, and the purchase with the last of it', () => {
    const returned = [use(3, -1, -60n), use(4, 0, -40n)]
    expect(takenAgain(returned, 100n)).toEqual([use(3, 1, 60n), use(4, 0, 40n)])
    expect(takenAgain(returned, 70n)).toEqual([use(3, 1, 60n), use(4, 0, 10n)])
    expect(takenAgain(returned, 59n)).toEqual([use(3, 0, 59n)])
  })

  test('takes no more than came back', () => {
    expect(takenAgain([use(3, 0, -60n)], 100n)).toEqual([use(3, 0, 60n)])
    expect(takenAgain([], 100n)).toEqual([])
  })

  test('takes from each limit what came back to it', () => {
    expect(takenAgain([use(3, 0, -60n), use(3, 0, -100n, 8n)], 80n)).toEqual([use(3, 0, 60n), use(3, 0, 80n, 8n)])
  })

  test('in parts and in whole leaves what was there before the return', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 500n }), fc.bigInt({ min: 1n, max: 500n }), (returned, undone) => {
        const before = [use(3, 1, 200n), use(5, 0, 300n)]
        const back = recordedUseOf(
          [limitOf({ policy: 'refunds-return' })],
          PURCHASE,
          before,
          [{ kind: 'refunded', atMs: noonOf(9), minor: returned }],
          () => NO_USE,
        )
        const first = takenAgain(back, undone)
        const rest = takenAgain([...back, ...first], returned)
        expect(totals([...before, ...back, ...first, ...rest])).toEqual(before)
      }),
    )
  })
})
