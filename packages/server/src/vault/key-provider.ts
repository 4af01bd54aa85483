import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'

/** Where the key-encrypting key comes from: 32 bytes that wrap the data keys and never reach the database. */
export type KeyProvider = { keyEncryptingKey(): Promise<Buffer> }

export class KeyProviderError extends Error {}

/** in the data folder */
export const SANDBOX_KEY_FILE = 'key-encrypting-key'
/** beside it, while it is being rotated: the key that takes its place */
export const NEXT_KEY_FILE = 'key-encrypting-key.next'

/**
 * The key of the environment, else of the configured file, else (sandbox only) of a file in the data folder that is
 * made at first start with mode 0600.
 */
export function keyProviderOf(config: Pick<Config, 'mode' | 'key' | 'keyFile' | 'dataFolder'>): KeyProvider {
  const { key, keyFile } = config
  if (key !== undefined) return { keyEncryptingKey: async () => Buffer.from(key, 'hex') }
  if (keyFile !== undefined) return { keyEncryptingKey: () => readKeyFile(keyFile) }
  if (config.mode === 'live') throw new KeyProviderError('live mode needs a key-encrypting key from outside')
  return { keyEncryptingKey: () => readOrMakeKeyFile(config.dataFolder) }
}

function readOrMakeKeyFile(dataFolder: string): Promise<Buffer> {
  return readOrMakeKey(join(dataFolder, SANDBOX_KEY_FILE))
}

/** Made elsewhere and linked into place: whoever finds the file finds it whole, and of two starts one makes it. */
export async function readOrMakeKey(file: string): Promise<Buffer> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const fresh = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(fresh, `${randomBytes(32).toString('hex')}\n`, { flag: 'wx', mode: 0o600, flush: true })
  try {
    await link(fresh, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(fresh)
  }
  return readKeyFile(file)
}

/** @throws KeyProviderError when the file is missing, readable by others, or does not hold 64 hexadecimal digits */
export async function readKeyFile(file: string): Promise<Buffer> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new KeyProviderError(`the key file ${file} cannot be read: ${error.message}`, { cause: error })
  })
  if (((await stat(file)).mode & 0o077) !== 0) {
    throw new KeyProviderError(`the key file ${file} can be read by others: set its mode to 0600`)
  }
  const hex = text.trim()
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) {
    throw new KeyProviderError(`the key file ${file} does not hold 64 hexadecimal digits`)
  }
  return Buffer.from(hex, 'hex')
}
