import type { OffsetPage, Page, PageQuery } from '@openissuer/sdk/operator.ts'

/** What a list that counts its rows answers with at most. */
const ROWS_MAX = 100

/** A page of a list that is read by offset, with the place of the next one for its cursor. */
export async function offsetPage<T>(
  { limit = ROWS_MAX, cursor }: PageQuery,
  read: (page: OffsetPage) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const size = Math.min(limit, ROWS_MAX)
  const offset = Number(cursor ?? 0)
  const rows = await read({ offset, limit: size })
  return { rows, nextCursor: rows.length < size ? null : String(offset + size) }
}
