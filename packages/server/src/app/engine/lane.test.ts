import { describe, expect, test } from 'vitest'
import { laneOf } from './lane.ts'

const LANES = 4
const ACCOUNTS = 4_000

describe.each([1n, 2n, 3n, 4n, 5n, 8n, 100n])('accounts whose ids are %s apart', step => {
  test('are spread evenly over the lanes', () => {
    const counts = Array.from({ length: LANES }, () => 0)
    for (let index = 0n; index < BigInt(ACCOUNTS); index++) {
      const lane = laneOf(104_190_000_003n + index * step, LANES)
      counts[lane] = (counts[lane] ?? 0) + 1
    }
    const fair = ACCOUNTS / LANES
    expect(counts).toHaveLength(LANES)
    for (const count of counts) expect(Math.abs(count - fair)).toBeLessThan(fair / 20)
  })
})

test('an account keeps its lane', () => {
  expect(laneOf(104_190_000_003n, LANES)).toBe(laneOf(104_190_000_003n, LANES))
})

test('one lane takes all', () => {
  for (const accountId of [0n, 1n, 2n ** 32n - 1n, 2n ** 63n - 1n]) expect(laneOf(accountId, 1)).toBe(0)
})
