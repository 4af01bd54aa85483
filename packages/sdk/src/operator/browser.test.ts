/** What browsers load of the SDK: the Operator API's client and all that it reaches. */
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { fakeApi, json } from '../fake-api.fixture.ts'
import { OperatorClient } from './index.ts'

const SDK = resolve(import.meta.dirname, '../..')

const IMPORT =
  /^\s*(?:import|export)\b([^'"`;]*?)\bfrom\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm

/** Every module that is loaded, and every one that is not a file of the SDK. */
async function reachedFrom(entry: string) {
  const files = new Set<string>()
  const outside = new Set<string>()
  const open = [entry]
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (files.has(file)) continue
    files.add(file)
    for (const [, names = '', from, bare, dynamic] of (await readFile(file, 'utf8')).matchAll(IMPORT)) {
      const specifier = from ?? bare ?? dynamic ?? ''
      if (/^\s*type\s/.test(names)) continue
      if (specifier.startsWith('.')) open.push(join(dirname(file), specifier))
      else outside.add(`${relative(SDK, file)} imports ${specifier}`)
    }
  }
  return { files: [...files].map(file => relative(SDK, file)), outside: [...outside] }
}

test('reaches no module of Node, nor any other package', async () => {
  const manifest = JSON.parse(await readFile(join(SDK, 'package.json'), 'utf8')) as { exports: Record<string, string> }
  const { files, outside } = await reachedFrom(join(SDK, manifest.exports['./operator.ts'] ?? ''))
  expect(files).toEqual(expect.arrayContaining(['src/operator/call.ts', 'src/transport.ts', 'src/idempotency-key.ts']))
  expect(outside).toEqual([])
})

test('the walk would find one', async () => {
  const { outside } = await reachedFrom(join(SDK, 'src/index.ts'))
  expect(outside).toContainEqual(expect.stringMatching(/ imports node:crypto$/))
})

test('a call of a session carries no key but the header of its pages, with the cookies of its own origin', async () => {
  const api = fakeApi([json(200, { now: '', state: 'real' })])
  let credentials: unknown
  const fetch = (url: string, init: RequestInit) => {
    credentials = init.credentials
    return api.options.fetch?.(url, init) ?? Promise.reject(new Error('no fetch'))
  }
  await new OperatorClient({ ...api.options, fetch, session: true }).clock.freeze()
  expect(credentials).toBe('same-origin')
  expect(api.asked[0]?.headers).toEqual({
    'OpenIssuer-Session': '1',
    'Idempotency-Key': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    'Content-Type': 'application/json',
  })
})

test('signing in sends no Idempotency-Key and is not tried again', async () => {
  const api = fakeApi([json(429, { error: { code: 'too-many-failures', message: 'Wait.' } }, { 'Retry-After': '3' })])
  const { session } = new OperatorClient({ ...api.options, session: true })
  await expect(session.signIn('op_wrong')).rejects.toMatchObject({ code: 'too-many-failures' })
  expect(api.asked).toHaveLength(1)
  expect(Object.keys(api.asked[0]?.headers ?? {})).toEqual(['OpenIssuer-Session', 'Content-Type'])
})

test.each([
  {},
  { operatorKey: '' },
  { operatorKey: 'a b' },
  { session: false },
  { session: true, operatorKey: 'op_x' },
])('the options %o say of nobody who they are', options => {
  const given = { baseUrl: 'http://issuer.test', ...options } as ConstructorParameters<typeof OperatorClient>[0]
  expect(() => new OperatorClient(given)).toThrow(TypeError)
})
