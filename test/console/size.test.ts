/** How much a browser has to fetch before it shows the first page. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { consoleFiles } from '../../packages/server/src/make-console.ts'

const INITIAL_BYTES_MAX = 220_000

type Chunk = { readonly file: string; readonly imports?: readonly string[]; readonly src?: string }

let manifest: Readonly<Record<string, Chunk>>

beforeAll(async () => {
  await consoleFiles.make()
  manifest = JSON.parse(await readFile(join(consoleFiles.folder, 'manifest.json'), 'utf8')) as typeof manifest
}, 120_000)

/** A chunk and all that it cannot run without. */
function reached(name: string, known = new Set<string>()): Set<string> {
  if (known.has(name)) return known
  known.add(name)
  for (const imported of manifest[name]?.imports ?? []) reached(imported, known)
  return known
}

/** Bytes of JavaScript as they go over the wire. */
async function bytesOf(names: ReadonlySet<string>): Promise<number> {
  const sizes = await Promise.all(
    [...names].map(async name => (await stat(join(consoleFiles.folder, `${manifest[name]?.file}.gz`))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

test('no page needs more than 220 kB of JavaScript to be shown first', async () => {
  const pages = Object.keys(manifest).filter(name => /^src\/features\/.*-page\.tsx$/.test(name))
  expect(pages.length).toBeGreaterThan(0)
  const frame = reached('index.html')
  const sizes = await Promise.all(
    pages.map(async page => [page, await bytesOf(new Set([...frame, ...reached(page)]))] as const),
  )
  expect(sizes.filter(([, bytes]) => bytes > INITIAL_BYTES_MAX)).toEqual([])
})

test('what is built is the small and fast form of its libraries', () => {
  expect(Object.keys(manifest).filter(name => name.includes('dev-runtime'))).toEqual([])
})
