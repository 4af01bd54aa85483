import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts'
import { dumpSchema, SCHEMA_FILE } from './schema-dump.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
})

afterAll(() => database.close())

test('the migrations make the schema that is kept in the repository (npm run schema:dump)', async () => {
  expect(await dumpSchema(database.pool)).toBe(await readFile(SCHEMA_FILE, 'utf8'))
})

/** Tables of the platform itself or keyed by a value that comes before the partner is known. */
const WITHOUT_PARTNER_KEY = new Set([
  'access_token',
  'pci_client_token',
  'card_program',
  'card_token_lookup',
  'data_key',
  'exchange_rate',
  'fee_plan',
  'id_block',
  'keysecure_credential',
  'lease',
  'operator_key',
  'operator_session',
  'pagsmile_app',
  'pan_lookup',
  'product_clock',
  'program_presentation',
  'scenario',
  'schema_migration',
])

test('partner_id leads every key of tenant data', async () => {
  const { rows } = await database.pool.query<{ table: string; name: string; columns: string[] }>(
    `select c.relname as table, k.conname as name,
            array(select a.attname from unnest(k.conkey) with ordinality u(attnum, n)
                    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.attnum order by u.n)::text[] as columns
       from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and k.contype in ('p', 'u', 'f')`,
  )
  const tenantKeys = rows.filter(row => !WITHOUT_PARTNER_KEY.has(row.table))
  expect(tenantKeys.length).toBeGreaterThan(20)
  expect(tenantKeys.filter(row => row.columns[0] !== 'partner_id')).toEqual([])
})

test('the schema uses nothing that a distributed PostgreSQL cannot do', async () => {
  const { rows } = await database.pool.query<{ found: string }>(
    `select 'trigger ' || tgname as found from pg_trigger where not tgisinternal
     union all
     select 'function ' || proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'
     union all
     select 'constraint ' || conname from pg_constraint where condeferrable or contype = 'x'
     union all
     select 'sequence ' || relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'S' and n.nspname = 'public'`,
  )
  expect(rows).toEqual([])
})
