import { describe, expect, test } from 'vitest'
import { DECLINE_REASONS, type DeclineReason } from './decline-reason.ts'
import { MAGIC_AMOUNTS, magicReason } from './magic-amount.ts'

const ROWS = Object.entries(MAGIC_AMOUNTS) as [DeclineReason, bigint][]

describe('magic amounts', () => {
  test('there is one for each reason, and no two are equal', () => {
    expect(ROWS.map(([reason]) => reason).toSorted()).toEqual(Object.keys(DECLINE_REASONS).toSorted())
    expect(new Set(ROWS.map(([, minor]) => minor)).size).toBe(ROWS.length)
  })

  test.each(ROWS)('that of %s ends with its response code and is found again', (reason, minor) => {
    expect(String(minor)).toMatch(new RegExp(`^990\\d${DECLINE_REASONS[reason].responseCode}$`))
    expect(magicReason(minor)).toBe(reason)
  })

  test('reasons with the same response code are numbered without a gap', () => {
    const byCode = Map.groupBy(ROWS, ([reason]) => DECLINE_REASONS[reason].responseCode)
    for (const rows of byCode.values()) {
      expect(rows.map(([, minor]) => Number((minor / 100n) % 10n)).toSorted((a, b) => a - b)).toEqual(
        rows.map((_, index) => index),
      )
    }
  })

  test('amounts around them are like any other', () => {
    const magic = new Set(ROWS.map(([, minor]) => minor))
    const around = ROWS.flatMap(([, minor]) => [minor - 1n, minor + 1n, -minor]).filter(minor => !magic.has(minor))
    expect(around.length).toBeGreaterThan(ROWS.length)
    expect(around.map(magicReason).filter(reason => reason !== null)).toEqual([])
    expect([0n, 1n, 990_000n, 99_005_100n].map(magicReason)).toEqual([null, null, null, null])
  })
})
