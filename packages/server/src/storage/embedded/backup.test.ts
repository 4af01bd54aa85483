/** Backups of real clusters, taken while they are written to, and what restoring makes of them. */
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { backUp } from './backup.ts'
import { type BackupManifest, readVerifiedBackup } from './backup-files.ts'
import { type EmbeddedDatabase, startEmbeddedPostgres } from './embedded-postgres.ts'
import { restore } from './restore.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string
let dataFolder: string
let source: EmbeddedDatabase
let client: Client

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-backup-'))
  dataFolder = join(folder, 'data')
  source = await startEmbeddedPostgres({ dataFolder, database: 'openissuer', log: () => undefined })
  client = await connect(source.connection)
  await client.query('create table written (n integer primary key, words text not null)')
  await writeFile(join(dataFolder, 'key'), 'k'.repeat(64), { mode: 0o600 })
  await takeBackup('good')
})

afterAll(async () => {
  await client.end()
  await source.stop()
  await rm(folder, { recursive: true, maxRetries: 50 })
})

async function connect(connection: EmbeddedDatabase['connection']): Promise<Client> {
  const opened = new Client(connection)
  await opened.connect()
  return opened
}

function takeBackup(name: string, options: { keyFile?: string; beside?: string[] } = {}): Promise<BackupManifest> {
  return backUp({
    dataFolder,
    connection: source.connection,
    into: join(folder, name),
    beside: options.beside ?? [],
    keyFile: options.keyFile,
    createdAt: '2026-11-21T06:00:00Z',
  })
}

/** The rows of a restored folder, and whether every page of it passes its checksum. */
async function rowsIn(restored: string): Promise<number[]> {
  const database = await startEmbeddedPostgres({ dataFolder: restored, database: 'openissuer', log: () => undefined })
  const reader = await connect(database.connection)
  try {
    const { rows } = await reader.query<{ n: number; words: string }>('select n, words from written order by n')
    await reader.query('select count(*) from pg_class c, pg_attribute a where a.attrelid = c.oid')
    return rows.map(row => row.n)
  } finally {
    await reader.end()
    await database.stop()
  }
}

test('a backup taken while rows are written and the log is recycled has every row committed before it began', async () => {
  const writer = await connect(source.connection)
  const recycler = await connect(source.connection)
  let written = 0
  const ending = new AbortController()
  const load = (async () => {
    while (!ending.signal.aborted) {
      await writer.query('insert into written values ($1, $2)', [written + 1, 'x'.repeat(2_000)])
      written += 1
      if (written % 200 === 0) await writer.query(`update written set words = repeat('y', 2000) where n % 3 = 0`)
    }
  })()
  const checkpoints = (async () => {
    while (!ending.signal.aborted) {
      await recycler.query('select pg_switch_wal()')
      await recycler.query('checkpoint')
    }
  })()
  await expect.poll(() => written, { timeout: 30_000, interval: 5 }).toBeGreaterThan(300)
  const before = written
  await takeBackup('loaded')
  const after = written
  ending.abort()
  await Promise.all([load, checkpoints])
  await Promise.all([writer.end(), recycler.end()])
  expect(after).toBeGreaterThan(before)

  await restore(join(folder, 'loaded'), join(folder, 'loaded-restored'))
  const rows = await rowsIn(join(folder, 'loaded-restored'))
  expect(rows.length).toBeGreaterThanOrEqual(before)
  expect(rows).toEqual(rows.map((_, index) => index + 1))
})

test('the slot that holds the log is gone afterwards', async () => {
  await expect
    .poll(async () => (await client.query('select slot_name from pg_replication_slots')).rows, { timeout: 10_000 })
    .toEqual([])
})

test('folders and files are for their owner alone, in the backup and restored', async () => {
  await restore(join(folder, 'good'), join(folder, 'private-restored'))
  for (const root of ['good', 'private-restored'].map(name => join(folder, name))) {
    const entries = await readdir(root, { recursive: true, withFileTypes: true })
    expect(entries.length).toBeGreaterThan(500)
    const modes = await Promise.all(
      entries.map(async entry => (await stat(join(entry.parentPath, entry.name))).mode & 0o777),
    )
    expect(new Set(modes)).toEqual(new Set([0o700, 0o600]))
  }
})

describe('the key file', () => {
  test('is in the backup where it is asked for, and the manifest says so', async () => {
    expect((await takeBackup('with-key', { keyFile: 'key' })).key).toBe('included')
    await restore(join(folder, 'with-key'), join(folder, 'with-key-restored'))
    expect(await readFile(join(folder, 'with-key-restored/key'), 'utf8')).toBe('k'.repeat(64))
  })

  test('is not in it otherwise', async () => {
    expect((await readVerifiedBackup(join(folder, 'good'))).key).toBe('apart')
    expect(await readdir(join(folder, 'good/data'))).toEqual(['postgres', 'postgres-password'])
  })

  test('that is not there is not said to be in it', async () => {
    expect((await takeBackup('no-key', { keyFile: 'no-such-file', beside: ['no-other'] })).key).toBe('apart')
  })
})

describe('a backup is refused', () => {
  test('into a folder that holds something, which stays as it is', async () => {
    await mkdir(join(folder, 'full'))
    await writeFile(join(folder, 'full/mine'), 'text')
    await expect(takeBackup('full')).rejects.toThrow('is not empty')
    expect(await readdir(join(folder, 'full'))).toEqual(['mine'])
  })

  test('into the data folder itself', async () => {
    await expect(takeBackup('data/backup')).rejects.toThrow('lies in the data folder')
  })

  test('of a database that cannot be reached, and nothing is left of it', async () => {
    const elsewhere = { ...source.connection, password: 'wrong' }
    const options = { dataFolder, into: join(folder, 'unreached'), beside: [], keyFile: undefined, createdAt: '' }
    await expect(backUp({ ...options, connection: elsewhere })).rejects.toThrow('password authentication failed')
    expect((await readdir(folder)).filter(name => name.startsWith('unreached'))).toEqual([])
  })
})

describe('a damaged backup is found before anything is written', () => {
  const DAMAGES: Record<string, { by: (backup: string) => Promise<void>; said: RegExp }> = {
    'one byte more in a file': {
      by: backup => appendFile(join(backup, 'data/postgres/PG_VERSION'), ' '),
      said: /PG_VERSION has changed/,
    },
    'a file cut short': {
      by: backup => truncate(join(backup, 'data/postgres/global/pg_control'), 100),
      said: /pg_control has changed/,
    },
    'the same length and another byte': {
      by: async backup => {
        const file = join(backup, 'data/postgres-password')
        const text = await readFile(file, 'utf8')
        await writeFile(file, (text.startsWith('A') ? 'B' : 'A') + text.slice(1))
      },
      said: /postgres-password has changed/,
    },
    'a file that is missing': {
      by: backup => rm(join(backup, 'data/postgres/backup_label')),
      said: /backup_label cannot be read/,
    },
    'a file too much': {
      by: backup => writeFile(join(backup, 'data/postgres/postgresql.auto.conf.d'), 'fsync = off'),
      said: /is not in its manifest/,
    },
    'a manifest that was edited': {
      by: async backup => {
        const text = await readFile(join(backup, 'manifest.json'), 'utf8')
        await writeFile(join(backup, 'manifest.json'), text.replace('"apart"', '"included"'))
      },
      said: /manifest\.json has changed/,
    },
    'no manifest': { by: backup => rm(join(backup, 'manifest.json')), said: /not a complete backup/ },
  }

  test.each(Object.entries(DAMAGES))('%s', async (name, { by, said }) => {
    const backup = `damaged by ${name}`
    await cp(join(folder, 'good'), join(folder, backup), { recursive: true })
    await by(join(folder, backup))
    const target = join(folder, `target of ${name}`)
    await expect(restore(join(folder, backup), target)).rejects.toThrow(said)
    await expect(stat(target)).rejects.toThrow('ENOENT')
    await expect(readVerifiedBackup(join(folder, backup))).rejects.toThrow(said)
    await rm(join(folder, backup), { recursive: true })
  })

  test('a manifest whose paths lead elsewhere, though its digest is right', async () => {
    const { sha256Of } = await import('./backup-files.ts')
    await cp(join(folder, 'good'), join(folder, 'leading away'), { recursive: true })
    const manifest = join(folder, 'leading away/manifest.json')
    const text = (await readFile(manifest, 'utf8')).replace('"postgres-password"', '"../outside"')
    await writeFile(manifest, text)
    await writeFile(join(folder, 'leading away/manifest.sha256'), sha256Of(text))
    await expect(restore(join(folder, 'leading away'), join(folder, 'led'))).rejects.toThrow(
      'its manifest names ../outside',
    )
  })
})

test('a restore over something is refused and leaves it as it is', async () => {
  await mkdir(join(folder, 'occupied'))
  await writeFile(join(folder, 'occupied/mine'), 'text')
  await expect(restore(join(folder, 'good'), join(folder, 'occupied'))).rejects.toThrow('is not empty')
  expect(await readdir(join(folder, 'occupied'))).toEqual(['mine'])
  await expect(restore(join(folder, 'good'), join(folder, 'occupied/mine'))).rejects.toThrow('is a file')
})

test('a restore into an empty folder uses it', async () => {
  await mkdir(join(folder, 'empty'))
  await restore(join(folder, 'good'), join(folder, 'empty'))
  expect((await readdir(join(folder, 'empty'))).toSorted()).toEqual(['postgres', 'postgres-password'])
})
