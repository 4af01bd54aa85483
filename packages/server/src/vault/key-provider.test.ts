import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { KeyProviderError, keyProviderOf } from './key-provider.ts'

let dataFolder: string

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-key-'))
})

afterEach(() => rm(dataFolder, { recursive: true, force: true }))

const sandbox = () => ({ mode: 'sandbox' as const, key: undefined, keyFile: undefined, dataFolder })

test('a sandbox makes its key once, readable by its owner alone', async () => {
  const first = await keyProviderOf(sandbox()).keyEncryptingKey()
  expect(first).toHaveLength(32)
  expect(await keyProviderOf(sandbox()).keyEncryptingKey()).toEqual(first)
  expect((await stat(join(dataFolder, 'key-encrypting-key'))).mode & 0o777).toBe(0o600)
})

test('starts at once agree on the key', async () => {
  const keys = await Promise.all(Array.from({ length: 8 }, () => keyProviderOf(sandbox()).keyEncryptingKey()))
  expect(new Set(keys.map(key => key.toString('hex'))).size).toBe(1)
})

test('the key of the environment wins over a file', async () => {
  const key = '01'.repeat(32)
  const provider = keyProviderOf({ ...sandbox(), mode: 'live', key, keyFile: join(dataFolder, 'none') })
  expect((await provider.keyEncryptingKey()).toString('hex')).toBe(key)
})

test.each([
  ['is not 64 hexadecimal digits', 'secret', 0o600, 'does not hold 64 hexadecimal digits'],
  ['others can read', 'ab'.repeat(32), 0o644, 'set its mode to 0600'],
])('a key file that %s is refused without showing it', async (_name, content, mode, problem) => {
  const keyFile = join(dataFolder, 'key')
  await writeFile(keyFile, content)
  await chmod(keyFile, mode)
  const refused = keyProviderOf({ ...sandbox(), keyFile }).keyEncryptingKey()
  await expect(refused).rejects.toThrow(KeyProviderError)
  await expect(refused).rejects.toThrow(problem)
  await expect(refused).rejects.not.toThrow(content)
})

test('a key file that is missing is named', async () => {
  const keyFile = join(dataFolder, 'missing')
  await expect(keyProviderOf({ ...sandbox(), keyFile }).keyEncryptingKey()).rejects.toThrow(keyFile)
})
