/** What every list query has in common: a window of creation times and a page of it. */

import { type StaticDecode, Type } from 'typebox'
import type { Window } from '../../app/ports.ts'
import { PagsmileError, parametersError } from './errors.ts'
import { DateTime, integer } from './fields.ts'

const PAGE_SIZE_DEFAULT = 10
const PAGE_SIZE_MAX = 30

/** Far beyond any list, and small enough that an offset stays a safe integer. */
const PAGE_NUM_MAX = 999_999_999

export const LIST_FIELDS = {
  start_date: DateTime,
  end_date: DateTime,
  page_num: Type.Optional(integer(1, PAGE_NUM_MAX, { default: 1 })),
  page_size: Type.Optional(integer(1, PAGE_SIZE_MAX, { default: PAGE_SIZE_DEFAULT })),
}

const DAY_MS = 24 * 3_600_000

const ListFields = Type.Object(LIST_FIELDS)

/**
 * The rows that a query asks for. Both bounds are inclusive; as times are shown in whole seconds, the last second counts
 * in full, and a query that ends at the time shown of a row finds that row.
 *
 * @param daysMax widest allowed range, a day being 24 hours; null allows every range
 * @throws PagsmileError when the range is reversed or too wide
 */
export function windowOf(query: StaticDecode<typeof ListFields>, daysMax: number | null): Window {
  const { start_date: from, end_date: end, page_num = 1, page_size: limit = PAGE_SIZE_DEFAULT } = query
  const rangeMs = end.epochMilliseconds - from.epochMilliseconds
  if (rangeMs < 0) throw new PagsmileError(parametersError('start_date', 'later than end_date'))
  if (daysMax !== null && rangeMs > daysMax * DAY_MS) {
    throw new PagsmileError(parametersError('end_date', `more than ${daysMax} days after start_date`))
  }
  return { from, to: end.add({ milliseconds: 999 }), offset: (page_num - 1) * limit, limit }
}
