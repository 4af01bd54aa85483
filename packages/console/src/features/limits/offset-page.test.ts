import { expect, test } from 'vitest'
import { offsetPage } from './offset-page.ts'

const ALL = Array.from({ length: 250 }, (_, index) => index)
const read = async ({ offset = 0, limit = 0 }) => ALL.slice(offset, offset + limit)

test('pages follow one another to the end', async () => {
  const first = await offsetPage({ limit: 200 }, read)
  expect([first.rows.length, first.nextCursor]).toEqual([100, '100'])
  const last = await offsetPage({ limit: 200, cursor: '200' }, read)
  expect([last.rows[0], last.rows.length, last.nextCursor]).toEqual([200, 50, null])
})

test('a page that is exactly full may be followed by an empty one', async () => {
  expect(await offsetPage({ limit: 50, cursor: '200' }, read)).toMatchObject({ nextCursor: '250' })
  expect(await offsetPage({ limit: 50, cursor: '250' }, read)).toEqual({ rows: [], nextCursor: null })
})
