/**
 * One PostgreSQL for the whole run, with a migrated template that each test file copies its own database from.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { openPool } from '../../packages/server/src/storage/database.ts'
import { startEmbeddedPostgres } from '../../packages/server/src/storage/embedded/embedded-postgres.ts'
import { loadMigrations, migrate } from '../../packages/server/src/storage/migrate.ts'
import { hasBrowser, NO_BROWSER } from './browser.ts'

export const TEMPLATE = 'openissuer_template'

export type Cluster = { host: string; port: number; user: string; password: string }

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: Cluster
  }
}

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  if (!(await hasBrowser())) process.stderr.write(`\n${NO_BROWSER}\n\n`)
  const dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-test-'))
  const database = await startEmbeddedPostgres({ dataFolder, database: TEMPLATE, log: () => undefined })
  const { host, port, user, password } = database.connection
  const pool = openPool(database.connection, { connections: 2, onError: () => undefined })
  await migrate(pool, await loadMigrations())
  await pool.end()
  project.provide('cluster', { host, port, user, password })
  return async () => {
    await database.stop()
    await rm(dataFolder, { recursive: true, force: true })
  }
}
