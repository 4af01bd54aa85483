/**
 * Lists, a page at a time: `limit` rows and a `nextCursor` that leads to the rows after them. A cursor names the last
 * row, so that what is added meanwhile neither repeats a row nor leaves one out.
 */
import { DomainError } from '@openissuer/core/errors.ts'
import { type Static, Type } from 'typebox'
import type { IdPlace, TimePlace } from '../app/list-ports.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 200

/** What every list may be asked with. */
export const PAGE = {
  limit: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,8}$', description: '1 to 200; 50 unless given' })),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'the nextCursor of the page before' })),
}

/** Both inclusive, ISO 8601 with an offset. */
export const PERIOD = {
  from: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601 with an offset, inclusive' })),
  to: Type.Optional(Type.String({ maxLength: 40, description: 'ISO 8601 with an offset, inclusive' })),
}

const PageQuery = Type.Object(PAGE)
type PageQuery = Static<typeof PageQuery>

type Page<T> = { readonly rows: readonly T[]; readonly nextCursor: string | null }

/** A page of a list in the order of times and then ids. */
export function pageByTime<T>(
  query: PageQuery,
  read: (page: { after: TimePlace | undefined; limit: number }) => Promise<readonly T[]>,
  placeOf: (row: T) => TimePlace,
): Promise<Page<T>> {
  return pageOf(query, timePlaceOf, read, row => nameOfTime(placeOf(row)))
}

/** A page of what was found among a bounded number of rows, and how far was looked: null at the end of the list. */
export async function pageBySearch<T>(
  query: PageQuery,
  read: (page: {
    after: TimePlace | undefined
    limit: number
  }) => Promise<{ readonly rows: readonly T[]; readonly searchedTo: TimePlace | null }>,
): Promise<Page<T> & { readonly searchedTo: Temporal.Instant | null }> {
  const { rows, searchedTo } = await read({ after: afterOf(query.cursor, timePlaceOf), limit: limitOf(query) })
  return searchedTo === null
    ? { rows, nextCursor: null, searchedTo: null }
    : { rows, nextCursor: cursorTo(nameOfTime(searchedTo)), searchedTo: searchedTo.at }
}

/** A page of a list in the order of ids. */
export function pageById<T>(
  query: PageQuery,
  read: (page: { after: IdPlace | undefined; limit: number }) => Promise<readonly T[]>,
  idOf: (row: T) => bigint,
): Promise<Page<T>> {
  return pageOf(query, idPlaceOf, read, row => String(idOf(row)))
}

/** @param nameOf the text of a row's cursor, which `placeOf` reads */
export async function pageOf<T, Place>(
  query: PageQuery,
  placeOf: (text: string) => Place | undefined,
  read: (page: { after: Place | undefined; limit: number }) => Promise<readonly T[]>,
  nameOf: (row: T) => string,
): Promise<Page<T>> {
  const limit = limitOf(query)
  // one more than is shown says whether there are any
  const found = await read({ after: afterOf(query.cursor, placeOf), limit: limit + 1 })
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return { rows, nextCursor: last === undefined ? null : cursorTo(nameOf(last)) }
}

function limitOf(query: PageQuery): number {
  const limit = Number(query.limit ?? LIMIT_DEFAULT)
  if (limit > LIMIT_MAX) throw new DomainError('invalid-field', 'limit')
  return limit
}

function cursorTo(name: string): string {
  return Buffer.from(name).toString('base64url')
}

function nameOfTime({ at, id }: TimePlace): string {
  return `${at.toString()} ${id}`
}

function afterOf<Place>(cursor: string | undefined, placeOf: (text: string) => Place | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const place = placeOf(Buffer.from(cursor, 'base64url').toString())
  if (place === undefined) throw new DomainError('invalid-field', 'cursor')
  return place
}

const ID = /^\d{1,18}$/

function idPlaceOf(text: string): IdPlace | undefined {
  return ID.test(text) ? { id: BigInt(text) } : undefined
}

function timePlaceOf(text: string): TimePlace | undefined {
  const [time = '', id = '', ...rest] = text.split(' ')
  const at = instantIn(time)
  return at !== undefined && ID.test(id) && rest.length === 0 ? { at, id: BigInt(id) } : undefined
}

/**
 * A time of the query or body, ISO 8601 with an offset, of the years 1 to 9999.
 * @throws DomainError `invalid-field`
 */
export function instantParameter(text: string, field: string): Temporal.Instant {
  const instant = instantIn(text)
  if (instant === undefined) throw new DomainError('invalid-field', field)
  return instant
}

const EARLIEST = Temporal.Instant.from('0001-01-01T00:00:00Z')
const LATEST = Temporal.Instant.from('9999-12-31T23:59:59Z')

function instantIn(text: string): Temporal.Instant | undefined {
  try {
    const instant = Temporal.Instant.from(text)
    const isTooEarly = Temporal.Instant.compare(instant, EARLIEST) < 0
    return isTooEarly || Temporal.Instant.compare(instant, LATEST) > 0 ? undefined : instant
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The bounds of a query that are given. */
export function periodOf({ from, to }: { from?: string; to?: string }) {
  return {
    from: from === undefined ? undefined : instantParameter(from, 'from'),
    to: to === undefined ? undefined : instantParameter(to, 'to'),
  }
}
