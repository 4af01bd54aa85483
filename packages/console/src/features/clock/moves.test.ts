import { expect, test } from 'vitest'
import { countsOf, distanceOf, durationOf, targetOf, wordsOfMove } from './moves.ts'

const NOW = '2026-05-22T12:00:00Z'

test.each([
  [{ kind: 'advance', count: 90, unit: 'minutes' }, '2026-05-22T13:30:00.000Z'],
  [{ kind: 'advance', count: 1, unit: 'hours' }, '2026-05-22T13:00:00.000Z'],
  [{ kind: 'advance', count: 30, unit: 'days' }, '2026-06-21T12:00:00.000Z'],
  [{ kind: 'set', to: '2026-06-01T00:00:00Z' }, '2026-06-01T00:00:00.000Z'],
  [{ kind: 'set', to: NOW }, null],
  [{ kind: 'set', to: '2026-05-22T11:59:59Z' }, null],
  [{ kind: 'set', to: 'tomorrow' }, null],
  [{ kind: 'set', to: '2100-01-01T00:00:00Z' }, null],
  [{ kind: 'advance', count: 0, unit: 'days' }, null],
] as const)('%j leads to %s', (move, target) => {
  expect(targetOf(move, NOW)).toBe(target)
})

test('durations are told to the API and to people', () => {
  expect(durationOf({ kind: 'advance', count: 90, unit: 'minutes' })).toBe('PT90M')
  expect(durationOf({ kind: 'advance', count: 6, unit: 'hours' })).toBe('PT6H')
  expect(durationOf({ kind: 'advance', count: 30, unit: 'days' })).toBe('P30D')
  expect(wordsOfMove({ kind: 'advance', count: 1, unit: 'days' })).toBe('1 day')
  expect(wordsOfMove({ kind: 'advance', count: 2, unit: 'hours' })).toBe('2 hours')
})

test('what has run is counted by kind', () => {
  expect(countsOf([{ kind: 'expiry' }, { kind: 'management-fee' }, { kind: 'expiry' }])).toEqual([
    ['expiry', 2],
    ['management-fee', 1],
  ])
})

test.each([
  [30 * 86_400_000 - 700, '30 d 0 h ahead'],
  [86_400_000 + 5 * 3_600_000, '1 d 5 h ahead'],
  [3 * 3_600_000 + 59_000, '3 h 1 min ahead'],
  [90_000, '1 min 30 s ahead'],
  [-800, '1 s behind'],
])('%d ms is %s', (ms, words) => {
  expect(distanceOf(ms)).toBe(words)
})
