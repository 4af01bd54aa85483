/**
 * What a suite works in. Everything that it starts or makes is undone at its end, whether it succeeds, fails or is
 * interrupted.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { openPool } from '../packages/server/src/storage/database.ts'
import { startEmbeddedPostgres } from '../packages/server/src/storage/embedded/embedded-postgres.ts'
import { folderForDatabases, type PostgresFacts, readPostgresFacts } from './machine.ts'
import type { Context } from './suite.ts'

export type ContextOptions = Pick<Context, 'quick' | 'signal' | 'progress' | 'note'> & {
  /** hears of every PostgreSQL that is started */
  readonly onPostgres: (facts: PostgresFacts) => void
}

/** Gives `work` a context and tidies up after it. What cannot be undone does not keep the rest from being undone. */
export async function withContext(options: ContextOptions, work: (context: Context) => Promise<void>): Promise<void> {
  const cleanup: (() => Promise<unknown>)[] = []
  const failures: unknown[] = []
  try {
    await work(createContext(options, undo => cleanup.push(undo)))
  } catch (error) {
    failures.push(error)
  }
  for (const undo of cleanup.toReversed()) await undo().catch(error => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

function createContext(options: ContextOptions, atEnd: Context['atEnd']): Context {
  async function makeTemporaryFolder(): Promise<string> {
    const folder = await mkdtemp(join(await folderForDatabases(), 'openissuer-bench-'))
    // after Ctrl-C a child may still be writing there for a moment
    atEnd(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
    return folder
  }

  return {
    quick: options.quick,
    signal: options.signal,
    progress: options.progress,
    note: options.note,
    makeTemporaryFolder,
    atEnd,
    async startDatabase(dataFolder) {
      const folder = dataFolder ?? (await makeTemporaryFolder())
      const database = await startEmbeddedPostgres({ dataFolder: folder, database: 'openissuer', log: () => {} })
      atEnd(() => database.stop())
      const pool = openPool(database.connection, { connections: 1, onError: () => {} })
      try {
        options.onPostgres(await readPostgresFacts(pool))
      } finally {
        await pool.end()
      }
      return database
    },
  }
}
