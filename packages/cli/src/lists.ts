/** Lists of the Operator API as commands ask for them. */

/** The first rows of a list, as many as are wanted; pages after them are not read. */
export async function firstOf<T>(rows: AsyncIterable<T>, limit: number): Promise<T[]> {
  const found: T[] = []
  for await (const row of rows) {
    found.push(row)
    if (found.length >= limit) break
  }
  return found
}

/**
 * A filter out of options: those that were not given are left out. Which values a field can have is for the server to say,
 * so that its words are the ones that are read.
 */
export function filterOf<Query extends object>(
  options: {
    readonly [Field in keyof Query]: string | boolean | undefined
  },
): Query {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Query
}
