import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amount } from '../money/amount.ts'
import { type Currency, currency } from '../money/currency.ts'
import { ACCOUNT_KINDS, type AccountKind, type Side, sideOf } from './account.ts'
import { assertBalanced, type Posting, UnbalancedEntryError } from './journal-entry.ts'

const USD = currency('USD')
const EUR = currency('EUR')

const check = (postings: readonly Posting[]) => assertBalanced({ kind: 'deposit', postings })
const line = (accountId: bigint, side: Side, minor: bigint, code: Currency = USD): Posting => ({
  accountId,
  side,
  amount: amount(minor, code),
})

const anyMinor = fc.bigInt({ min: 1n, max: 10n ** 12n })

/** Lines of one currency that balance: any debits, and one credit of their sum, each on an account of its own. */
const balancedIn = (code: Currency, firstAccountId: bigint) =>
  fc.array(anyMinor, { minLength: 1, maxLength: 5 }).map(debits => [
    line(
      firstAccountId,
      'credit',
      debits.reduce((sum, minor) => sum + minor, 0n),
      code,
    ),
    ...debits.map((minor, index) => line(firstAccountId + 1n + BigInt(index), 'debit', minor, code)),
  ])

const balanced = fc.tuple(balancedIn(USD, 1n), fc.option(balancedIn(EUR, 100n), { nil: [] })).chain(([usd, eur]) => {
  const lines = [...usd, ...eur]
  return fc.shuffledSubarray(lines, { minLength: lines.length, maxLength: lines.length })
})

describe('an entry', () => {
  test('balances when debits equal credits in each currency, in any order', () => {
    fc.assert(fc.property(balanced, check))
  })

  test('does not balance when any one posting differs by any amount', () => {
    fc.assert(
      fc.property(balanced, fc.nat(), anyMinor, (postings, pick, extra) => {
        const at = pick % postings.length
        const changed = postings.map((posting, index) =>
          index === at
            ? { ...posting, amount: amount(posting.amount.minor + extra, posting.amount.currency) }
            : posting,
        )
        expect(() => check(changed)).toThrow(UnbalancedEntryError)
      }),
    )
  })

  test('does not balance when any one posting changes its side', () => {
    fc.assert(
      fc.property(balanced, fc.nat(), (postings, pick) => {
        const at = pick % postings.length
        const changed = postings.map((posting, index) =>
          index === at
            ? { ...posting, side: posting.side === 'debit' ? ('credit' as const) : ('debit' as const) }
            : posting,
        )
        expect(() => check(changed)).toThrow(UnbalancedEntryError)
      }),
    )
  })

  test('does not balance when any one posting is left out', () => {
    fc.assert(
      fc.property(balanced, fc.nat(), (postings, pick) => {
        expect(() => check(postings.toSpliced(pick % postings.length, 1))).toThrow(UnbalancedEntryError)
      }),
    )
  })

  test('does not balance across currencies', () => {
    expect(() => check([line(1n, 'debit', 500n, USD), line(2n, 'credit', 500n, EUR)])).toThrow(
      'deposit: USD is off by 500 minor units',
    )
  })

  test.each([
    ['no posting', []],
    ['one posting', [line(1n, 'debit', 500n)]],
  ])('has at least two postings: %s', (_name, postings) => {
    expect(() => check(postings)).toThrow('deposit: fewer than two postings')
  })

  test.each([0n, -500n])('has positive amounts only: %s', minor => {
    expect(() => check([line(1n, 'debit', minor), line(2n, 'credit', minor)])).toThrow('a posting is not positive')
  })

  test('posts to an account once: its balance moves by one amount', () => {
    expect(() => check([line(1n, 'debit', 300n), line(1n, 'debit', 200n), line(2n, 'credit', 500n)])).toThrow(
      'deposit: two postings to account 1',
    )
  })
})

test("what partners and cardholders own is on the credit side, the issuer's bank on the debit side", () => {
  const kinds = Object.keys(ACCOUNT_KINDS) as AccountKind[]
  expect(kinds.filter(kind => sideOf(kind) === 'debit')).toEqual(['bank'])
  expect(kinds.filter(kind => sideOf(kind) === 'credit')).toHaveLength(kinds.length - 1)
})
