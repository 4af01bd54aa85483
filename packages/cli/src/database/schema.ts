/** What `db migrate` and `db distribute` do. */
import {
  citusVersion,
  distributedTables,
  distributionStatements,
  readCatalogue,
} from '@openissuer/server/storage/distribute.ts'
import { loadMigrations, migrate } from '@openissuer/server/storage/migrate.ts'
import type { Terminal } from '../terminal.ts'
import { withDatabase } from './local.ts'

/** @returns the names of the migrations that were applied now */
export async function migrateDatabase(terminal: Terminal): Promise<string[]> {
  return withDatabase(terminal, async pool => migrate(pool, await loadMigrations()), { make: true })
}

export type Distribution =
  | { readonly engine: 'postgresql' }
  | { readonly engine: 'citus'; readonly version: string; readonly ran: boolean; readonly statements: string[] }

export async function distributeDatabase(terminal: Terminal, dryRun: boolean): Promise<Distribution> {
  return withDatabase(terminal, async pool => {
    const version = await citusVersion(pool)
    if (version === undefined) return { engine: 'postgresql' }
    const done = new Set(await distributedTables(pool))
    const statements = distributionStatements(await readCatalogue(pool), done)
    if (!dryRun) for (const statement of statements) await pool.query(statement)
    return { engine: 'citus', version, ran: !dryRun, statements }
  })
}

export function describeDistribution(distribution: Distribution): string {
  if (distribution.engine === 'postgresql') {
    return [
      'This is plain PostgreSQL: there is nothing to distribute, every table is on this one machine as it should be.',
      'On a Citus coordinator (create extension citus) this command distributes the tables by partner.',
      '',
    ].join('\n')
  }
  const { statements, ran, version } = distribution
  if (statements.length === 0) return `Citus ${version}: every table is distributed already.\n`
  const title = ran ? `Citus ${version}: distributed with` : `Citus ${version}: would run`
  return [title, ...statements.map(statement => `  ${statement};`), ''].join('\n')
}
