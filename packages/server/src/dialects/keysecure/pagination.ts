/** Windows and pages of the list calls, and the time zone that their dates are read in. */
import { Type } from 'typebox'
import { KeysecureError } from './errors.ts'

/** seed: both times required, `page` from 0, `size` 10 and at most 100. proposed: outside of that is refused with 1004. */
export const WINDOW_FIELDS = {
  start_time: Type.String({ description: 'yyyy-MM-dd or yyyy-MM-dd HH:mm:ss, read in the Timezone of the request' }),
  end_time: Type.String({ description: 'as start_time; a date without time includes the whole day; 90 days at most' }),
}

export const PAGE_FIELDS = {
  page: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'first page is 0' })),
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
}

/** seed */
const SIZE_DEFAULT = 10

/** Beyond any list; keeps offsets small whatever `page` says. */
const PAGE_MAX = 10_000_000

/** @returns undefined for a page so far out that it is empty in every list */
export function pageOf(body: {
  readonly page?: number
  readonly size?: number
}): { offset: number; limit: number } | undefined {
  const { page = 0, size = SIZE_DEFAULT } = body
  return page > PAGE_MAX ? undefined : { offset: page * size, limit: size }
}

/** seed: 90 days (code 1020 is docs). */
const WINDOW_HOURS_MAX = 90 * 24

/** No record is older or younger; instants outside are not passed on, as databases stop before `Temporal` does. */
const EARLIEST = Temporal.Instant.from('1900-01-01T00:00:00Z')
const LATEST = Temporal.Instant.from('9999-12-31T00:00:00Z')

/**
 * The window of a list call as inclusive instants with millisecond precision.
 *
 * A date-only start is the start of its day. An end covers all that it names: a date the whole day, a time its whole
 * second (proposed). The 90 days are counted between the times as written, before an end is widened (proposed): the
 * vendor's own sample, 2026-01-01 to 2026-03-31, is 89 days.
 *
 * @param zone fixed offset, as `zoneOf` returns it
 * @throws KeysecureError 1004 naming the field, 1019 for an end before the start, 1020 for more than 90 days
 */
export function windowOf(
  body: { readonly start_time: string; readonly end_time: string },
  zone: string,
): { from: Temporal.Instant; to: Temporal.Instant } {
  const start = parseTime('start_time', body.start_time)
  const end = parseTime('end_time', body.end_time)
  const from = start.written.toZonedDateTime(zone).toInstant()
  const written = end.written.toZonedDateTime(zone).toInstant()
  const to = written.add(SPAN[end.unit]).subtract({ milliseconds: 1 })
  if (Temporal.Instant.compare(to, from) < 0) throw new KeysecureError(1019)
  if (from.until(written).total('hours') > WINDOW_HOURS_MAX) throw new KeysecureError(1020)
  return { from: clamp(from), to: clamp(to) }
}

/** What the last unit of a written time covers; offsets are fixed, so every day has 24 hours. */
const SPAN = { day: { hours: 24 }, second: { seconds: 1 } } as const

const TIME = /^(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}):(\d{2}))?$/

function parseTime(field: string, text: string): { written: Temporal.PlainDateTime; unit: keyof typeof SPAN } {
  const match = TIME.exec(text)
  if (match === null) throw new KeysecureError(1004, field)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(part => Number(part ?? 0))
  try {
    const parts = { year, month, day, hour, minute, second }
    const written = Temporal.PlainDateTime.from(parts, { overflow: 'reject' })
    return { written, unit: match[4] === undefined ? 'day' : 'second' }
  } catch {
    throw new KeysecureError(1004, field)
  }
}

function clamp(instant: Temporal.Instant): Temporal.Instant {
  if (Temporal.Instant.compare(instant, EARLIEST) < 0) return EARLIEST
  return Temporal.Instant.compare(instant, LATEST) > 0 ? LATEST : instant
}

/** The window of a look-up by number, which names none. */
export const EVER = { from: EARLIEST, to: LATEST } as const

/** seed */
const ZONE_DEFAULT = 'UTC+8'

const ZONE = /^UTC(?:([+-])(\d{1,2})(?::(\d{2}))?)?$/i

/** The offsets that are in use on Earth, in minutes: −12:00 to +14:00. */
const OFFSET_MINUTES_MIN = -12 * 60
const OFFSET_MINUTES_MAX = 14 * 60

/**
 * The `Timezone` header as a fixed offset: `UTC`, `UTC±H`, `UTC±HH` or `UTC±HH:MM`, in either case (proposed; the seed
 * only shows `UTC+8`). It moves day boundaries and never an answered value.
 *
 * @param header undefined when it was not sent
 * @throws KeysecureError 1004 `Timezone`
 */
export function zoneOf(header: string | undefined): string {
  const match = ZONE.exec(header ?? ZONE_DEFAULT)
  const [, sign = '+', hours = '00', minutes] = match ?? []
  if (match === null || (minutes !== undefined && hours.length !== 2)) throw new KeysecureError(1004, 'Timezone')
  const offset = (Number(hours) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1)
  if (Number(minutes ?? 0) > 59 || offset < OFFSET_MINUTES_MIN || offset > OFFSET_MINUTES_MAX) {
    throw new KeysecureError(1004, 'Timezone')
  }
  return `${sign}${hours.padStart(2, '0')}:${minutes ?? '00'}`
}
