/** What every list query has in common: a window of creation times and a page of it. */

import { type StaticDecode, Type } from 'typebox'
import type { Window } from '../../app/ports.ts'
import { PagsmileError, parametersError } from './errors.ts'
import { CalendarDate, DateTime, integer } from './fields.ts'

const PAGE_SIZE_DEFAULT = 10
const PAGE_SIZE_MAX = 30

/** Far beyond any list, and small enough that an offset stays a safe integer. */
const PAGE_NUM_MAX = 999_999_999

const PAGE_FIELDS = {
  page_num: Type.Optional(integer(1, PAGE_NUM_MAX, { default: 1 })),
  page_size: Type.Optional(integer(1, PAGE_SIZE_MAX, { default: PAGE_SIZE_DEFAULT })),
}

export const LIST_FIELDS = { start_date: DateTime, end_date: DateTime, ...PAGE_FIELDS }

/** Ledgers are asked for by whole days (docs). */
export const DAY_LIST_FIELDS = { start_date: CalendarDate, end_date: CalendarDate, ...PAGE_FIELDS }

/** The widest range of one query of authorizations (seed) and of ledgers (docs); an app may be freed of it. */
export const RANGE_DAYS_MAX = 31

const DAY_MS = 24 * 3_600_000

const ListFields = Type.Object(LIST_FIELDS)

const DayListFields = Type.Object(DAY_LIST_FIELDS)

/**
 * The rows that a query asks for. Both bounds are inclusive; as times are shown in whole seconds, the last second counts
 * in full, and a query that ends at the time shown of a row finds that row.
 *
 * @param daysMax widest allowed range, a day being 24 hours; null allows every range
 * @throws PagsmileError when the range is reversed or too wide
 */
export function windowOf(query: StaticDecode<typeof ListFields>, daysMax: number | null): Window {
  const { start_date: from, end_date: end } = query
  assertRange(from, end, daysMax)
  return { from, to: end.add({ milliseconds: 999 }), ...pageOf(query) }
}

/** The same for days of UTC: both of them count in full, and the range is the distance between their midnights. */
export function dayWindowOf(query: StaticDecode<typeof DayListFields>, daysMax: number | null): Window {
  const [from, end] = [query.start_date, query.end_date].map(day => Temporal.Instant.from(`${day}T00:00:00Z`)) as [
    Temporal.Instant,
    Temporal.Instant,
  ]
  assertRange(from, end, daysMax)
  return { from, to: end.add({ milliseconds: DAY_MS - 1 }), ...pageOf(query) }
}

function pageOf({
  page_num: page = 1,
  page_size: limit = PAGE_SIZE_DEFAULT,
}: {
  page_num?: number
  page_size?: number
}) {
  return { offset: (page - 1) * limit, limit }
}

function assertRange(from: Temporal.Instant, end: Temporal.Instant, daysMax: number | null): void {
  const rangeMs = end.epochMilliseconds - from.epochMilliseconds
  if (rangeMs < 0) throw new PagsmileError(parametersError('start_date', 'later than end_date'))
  if (daysMax !== null && rangeMs > daysMax * DAY_MS) {
    throw new PagsmileError(parametersError('end_date', `more than ${daysMax} days after start_date`))
  }
}
