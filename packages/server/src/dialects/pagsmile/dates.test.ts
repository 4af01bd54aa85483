import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDateTime, isDate, parseDateTime } from './dates.ts'

describe('parseDateTime', () => {
  test.each([
    ['2025-04-07 13:56:46', '2025-04-07T13:56:46Z'],
    ['2024-02-29 00:00:00', '2024-02-29T00:00:00Z'],
    ['9999-12-31 23:59:59', '9999-12-31T23:59:59Z'],
    ['0001-01-01 00:00:00', '0001-01-01T00:00:00Z'],
  ])('%s is UTC', (text, iso) => expect(parseDateTime(text)?.toString()).toBe(iso))

  test.each([
    '',
    '2025-02-30 00:00:00',
    '2025-02-29 00:00:00',
    '2025-13-01 00:00:00',
    '2025-00-10 00:00:00',
    '2025-01-00 00:00:00',
    '0000-01-01 00:00:00',
    '2025-01-01 24:00:00',
    '2025-01-01 23:60:00',
    '2025-01-01 23:59:60',
    '2025-01-01T00:00:00',
    '2025-01-01 00:00',
    '2025-1-1 0:0:0',
    '2025-01-01 00:00:00Z',
    ' 2025-01-01 00:00:00',
    '2025-01-01 00:00:00\n',
    '+002025-01-01 00:00:00',
    '٢٠٢٥-01-01 00:00:00',
  ])('%j is refused', text => expect(parseDateTime(text)).toBeUndefined())

  test('reads back every whole second that formatDateTime writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), seconds => {
        const instant = Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
        expect(parseDateTime(formatDateTime(instant))?.equals(instant)).toBe(true)
      }),
    )
  })
})

test('formatDateTime cuts fractions of a second and never rounds up', () => {
  expect(formatDateTime(Temporal.Instant.from('2025-12-31T23:59:59.999Z'))).toBe('2025-12-31 23:59:59')
})

test.each([
  ['1990-11-08', true],
  ['2024-02-29', true],
  ['2023-02-29', false],
  ['2023-04-31', false],
  ['2023-4-30', false],
  ['2023-04-30 00:00:00', false],
])('isDate(%j) is %j', (text, expected) => expect(isDate(text)).toBe(expected))
