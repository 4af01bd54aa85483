/** Reads lists page by page, each page when the loop comes to it. */

/**
 * Where a page is named by how many items come before it. Items that are added meanwhile may shift the pages.
 * @param size of a page; a shorter page is the last
 */
export async function* byOffset<T>(
  size: number,
  read: (page: { readonly offset: number; readonly limit: number }) => Promise<readonly T[]>,
): AsyncGenerator<T, void, undefined> {
  for (let offset = 0; ; offset += size) {
    const items = await read({ offset, limit: size })
    yield* items
    if (items.length < size) return
  }
}

/** Where each page names the next one. */
export async function* byCursor<T>(
  read: (cursor: string | undefined) => Promise<{ readonly rows: readonly T[]; readonly nextCursor: string | null }>,
): AsyncGenerator<T, void, undefined> {
  let cursor: string | undefined
  do {
    const { rows, nextCursor } = await read(cursor)
    yield* rows
    cursor = nextCursor ?? undefined
  } while (cursor !== undefined)
}
