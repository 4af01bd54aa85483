import { describe, expect, it } from 'vitest'
import { KeysecureError } from './errors.ts'
import { pageOf, windowOf, zoneOf } from './pagination.ts'

describe('zoneOf', () => {
  it.each([
    [undefined, '+08:00'],
    ['UTC', '+00:00'],
    ['UTC+8', '+08:00'],
    ['utc+8', '+08:00'],
    ['Utc+08', '+08:00'],
    ['UTC+08:00', '+08:00'],
    ['UTC+05:30', '+05:30'],
    ['UTC-3', '-03:00'],
    ['UTC-09:30', '-09:30'],
    ['UTC+0', '+00:00'],
    ['UTC-0', '-00:00'],
    ['UTC-12', '-12:00'],
    ['UTC-12:00', '-12:00'],
    ['UTC+14', '+14:00'],
    ['UTC+14:00', '+14:00'],
  ])('reads %j as %s', (header, zone) => {
    expect(zoneOf(header)).toBe(zone)
    expect(() => Temporal.PlainDate.from('2026-01-01').toZonedDateTime(zone)).not.toThrow()
  })

  it.each([
    'UTC+15',
    'UTC+14:01',
    'UTC-12:01',
    'UTC-13',
    'UTC+08:60',
    'UTC+8:00',
    'UTC+080',
    'UTC+0800',
    'UTC+',
    'UTC 8',
    'UTC+ 8',
    '+8',
    'GMT+8',
    'Asia/Shanghai',
    'UTC+8, UTC+8',
    'UTC−8',
  ])('refuses %j', header => {
    expect(refusalOf(() => zoneOf(header))).toBe('1004 Timezone')
  })
})

describe('windowOf', () => {
  it.each([
    // The seed's sample, in the default zone.
    ['2026-01-01', '2026-03-31', 'UTC+8', '2025-12-31T16:00:00Z', '2026-03-31T15:59:59.999Z'],
    ['2026-01-01', '2026-01-01', 'UTC+8', '2025-12-31T16:00:00Z', '2026-01-01T15:59:59.999Z'],
    ['2026-01-01', '2026-01-01', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T23:59:59.999Z'],
    ['2026-01-01', '2026-01-01', 'UTC-5', '2026-01-01T05:00:00Z', '2026-01-02T04:59:59.999Z'],
    ['2026-01-01', '2026-01-01', 'UTC+05:45', '2025-12-31T18:15:00Z', '2026-01-01T18:14:59.999Z'],
    ['2026-01-01', '2026-01-01', 'UTC+14', '2025-12-31T10:00:00Z', '2026-01-01T09:59:59.999Z'],
    ['2026-01-01', '2026-01-01', 'UTC-12:00', '2026-01-01T12:00:00Z', '2026-01-02T11:59:59.999Z'],
    ['2026-03-01', '2026-03-01', 'UTC-12', '2026-03-01T12:00:00Z', '2026-03-02T11:59:59.999Z'],
    ['2026-01-01 10:00:00', '2026-01-01 10:00:00', 'UTC', '2026-01-01T10:00:00Z', '2026-01-01T10:00:00.999Z'],
    ['2026-01-01', '2026-01-01 23:59:59', 'UTC', '2026-01-01T00:00:00Z', '2026-01-01T23:59:59.999Z'],
    ['2026-01-01 10:00:00', '2026-01-01', 'UTC', '2026-01-01T10:00:00Z', '2026-01-01T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29', 'UTC', '2024-02-29T00:00:00Z', '2024-02-29T23:59:59.999Z'],
    // Exactly 90 days as written, whatever the end is widened to.
    ['2026-01-01', '2026-04-01', 'UTC', '2026-01-01T00:00:00Z', '2026-04-01T23:59:59.999Z'],
    ['2026-01-01 12:00:00', '2026-04-01 12:00:00', 'UTC', '2026-01-01T12:00:00Z', '2026-04-01T12:00:00.999Z'],
    // The ends of the calendar stay within what a database can hold.
    ['0000-01-01', '0000-01-31', 'UTC+14', '1900-01-01T00:00:00Z', '1900-01-01T00:00:00Z'],
    ['9999-12-01', '9999-12-31', 'UTC-12', '9999-12-01T12:00:00Z', '9999-12-31T00:00:00Z'],
  ])('reads %s to %s in %s as %s to %s', (start, end, zone, from, to) => {
    const window = windowOf({ start_time: start, end_time: end }, zoneOf(zone))
    expect([window.from.toString(), window.to.toString()]).toEqual([from, to])
  })

  it.each([
    ['2026-01-01', '2026-04-02', '1020'],
    ['2026-01-01 12:00:00', '2026-04-01 12:00:01', '1020'],
    ['0000-01-01', '9999-12-31', '1020'],
    ['2026-01-02', '2026-01-01', '1019'],
    ['2026-01-01 10:00:01', '2026-01-01 10:00:00', '1019'],
    ['2026-01-02 00:00:00', '2026-01-01', '1019'],
    ['2026-02-30', '2026-03-01', '1004 start_time'],
    ['2025-02-29', '2025-03-01', '1004 start_time'],
    ['2026-13-01', '2026-03-01', '1004 start_time'],
    ['2026-00-10', '2026-03-01', '1004 start_time'],
    ['2026-1-1', '2026-03-01', '1004 start_time'],
    ['2026-01-01T00:00:00', '2026-03-01', '1004 start_time'],
    ['2026-01-01 00:00', '2026-03-01', '1004 start_time'],
    ['2026-01-01 ', '2026-03-01', '1004 start_time'],
    ['1767225600000', '2026-03-01', '1004 start_time'],
    ['2026-01-01', '2026-01-01 24:00:00', '1004 end_time'],
    ['2026-01-01', '2026-01-01 23:60:00', '1004 end_time'],
    ['2026-01-01', '2026-01-01 23:59:60', '1004 end_time'],
    ['2026-01-01', '2026-01-32', '1004 end_time'],
    ['2026-01-01', 'tomorrow', '1004 end_time'],
    ['yesterday', 'tomorrow', '1004 start_time'],
  ])('refuses %s to %s with %s', (start, end, refusal) => {
    expect(refusalOf(() => windowOf({ start_time: start, end_time: end }, '+08:00'))).toBe(refusal)
  })
})

describe('pageOf', () => {
  it('starts with the first ten rows', () => {
    expect(pageOf({})).toEqual({ offset: 0, limit: 10 })
  })

  it('counts pages from 0', () => {
    expect(pageOf({ page: 3, size: 100 })).toEqual({ offset: 300, limit: 100 })
  })

  it('knows that a page beyond every list is empty', () => {
    expect(pageOf({ page: 10_000_000, size: 100 })).toEqual({ offset: 1_000_000_000, limit: 100 })
    expect(pageOf({ page: 10_000_001, size: 1 })).toBeUndefined()
    expect(pageOf({ page: Number.MAX_SAFE_INTEGER, size: 100 })).toBeUndefined()
  })
})

function refusalOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (error instanceof KeysecureError) return [error.code, error.field].filter(part => part !== undefined).join(' ')
    throw error
  }
  return 'none'
}
