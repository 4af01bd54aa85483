/**
 * Forward-only migrations: numbered SQL files, each applied once in its own SQL transaction, with its checksum kept.
 * The lock is a leased row with a fencing token, so that it works on every PostgreSQL and survives a dead holder.
 */
import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { sqlState, UNIQUE_VIOLATION } from './database.ts'

export type Migration = {
  readonly version: number
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

export class MigrationError extends Error {}

const LEASE_NAME = 'schema-migration'
const LEASE_SECONDS = 30
const POLL_MS = 50
const WAIT_MS_MAX = 120_000

const MIGRATIONS_FOLDER = join(import.meta.dirname, 'migrations')

/** The product's own migrations in order. */
export async function loadMigrations(folder = MIGRATIONS_FOLDER): Promise<Migration[]> {
  const files = (await readdir(folder)).filter(file => file.endsWith('.sql')).toSorted()
  return Promise.all(
    files.map(async (file, index) => {
      const version = Number(file.slice(0, 4))
      if (version !== index + 1) throw new MigrationError(`migration ${file}: expected number ${index + 1}`)
      const sql = await readFile(join(folder, file), 'utf8')
      return { version, name: file, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/**
 * Brings the database to the newest schema. Several processes may call it at once: one applies, the others wait.
 *
 * @returns the names of the migrations that this call applied
 * @throws MigrationError when an applied migration was changed or the database is newer than this program
 */
export async function migrate(pool: Pool, migrations: readonly Migration[]): Promise<string[]> {
  await createBookkeeping(pool)
  if ((await pendingOf(pool, migrations)).length === 0) return []
  const holder = randomUUID()
  const fencingToken = await acquireLease(pool, holder)
  try {
    const applied: string[] = []
    for (const migration of await pendingOf(pool, migrations)) {
      await apply(pool, migration, holder, fencingToken)
      applied.push(migration.name)
    }
    return applied
  } finally {
    await pool.query(`update lease set expires_at = now() where name = $1 and holder = $2`, [LEASE_NAME, holder])
  }
}

/** `create table if not exists` may still collide with itself in another session; then the other one has made it. */
async function createBookkeeping(pool: Pool): Promise<void> {
  const statements = [
    `create table if not exists lease (
       name text primary key,
       holder text not null,
       fencing_token bigint not null,
       expires_at timestamptz not null
     )`,
    `create table if not exists schema_migration (
       version integer primary key,
       name text not null,
       checksum text not null,
       applied_at timestamptz not null
     )`,
  ]
  for (const statement of statements) {
    try {
      await pool.query(statement)
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION && sqlState(error) !== DUPLICATE_TABLE) throw error
    }
  }
}

const DUPLICATE_TABLE = '42P07'

async function pendingOf(pool: Pool, migrations: readonly Migration[]): Promise<Migration[]> {
  const { rows } = await pool.query<{ version: number; name: string; checksum: string }>(
    'select version, name, checksum from schema_migration order by version',
  )
  for (const row of rows) {
    const known = migrations.find(migration => migration.version === row.version)
    if (known === undefined) {
      throw new MigrationError(`the database has migration ${row.name}, which this version of OpenIssuer does not know`)
    }
    if (known.checksum !== row.checksum) {
      throw new MigrationError(
        `migration ${row.name} was changed after it was applied; applied migrations never change`,
      )
    }
  }
  return migrations.filter(migration => !rows.some(row => row.version === migration.version))
}

/** Waits for the lease; takes over one that has expired. */
async function acquireLease(pool: Pool, holder: string): Promise<bigint> {
  const deadline = Date.now() + WAIT_MS_MAX
  for (;;) {
    const { rows } = await pool.query<{ fencing_token: bigint }>(
      `insert into lease (name, holder, fencing_token, expires_at)
       values ($1, $2, 1, now() + make_interval(secs => $3))
       on conflict (name) do update
         set holder = excluded.holder, fencing_token = lease.fencing_token + 1, expires_at = excluded.expires_at
         where lease.expires_at <= now()
       returning fencing_token`,
      [LEASE_NAME, holder, LEASE_SECONDS],
    )
    const row = rows[0]
    if (row !== undefined) return row.fencing_token
    if (Date.now() > deadline) throw new MigrationError('another process has been migrating for two minutes')
    await sleep(POLL_MS)
  }
}

/** Applies one migration; the locked lease row proves that no other process has taken over. */
async function apply(pool: Pool, migration: Migration, holder: string, fencingToken: bigint): Promise<void> {
  const client = await pool.connect()
  let failure: Error | undefined
  try {
    await client.query('begin')
    const { rowCount } = await client.query(
      `update lease set expires_at = now() + make_interval(secs => $4)
       where name = $1 and holder = $2 and fencing_token = $3`,
      [LEASE_NAME, holder, fencingToken, LEASE_SECONDS],
    )
    if (rowCount !== 1) throw new MigrationError('the migration lease was taken over by another process')
    await client.query(migration.sql)
    await client.query(
      'insert into schema_migration (version, name, checksum, applied_at) values ($1, $2, $3, now())',
      [migration.version, migration.name, migration.checksum],
    )
    await client.query('commit')
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    throw new MigrationError(`migration ${migration.name} failed: ${failure.message}`, { cause: error })
  } finally {
    // a failed connection is closed, which rolls back
    client.release(failure)
  }
}
