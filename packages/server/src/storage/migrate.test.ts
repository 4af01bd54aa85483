import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { loadMigrations, MigrationError, migrate } from './migrate.ts'

const run = promisify(execFile)

let database: TestDatabase
let folder: string

beforeEach(async () => {
  database = await createTestDatabase({ empty: true })
  folder = await mkdtemp(join(tmpdir(), 'openissuer-migrations-'))
})

afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

async function migrations(...statements: string[]) {
  await Promise.all(statements.map((sql, index) => writeFile(join(folder, `000${index + 1}-step.sql`), sql)))
  return loadMigrations(folder)
}

test('migrations are applied once, in order', async () => {
  const steps = await migrations('create table a (id integer)', 'alter table a add column b integer')
  expect(await migrate(database.pool, steps)).toEqual(['0001-step.sql', '0002-step.sql'])
  expect(await migrate(database.pool, steps)).toEqual([])
})

test('a later migration is applied to a database that has the earlier ones', async () => {
  await migrate(database.pool, await migrations('create table a (id integer)'))
  const more = await migrations('create table a (id integer)', 'create table b (id integer)')
  expect(await migrate(database.pool, more)).toEqual(['0002-step.sql'])
})

test('four processes that start at once apply each migration exactly once', async () => {
  // each step fails when it runs twice, and takes long enough for the others to arrive
  await migrations('create table a (id integer); select pg_sleep(0.2)', 'create table b (id integer)')
  const env = { ...process.env, DATABASE_URL: database.url, MIGRATIONS: folder }
  const fixture = join(import.meta.dirname, 'migrate.fixture.ts')
  const outputs = await Promise.all([1, 2, 3, 4].map(() => run(process.execPath, [fixture], { env })))
  const applied = outputs.flatMap(output => JSON.parse(output.stdout) as string[])
  expect(applied.toSorted()).toEqual(['0001-step.sql', '0002-step.sql'])
})

test('a migration that was changed after it was applied is refused', async () => {
  await migrate(database.pool, await migrations('create table a (id integer)'))
  const changed = await migrations('create table a (id bigint)')
  await expect(migrate(database.pool, changed)).rejects.toThrow('0001-step.sql was changed after it was applied')
})

test('a database that is newer than the program is refused', async () => {
  const both = await migrations('create table a (id integer)', 'create table b (id integer)')
  await migrate(database.pool, both)
  await expect(migrate(database.pool, both.slice(0, 1))).rejects.toThrow('does not know')
})

test('a failing migration leaves nothing of itself and can be mended', async () => {
  const broken = await migrations('create table a (id integer); select 1/0')
  await expect(migrate(database.pool, broken)).rejects.toThrow(MigrationError)
  const { rows } = await database.pool.query(`select to_regclass('a') as a`)
  expect(rows).toEqual([{ a: null }])
  expect(await migrate(database.pool, await migrations('create table a (id integer)'))).toEqual(['0001-step.sql'])
})

test('the lease of a dead process is taken over once it has expired', async () => {
  const steps = await migrations('create table a (id integer)')
  await migrate(database.pool, [])
  await database.pool.query(
    `insert into lease (name, holder, fencing_token, expires_at)
     values ('schema-migration', 'dead', 7, now() + interval '300 milliseconds')`,
  )
  expect(await migrate(database.pool, steps)).toEqual(['0001-step.sql'])
  const { rows } = await database.pool.query<{ fencing_token: bigint }>('select fencing_token from lease')
  expect(rows).toEqual([{ fencing_token: 8n }])
})

test('a gap in the numbering is refused before anything runs', async () => {
  await migrations('create table a (id integer)')
  await writeFile(join(folder, '0003-step.sql'), 'create table c (id integer)')
  await expect(loadMigrations(folder)).rejects.toThrow('expected number 2')
})
