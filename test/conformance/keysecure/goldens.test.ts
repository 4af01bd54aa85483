/** Each interface and each callback that the dialect's page lists has its documented example. */
import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { readGolden, readNotification } from '../golden.ts'

const page = await readFile(new URL('../../../docs/keysecure.md', import.meta.url), 'utf8')
const files = await readdir(new URL('../golden', import.meta.url))
const names = files.flatMap(file => /^(keysecure-.*)\.json$/.exec(file)?.[1] ?? [])
const isCallback = (name: string) => name.startsWith('keysecure-callback-')

test('the 19 interfaces', async () => {
  const listed = [...page.matchAll(/^\| \d+ \| `([A-Z]+ \S+)` \|/gm)].map(([, call = '']) => call)
  const examples = await Promise.all(names.filter(name => !isCallback(name)).map(readGolden))
  const shown = examples.map(({ request: { method, path } }) => `${method} ${path}`)
  const inPath = { C: '{card_no}', U: '{cardholder_no}', T: '{consume_no}' }
  const called = shown.map(call => call.replace(/([CUT])202605220001/, (_, kind: keyof typeof inPath) => inPath[kind]))
  expect(listed).toHaveLength(19)
  expect(called.toSorted()).toEqual(listed.toSorted())
})

test('the three callbacks', async () => {
  const listed = [...page.matchAll(/^\| W\d \| callback `(\w+)` \|/gm)].map(([, action = '']) => action)
  const examples = await Promise.all(names.filter(isCallback).map(readNotification))
  expect(listed).toHaveLength(3)
  expect(examples.map(({ action }) => String(action)).toSorted()).toEqual(listed.toSorted())
})
