/**
 * The connection to PostgreSQL: pool, value parsers, and what a statement runs on.
 */
import { type ClientBase, type CustomTypesConfig, DatabaseError, types as defaults, Pool, type PoolClient } from 'pg'

/** Something that runs statements: the pool, or one connection inside a SQL transaction. */
export type Queryable = Pick<ClientBase, 'query'>

export type DatabaseTarget =
  | { readonly url: string }
  | {
      readonly host: string
      readonly port: number
      readonly user: string
      readonly password: string
      readonly database: string
    }

/** PostgreSQL type oids whose text form is turned into the domain's own types. */
const INT8 = 20
const DATE = 1082
const TIMESTAMPTZ = 1184

/** `bigint` for int8, `Temporal.Instant` for timestamptz, text for date; everything else as the driver does. */
const types: CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format === 'binary') return defaults.getTypeParser(oid, format)
    if (oid === INT8) return BigInt
    if (oid === TIMESTAMPTZ) return (text: string) => Temporal.Instant.from(text)
    if (oid === DATE) return (text: string) => text
    return defaults.getTypeParser(oid, 'text')
  },
}

/**
 * What connections of the engine are set to. Its statements name rows by key, and their plans are made once, with indexes
 * and nested loops: planning each batch anew cost 4 to 9 % of the decisions a second, and a plan made once by estimates
 * while the tables were small read whole tables for ever after (1,400/s instead of 20,000/s).
 */
export const ENGINE_SESSION = [
  'plan_cache_mode = force_generic_plan',
  'enable_seqscan = off',
  'enable_bitmapscan = off',
  'enable_hashjoin = off',
  'enable_mergejoin = off',
]

/**
 * @param options.connections most connections that are open at once
 * @param options.onError hears of connections that broke while idle; the pool replaces them
 */
export function openPool(
  target: DatabaseTarget,
  options: {
    readonly connections: number
    readonly onError: (error: Error) => void
    /** statements of a connection are sent without waiting for the ones before them */
    readonly pipeline?: boolean
    /** after which a statement fails and its connection is closed; without it, a peer that vanished is waited for */
    readonly statementMsMax?: number
    /** settings of each connection, as `set` takes them */
    readonly session?: readonly string[]
  },
): Pool {
  const pool = new Pool({
    ...('url' in target ? { connectionString: target.url } : target),
    max: options.connections,
    pipeline: options.pipeline ?? false,
    ...(options.statementMsMax === undefined ? {} : { query_timeout: options.statementMsMax }),
    connectionTimeoutMillis: 5_000,
    application_name: 'openissuer',
    types,
  })
  pool.on('error', options.onError)
  // a connection that breaks while it is lent out: its statements report it, and without a listener the process would end
  pool.on('connect', client => client.on('error', () => undefined))
  const { session = [] } = options
  if (session.length > 0) {
    const set = session.map(setting => `set ${setting}`).join('; ')
    // queued before whatever the connection is lent out for, which fails with it
    pool.on('connect', client => void client.query(set).catch(options.onError))
  }
  return pool
}

/** A connection whose rollback fails is closed rather than given back. */
export async function inSqlTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** SQLSTATE of a database error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

/** Serialization failure and dead-lock: another SQL transaction was in the way, and a new try may find it gone. */
const CONFLICTS = new Set(['40001', '40P01'])

export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(sqlState(error) ?? '')
}

export const UNIQUE_VIOLATION = '23505'
