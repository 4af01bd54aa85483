/** The database and the key that opens what is in it. */
import type { Config } from '@openissuer/server/config.ts'
import { createDataKeyStore } from '@openissuer/server/storage/data-keys.ts'
import { hasCluster } from '@openissuer/server/storage/embedded/cluster.ts'
import { type EngineFacts, readEngineFacts } from '@openissuer/server/storage/engine.ts'
import { keyProviderOf } from '@openissuer/server/vault/key-provider.ts'
import { opensAll } from '@openissuer/server/vault/vault.ts'
import type { Pool } from 'pg'
import { withPool } from '../database/local.ts'
import { type Finding, fail, ok, warn } from './findings.ts'

const POSTGRES_MAJOR_LEAST = 15
const SKEW_MS_GOOD = 1_000
const SKEW_MS_MAX = 30_000

export async function examineDatabase(config: Config): Promise<Finding[]> {
  if (config.databaseUrl === undefined && !(await hasCluster(config.dataFolder))) {
    return [ok('database', 'the embedded one is made by the first start'), await keyFile(config)]
  }
  try {
    return await withPool(config, pool => examineOpen(pool, config))
  } catch (error) {
    const advice =
      config.databaseUrl === undefined ? 'see the message' : 'check DATABASE_URL and whether PostgreSQL runs'
    return [fail('database', (error as Error).message || String(error), advice)]
  }
}

async function examineOpen(pool: Pool, config: Config): Promise<Finding[]> {
  const facts = await readEngineFacts(pool)
  return [
    engine(facts, config),
    durability(facts, config.mode),
    clockSkew(await measureSkew(pool)),
    await keys(pool, config),
  ]
}

function engine({ version }: EngineFacts, { databaseUrl }: Config): Finding {
  const found = `PostgreSQL ${version}${databaseUrl === undefined ? ', embedded' : ''}`
  if (Number.parseInt(version, 10) >= POSTGRES_MAJOR_LEAST) return ok('engine', found)
  return fail('engine', found, `use PostgreSQL ${POSTGRES_MAJOR_LEAST} or newer`)
}

export function durability({ fsync, synchronousCommit }: EngineFacts, mode: Config['mode']): Finding {
  const found = `fsync ${fsync}, synchronous_commit ${synchronousCommit}`
  if (fsync !== 'off' && synchronousCommit !== 'off') return ok('durability', found)
  const advice = 'switch both on in the PostgreSQL configuration: an acknowledged approval could be lost'
  return mode === 'live' ? fail('durability', found, advice) : warn('durability', found, advice)
}

/** Leases and clocks compare instants of both. @returns milliseconds that the database is ahead, at least */
async function measureSkew(pool: Pool): Promise<number> {
  await pool.query('select 1')
  const before = Date.now()
  const { rows } = await pool.query<{ now: Temporal.Instant }>('select clock_timestamp() as now')
  const after = Date.now()
  const database = rows[0]?.now.epochMilliseconds ?? Number.NaN
  if (database < before) return database - before
  return database > after ? database - after : 0
}

export function clockSkew(skewMs: number): Finding {
  const found = Math.abs(skewMs) < 1 ? 'the clocks agree' : `the database is ${skewMs} ms ahead of this process`
  if (Math.abs(skewMs) <= SKEW_MS_GOOD) return ok('clock', found)
  const advice = 'let both machines follow a time server (NTP)'
  return Math.abs(skewMs) > SKEW_MS_MAX ? fail('clock', found, advice) : warn('clock', found, advice)
}

async function keys(pool: Pool, config: Config): Promise<Finding> {
  const { rows } = await pool.query<{ there: boolean }>(`select to_regclass('data_key') is not null as there`)
  const stored = rows[0]?.there === true ? await createDataKeyStore(pool).all() : []
  if (stored.length === 0) return keyFile(config)
  try {
    if (opensAll(stored, await keyProviderOf(config).keyEncryptingKey())) return ok('key', 'opens the data keys')
  } catch (error) {
    return fail('key', (error as Error).message, 'set OPENISSUER_KEY or OPENISSUER_KEY_FILE')
  }
  return fail(
    'key',
    'the key-encrypting key does not open the data keys',
    'set OPENISSUER_KEY_FILE to the key of this database; after an interrupted rotation: openissuer keys rotate',
  )
}

async function keyFile(config: Config): Promise<Finding> {
  if (config.key === undefined && config.keyFile === undefined) return ok('key', 'is made by the first start')
  try {
    await keyProviderOf(config).keyEncryptingKey()
    return ok('key', config.keyFile ?? 'from the environment')
  } catch (error) {
    return fail('key', (error as Error).message, 'make one with: openissuer init')
  }
}
