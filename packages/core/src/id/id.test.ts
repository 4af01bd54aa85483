import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ID_KINDS, ID_STARTS, type IdBlock, takeFromBlock } from './id.ts'

const anyBlock = fc
  .record({ next: fc.bigInt({ min: 0n, max: 10n ** 15n }), size: fc.bigInt({ min: 0n, max: 300n }) })
  .map(({ next, size }): IdBlock => ({ next, end: next + size }))

const anyCounts = fc.array(fc.bigInt({ min: 1n, max: 20n }), { maxLength: 60 })

/** Takes runs until the counts or the block come to an end. */
function takeAll(block: IdBlock, counts: readonly bigint[]) {
  const runs: { first: bigint; count: bigint }[] = []
  let rest = block
  for (const count of counts) {
    const taken = takeFromBlock(rest, count)
    if (taken === undefined) break
    runs.push({ first: taken.first, count })
    rest = taken.rest
  }
  return { runs, rest }
}

describe('taking from a block', () => {
  test('hands out no id twice and none outside of the block', () => {
    fc.assert(
      fc.property(anyBlock, anyCounts, (block, counts) => {
        const { runs } = takeAll(block, counts)
        const ids = runs.flatMap(({ first, count }) =>
          Array.from({ length: Number(count) }, (_, n) => first + BigInt(n)),
        )
        expect(new Set(ids).size).toBe(ids.length)
        for (const id of ids) expect(id >= block.next && id < block.end).toBe(true)
      }),
    )
  })

  test('gives runs that follow one another, and leaves exactly what was not taken', () => {
    fc.assert(
      fc.property(anyBlock, anyCounts, (block, counts) => {
        const { runs, rest } = takeAll(block, counts)
        let expected = block.next
        for (const { first, count } of runs) {
          expect(first).toBe(expected)
          expected += count
        }
        expect(rest).toEqual({ next: expected, end: block.end })
      }),
    )
  })

  test('refuses exactly when the block is too small', () => {
    fc.assert(
      fc.property(anyBlock, fc.bigInt({ min: 1n, max: 400n }), (block, count) => {
        expect(takeFromBlock(block, count) === undefined).toBe(count > block.end - block.next)
      }),
    )
  })

  test('can use a block up to its last id', () => {
    expect(takeFromBlock({ next: 5n, end: 8n }, 3n)).toEqual({ first: 5n, rest: { next: 8n, end: 8n } })
    expect(takeFromBlock({ next: 5n, end: 8n }, 4n)).toBeUndefined()
    expect(takeFromBlock({ next: 8n, end: 8n }, 1n)).toBeUndefined()
  })
})

test('ids have the digit counts that clients of the vendors know', () => {
  const digits = Object.fromEntries(ID_KINDS.map(kind => [kind, String(ID_STARTS[kind]).length]))
  expect(digits).toEqual({
    partner: 6,
    'operator-key': 6,
    cardholder: 6,
    contact: 6,
    'card-application': 6,
    card: 6,
    'card-status-change': 6,
    'delivery-address': 6,
    deposit: 6,
    document: 6,
    corporation: 6,
    director: 6,
    address: 6,
    'cardholder-review': 6,
    limit: 6,
    scenario: 6,
    'spend-limit': 6,
    'fee-plan': 6,
    transfer: 6,
    'merchant-control': 6,
    account: 12,
    'journal-entry': 12,
    authorization: 12,
    audit: 6,
    'webhook-endpoint': 6,
  })
})
