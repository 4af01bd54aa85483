/**
 * Rewrites the schema's dump beside the migrations (`npm run schema:dump`) from a fresh, migrated database.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPool } from './database.ts'
import { startEmbeddedPostgres } from './embedded/embedded-postgres.ts'
import { loadMigrations, migrate } from './migrate.ts'
import { dumpSchema, SCHEMA_FILE } from './schema-dump.ts'

const dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-schema-'))
const database = await startEmbeddedPostgres({ dataFolder, database: 'schema', log: () => undefined })
const pool = openPool(database.connection, {
  connections: 2,
  onError: error => {
    throw error
  },
})
await migrate(pool, await loadMigrations())
await writeFile(SCHEMA_FILE, await dumpSchema(pool))
await pool.end()
await database.stop()
await rm(dataFolder, { recursive: true, force: true })
process.stdout.write(`wrote ${SCHEMA_FILE}\n`)
