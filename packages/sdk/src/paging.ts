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

/** Where a page is named by the last item before it; ends with a page that is shorter than asked for. */
export async function* byCursor<T>(
  size: number,
  cursorOf: (item: T) => string,
  read: (page: { readonly before: string | undefined; readonly limit: number }) => Promise<readonly T[]>,
): AsyncGenerator<T, void, undefined> {
  let before: string | undefined
  for (;;) {
    const items = await read({ before, limit: size })
    yield* items
    const last = items.at(-1)
    if (last === undefined || items.length < size) return
    before = cursorOf(last)
  }
}
