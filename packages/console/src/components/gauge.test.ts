import { expect, test } from 'vitest'
import { gaugeOf } from './gauge.ts'

const check = (value: string, threshold: string | null) => ({
  check: 'single-amount',
  passed: true,
  value,
  threshold,
  remaining: null,
  window: null,
})

test.each([
  ['12.50', '50.00', { filled: 0.25, mark: null }],
  ['50.00', '50.00', { filled: 1, mark: 1 }],
  ['100.00', '25.00', { filled: 1, mark: 0.25 }],
  ['3', '12', { filled: 0.25, mark: null }],
  ['1.00', '0.00', { filled: 1, mark: 0 }],
  ['0.00', '0.00', { filled: 0, mark: null }],
])('%s of %s fills %j', (value, threshold, gauge) => {
  expect(gaugeOf(check(value, threshold))).toEqual(gauge)
})

test.each([
  ['active', 'active'],
  ['2026-11-21T00:33:43.9Z', '2029-11'],
  ['10.00', null],
  ['10.00', '3'],
])('%s and %s are not compared by size', (value, threshold) => {
  expect(gaugeOf(check(value, threshold))).toBeNull()
})
