import { expect, test } from 'vitest'
import { type Chargeable, chargesFor } from './charge.ts'
import { type FeeTerms, FREE_TERMS } from './fee-plan.ts'

const TERMS: FeeTerms = {
  ...FREE_TERMS,
  purchasePpm: 50_000,
  crossBorderPpm: 30_000,
  smallBelowMinor: 500n,
  smallMinor: 20n,
  smallFree: { period: 'day', count: 2, days: 30 },
  refundPpm: 10_000,
  cancelMinor: 50n,
  cancelFromMinor: 1_000n,
  declineMinor: 25n,
  declineFree: { period: 'none', count: 5, days: 0 },
  cashPpm: 20_000,
  cashLeastMinor: 200n,
  verificationMinor: 10n,
}

const cleared = (minor: bigint, changes: object = {}): Chargeable => ({
  kind: 'cleared',
  purpose: 'purchase',
  minor,
  crossBorder: false,
  ...changes,
})

const costs = (happened: Chargeable, terms = TERMS) =>
  chargesFor(happened, terms).map(({ kind, minor }) => [kind, minor])

test.each<[string, Chargeable, [string, bigint][]]>([
  ['a purchase of 100 at 5 %', cleared(10_000n), [['purchase', 500n]]],
  ['one in another currency pays the other rate', cleared(10_000n, { crossBorder: true }), [['cross-border', 300n]]],
  [
    'one just below the threshold',
    cleared(499n),
    [
      ['purchase', 25n],
      ['small-purchase', 20n],
    ],
  ],
  ['one at the threshold', cleared(500n), [['purchase', 25n]]],
  ['cash above the least fee', cleared(50_000n, { purpose: 'cash' }), [['cash', 1_000n]]],
  ['cash below the least fee', cleared(5_000n, { purpose: 'cash' }), [['cash', 200n]]],
  [
    'a purchase corrected to less',
    { ...cleared(-2_000n), kind: 'clearing-corrected' } as Chargeable,
    [['purchase', -100n]],
  ],
  [
    'cash corrected to less',
    { ...cleared(-2_000n, { purpose: 'cash' }), kind: 'clearing-corrected' } as Chargeable,
    [['cash', -40n]],
  ],
  ['a refund', { kind: 'refunded', minor: 1_550n }, [['refund', 16n]]],
  ['a refund taken back', { kind: 'refunded', minor: -1_550n }, [['refund', -16n]]],
  ['a purchase cancelled', { kind: 'cancelled', minor: 1_000n }, [['cancel', 50n]]],
  ['a smaller one cancelled', { kind: 'cancelled', minor: 999n }, []],
  ['a decline', { kind: 'declined' }, [['decline', 25n]]],
  ['a verification', { kind: 'verified' }, [['verification', 10n]]],
])('%s', (_name, happened, expected) => {
  expect(costs(happened)).toEqual(expected)
})

test('only what has an allowance is ever free', () => {
  expect(chargesFor(cleared(100n), TERMS).map(({ free }) => free)).toEqual([
    null,
    { period: 'day', count: 2, days: 30 },
  ])
  expect(chargesFor({ kind: 'declined' }, TERMS)).toMatchObject([{ free: null }])
})

test('under free terms nothing costs anything', () => {
  for (const kind of ['declined', 'verified'] as const) expect(costs({ kind }, FREE_TERMS)).toEqual([])
  for (const purpose of ['purchase', 'cash']) expect(costs(cleared(100n, { purpose }), FREE_TERMS)).toEqual([])
})
