/** Migrates the database named by DATABASE_URL once and prints what this process applied, as JSON. */
import { openPool } from './database.ts'
import { loadMigrations, migrate } from './migrate.ts'

const url = process.env['DATABASE_URL']
if (url === undefined) throw new Error('DATABASE_URL is not set')
const pool = openPool(
  { url },
  {
    connections: 2,
    onError: error => {
      throw error
    },
  },
)
const applied = await migrate(pool, await loadMigrations(process.env['MIGRATIONS']))
await pool.end()
process.stdout.write(JSON.stringify(applied))
