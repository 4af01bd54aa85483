import { describe, expect, test } from 'vitest'
import { windowOf } from './pagination.ts'

const at = (text: string) => Temporal.Instant.from(text)

test('the first page has ten rows and the last second counts in full', () => {
  const window = windowOf({ start_date: at('2025-01-01T00:00:00Z'), end_date: at('2025-01-01T00:00:00Z') }, 31)
  expect(window).toMatchObject({ offset: 0, limit: 10 })
  expect(window.from.toString()).toBe('2025-01-01T00:00:00Z')
  expect(window.to.toString()).toBe('2025-01-01T00:00:00.999Z')
})

test('the third page of 30 starts after 60 rows', () => {
  const dates = { start_date: at('2025-01-01T00:00:00Z'), end_date: at('2025-01-02T00:00:00Z') }
  expect(windowOf({ ...dates, page_num: 3, page_size: 30 }, null)).toMatchObject({ offset: 60, limit: 30 })
})

describe('the range', () => {
  test.each([
    ['2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z', 31, 'ok'],
    ['2025-01-01T00:00:00Z', '2025-02-01T00:00:01Z', 31, 'end_date: more than 31 days after start_date'],
    ['2024-01-06T00:00:00Z', '2024-09-20T00:00:00Z', null, 'ok'],
    ['2025-01-01T00:00:01Z', '2025-01-01T00:00:00Z', null, 'start_date: later than end_date'],
  ])('%s to %s, at most %s days: %s', (start, end, daysMax, expected) => {
    const read = () => windowOf({ start_date: at(start), end_date: at(end) }, daysMax)
    if (expected === 'ok') expect(read).not.toThrow()
    else expect(read).toThrow(`parameters-error: invalid ${expected}`)
  })
})
