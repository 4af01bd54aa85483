import { expect, test } from 'vitest'
import { afterFailure, allowance, type Circuit, CLOSED } from './circuit-breaker.ts'

const NOW = Temporal.Instant.from('2026-05-22T12:00:00Z')

function failing(times: number, holdMs: number | null = null): Circuit {
  let circuit = CLOSED
  for (let n = 0; n < times; n++) circuit = afterFailure(circuit, circuit, NOW, holdMs)
  return circuit
}

test('nine failures in a row, more than a schedule has tries, change nothing', () => {
  expect(failing(9).openUntil).toBeNull()
  expect(allowance(failing(9), NOW, 32)).toBe(32)
})

test.each([
  [10, 1],
  [11, 2],
  [15, 32],
  [16, 60],
  [1_000, 60],
])('after %d failures it is spared for %d s, then probed by one', (times, seconds) => {
  const circuit = failing(times)
  expect(allowance(circuit, NOW.add({ milliseconds: seconds * 1_000 - 1 }), 32)).toBe(0)
  expect(allowance(circuit, NOW.add({ seconds }), 32)).toBe(1)
})

test('tries that were under way together open it once', () => {
  const opened = failing(10)
  expect(afterFailure(opened, failing(9), NOW.add({ seconds: 1 }), null)).toEqual(opened)
  expect(afterFailure(opened, failing(9), NOW, 5_000).openUntil).toEqual(NOW.add({ seconds: 5 }))
})

test('what the receiver asks for holds from the first failure on, a day at most', () => {
  expect(failing(1, 90_000).openUntil).toEqual(NOW.add({ seconds: 90 }))
  expect(failing(1, 10 ** 12).openUntil).toEqual(NOW.add({ hours: 24 }))
})
