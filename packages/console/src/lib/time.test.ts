import { expect, test } from 'vitest'
import { formatDuration, formatInstant, formatPrecise, formatRelative, instantOf, localOf } from './time.ts'

const AT = '2026-07-01T22:30:05.123Z'

test('an instant is shown in the chosen zone', () => {
  expect(formatInstant(AT, 'UTC')).toBe('01 Jul 2026, 22:30:05')
  expect(formatInstant(AT, 'Europe/Berlin')).toBe('02 Jul 2026, 00:30:05')
  expect(formatPrecise(AT, 'UTC')).toBe('01 Jul 2026, 22:30:05.123')
})

test('times near to now are told by their distance', () => {
  const now = Date.parse(AT)
  const after = (ms: number) => formatRelative(new Date(now + ms).toISOString(), now)
  expect([after(0), after(-5_000), after(90_000), after(-7_200_000), after(3 * 86_400_000)]).toEqual([
    'now',
    '5 s ago',
    'in 1 min',
    '2 h ago',
    'in 3 d',
  ])
})

test('durations keep the digits that matter', () => {
  expect([0.42, 3.14, 850.4, 3_210, 75_000].map(formatDuration)).toEqual([
    '0.42 ms',
    '3.1 ms',
    '850 ms',
    '3.2 s',
    '1 min 15 s',
  ])
})

test.each([
  ['2026-07-02T00:30', 'Europe/Berlin', '2026-07-01T22:30:00.000Z'],
  ['2026-01-02T00:30:07', 'America/Sao_Paulo', '2026-01-02T03:30:07.000Z'],
  // clocks go forward at 02:00 that night
  ['2026-03-29T03:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
  ['2026-03-29T01:30', 'Europe/Berlin', '2026-03-29T00:30:00.000Z'],
])('%s in %s is %s, and back', (local, zone, instant) => {
  expect(instantOf(local, zone)).toBe(instant)
  expect(localOf(instant, zone)).toBe(local.length === 16 ? `${local}:00` : local)
})

test('what is no time is none', () => {
  expect(instantOf('yesterday', 'UTC')).toBeUndefined()
})
