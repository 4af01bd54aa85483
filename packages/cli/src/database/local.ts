/** For commands that work on the database of this installation itself, with a server running on it or not. */
import { type Config, readConfig } from '@openissuer/server/config.ts'
import { openTarget } from '@openissuer/server/open-target.ts'
import { openPool } from '@openissuer/server/storage/database.ts'
import { hasCluster } from '@openissuer/server/storage/embedded/cluster.ts'
import type { Pool } from 'pg'
import type { Terminal } from '../terminal.ts'

/**
 * Hands over a pool of one connection, and closes all of it afterwards.
 *
 * @param options.make whether an embedded database that does not exist yet is made
 */
export async function withDatabase<T>(
  terminal: Terminal,
  work: (pool: Pool, config: Config) => Promise<T>,
  options: { readonly make?: boolean } = {},
): Promise<T> {
  const config = readConfig(terminal.env)
  if (options.make !== true) await assertSetUp(config)
  return withPool(config, pool => work(pool, config))
}

/** The same for whoever has read the configuration. */
export async function withPool<T>(config: Config, work: (pool: Pool) => Promise<T>): Promise<T> {
  const { target, close } = await openTarget(config)
  const pool = openPool(target, { connections: 1, onError: () => undefined })
  try {
    return await work(pool)
  } finally {
    await pool.end()
    await close()
  }
}

/** Opening an empty folder would make a database in it, which is not what somebody means who mistyped its name. */
export async function assertSetUp({ databaseUrl, dataFolder }: Config): Promise<void> {
  if (databaseUrl !== undefined || (await hasCluster(dataFolder))) return
  throw new Error(
    `${dataFolder} holds no database yet: name the data folder in OPENISSUER_DATA, or make one with: openissuer start`,
  )
}
