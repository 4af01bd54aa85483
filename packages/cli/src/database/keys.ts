/** What `keys list` and `keys rotate` do. */
import { rename, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Config } from '@openissuer/server/config.ts'
import { createDataKeyStore, listKeys, rewrapDataKeys } from '@openissuer/server/storage/data-keys.ts'
import { syncFolder } from '@openissuer/server/storage/embedded/durable-files.ts'
import { keyProviderOf, NEXT_KEY_FILE, readOrMakeKey, SANDBOX_KEY_FILE } from '@openissuer/server/vault/key-provider.ts'
import { opensAll, rewrap } from '@openissuer/server/vault/vault.ts'
import type { Pool } from 'pg'
import { UsageError } from '../outcomes.ts'
import { formatTable } from '../table.ts'
import type { Terminal } from '../terminal.ts'
import { withDatabase } from './local.ts'

export type ListedKey = {
  readonly kind: string
  readonly name: string
  readonly partnerId: string | null
  readonly createdAt: string | null
  readonly ageDays: number | null
  readonly expiresAt: string | null
}

const DAY_MS = 86_400_000

export async function readKeys(terminal: Terminal): Promise<ListedKey[]> {
  const keys = await withDatabase(terminal, listKeys)
  return keys.map(key => ({
    kind: key.kind,
    name: key.name,
    partnerId: key.partnerId === null ? null : String(key.partnerId),
    createdAt: key.createdAt?.toString() ?? null,
    ageDays: key.createdAt === null ? null : Math.floor((Date.now() - key.createdAt.epochMilliseconds) / DAY_MS),
    expiresAt: key.expiresAt?.toString() ?? null,
  }))
}

export function describeKeys(terminal: Terminal, keys: readonly ListedKey[]): string {
  return formatTable(
    terminal,
    [
      { title: 'kind', of: key => key.kind },
      { title: 'name', of: key => key.name },
      { title: 'partner', of: key => key.partnerId },
      { title: 'made', of: key => key.createdAt },
      { title: 'days', of: key => key.ageDays, align: 'right' },
      { title: 'until', of: key => key.expiresAt },
    ],
    keys,
  )
}

export type Rotation = {
  /** `already`: an earlier call had got that far */
  readonly dataKeys: 'rewrapped' | 'already'
  /** where the key lies that opens them from now on */
  readonly keyFile: string
  /** whether the configuration has to name another file than before */
  readonly configure: boolean
}

/**
 * Wraps the data keys under another key-encrypting key. The new key is on disk before the database needs it, and the old
 * one goes only after that: wherever a crash comes, the same call finishes what is left.
 *
 * @param to file of the new key, made when missing; undefined where the current one is the file that a sandbox has made
 */
export async function rotateKey(terminal: Terminal, to: string | undefined): Promise<Rotation> {
  return withDatabase(terminal, async (pool, config) => {
    const own = config.key === undefined && config.keyFile === undefined ? config.dataFolder : undefined
    return own === undefined || to !== undefined
      ? rotateTo(pool, config, fileOf(to, config))
      : rotateInFolder(pool, config, own)
  })
}

function fileOf(to: string | undefined, config: Config): string {
  if (to === undefined) throw new UsageError('name the file of the new key: openissuer keys rotate --to <file>')
  const file = resolve(to)
  if (config.mode === 'live' && `${file}/`.startsWith(`${config.dataFolder}/`)) {
    throw new UsageError(`${file} lies in the data folder; live mode keeps the key apart from what it protects`)
  }
  if (file === config.keyFile) throw new UsageError(`${file} is the file of the current key; name another one`)
  return file
}

async function rotateTo(pool: Pool, config: Config, keyFile: string): Promise<Rotation> {
  const newKey = await readOrMakeKey(keyFile)
  await syncFolder(dirname(keyFile))
  return { dataKeys: await rewrapUnder(pool, config, newKey), keyFile, configure: true }
}

async function rotateInFolder(pool: Pool, config: Config, dataFolder: string): Promise<Rotation> {
  const [next, keyFile] = [join(dataFolder, NEXT_KEY_FILE), join(dataFolder, SANDBOX_KEY_FILE)]
  await stat(keyFile)
  const newKey = await readOrMakeKey(next)
  await syncFolder(dataFolder)
  const dataKeys = await rewrapUnder(pool, config, newKey)
  await rename(next, keyFile)
  await syncFolder(dataFolder)
  return { dataKeys, keyFile, configure: false }
}

/** @throws Error when neither key opens what is stored */
async function rewrapUnder(pool: Pool, config: Config, newKey: Buffer): Promise<Rotation['dataKeys']> {
  if ((await createDataKeyStore(pool).all()).length === 0) {
    throw new Error('the database has no data keys yet: they are made when the server starts for the first time')
  }
  const oldKey = await keyProviderOf(config).keyEncryptingKey()
  let already = false
  await rewrapDataKeys(pool, stored => {
    already = opensAll(stored, newKey)
    return already ? stored : rewrap(stored, oldKey, newKey)
  })
  return already ? 'already' : 'rewrapped'
}

export function describeRotation({ dataKeys, keyFile, configure }: Rotation): string {
  return [
    dataKeys === 'rewrapped'
      ? 'The data keys are wrapped under the new key.'
      : 'The data keys were wrapped under the new key already.',
    ...(configure
      ? [
          '',
          'Before the next start of any server, set:',
          `  OPENISSUER_KEY_FILE=${keyFile}`,
          'and take OPENISSUER_KEY away. Servers that run go on.',
        ]
      : [`It is in ${keyFile}; nothing has to be configured, and a server that runs goes on.`]),
    'Backups from before open with the old key only.',
    '',
  ].join('\n')
}
