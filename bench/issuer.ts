/**
 * An issuer to put load on: one partner and cards with an account, a limit and more money than any run can spend, on an
 * embedded PostgreSQL. Rows are made by SQL, as a hundred thousand cards are; they are what the use cases would have
 * written, and the ledger's proof at the end of a run says so.
 */
import type { Merchant } from '@openissuer/core/authorization/authorization.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Pool } from 'pg'
import {
  type AuthorizationEngine,
  createAuthorizationEngine,
} from '../packages/server/src/app/engine/authorization-engine.ts'
import type { IdAllocator } from '../packages/server/src/app/ports.ts'
import { wallClock } from '../packages/server/src/clock.ts'
import { secureRandom } from '../packages/server/src/random.ts'
import { createBatchStore } from '../packages/server/src/storage/authorization-batches.ts'
import { type DatabaseTarget, ENGINE_SESSION, isConflict, openPool } from '../packages/server/src/storage/database.ts'
import type { EmbeddedDatabase } from '../packages/server/src/storage/embedded/embedded-postgres.ts'
import { createIdAllocator, createIdBlocks } from '../packages/server/src/storage/id-allocator.ts'
import { loadMigrations, migrate } from '../packages/server/src/storage/migrate.ts'
import type { Context } from './suite.ts'

export const USD = currency('USD')

export const PARTNER_ID = 1n

/** `batchMax` 1 makes every authorization a SQL transaction of its own: the same work, not batched. */
export type EngineSize = { readonly lanes: number; readonly batchMax: number }

export type BenchIssuer = {
  readonly pool: Pool
  /** for other processes */
  readonly database: EmbeddedDatabase['connection']
  /** connections of one's own, closed at the end of the suite */
  openPool(connections: number, pipeline: boolean): Pool
  /** cards 1 to `cards` spend from an account of their own, of the same number */
  readonly cards: number
  /** cards from here on, as many again as `SHARING_CARDS`, all spend from `SHARED_ACCOUNT` */
  readonly firstSharingCard: bigint
  engine(size: EngineSize): AuthorizationEngine
}

export const SHARED_ACCOUNT = 900_000_000n
export const SHARING_CARDS = 1_000

/** A request waits as long as it takes: what is measured is work, not declines. */
const PATIENCE_MS = 600_000
const QUEUE_MAX = 100_000

export async function createBenchIssuer(context: Context, cards: number): Promise<BenchIssuer> {
  context.progress('starting PostgreSQL')
  const { connection } = await context.startDatabase()
  const open = (connections: number, pipeline = false) => openTidyPool(context, connection, connections, pipeline)
  const pool = open(4)
  await migrate(pool, await loadMigrations())
  const idPool = open(1)
  await createIdBlocks(idPool)
  const ids = createIdAllocator(idPool)
  context.progress(`making ${cards} cards`)
  for (const [statement, values] of rows(cards)) {
    context.signal.throwIfAborted()
    await pool.query(statement, values)
  }
  await pool.query('vacuum analyze')
  return {
    pool,
    database: connection,
    openPool: open,
    cards,
    firstSharingCard: BigInt(cards) + 1n,
    engine: size =>
      createBenchEngine({
        pool: openEnginePool(context, connection, size),
        ids,
        size,
        onFault: error => {
          throw error
        },
      }),
  }
}

/** @param options.pool has two connections for each lane, or one where batches are of one */
export function createBenchEngine(options: {
  readonly pool: Pool
  readonly ids: IdAllocator
  readonly size: EngineSize
  readonly onFault: (error: unknown) => void
}): AuthorizationEngine {
  return createAuthorizationEngine({
    store: createBatchStore(options.pool),
    ids: options.ids,
    random: secureRandom,
    clock: wallClock,
    ...options.size,
    queueMax: QUEUE_MAX,
    deadlineMs: PATIENCE_MS,
    reverseLate: () => Promise.reject(new Error('an approval came after its deadline')),
    isConflict,
    onFault: options.onFault,
  })
}

/** As the product opens it; a lane that decides one at a time has nothing to decide ahead. */
function openEnginePool(context: Context, target: DatabaseTarget, { lanes, batchMax }: EngineSize): Pool {
  const connections = batchMax === 1 ? lanes : 2 * lanes
  const pool = openPool(target, { connections, onError: () => {}, pipeline: true, session: ENGINE_SESSION })
  context.atEnd(() => pool.end())
  return pool
}

function openTidyPool(context: Context, target: DatabaseTarget, connections: number, pipeline: boolean): Pool {
  const pool = openPool(target, { connections, onError: () => {}, pipeline })
  context.atEnd(() => pool.end())
  return pool
}

/** Ten million dollars on every account, posted from the bank. */
const MONEY = 1_000_000_000

function rows(cards: number): [string, unknown[]][] {
  const accounts = `(select i as account_id, 'card' as kind from generate_series(1, $1::bigint) i
                     union all select ${SHARED_ACCOUNT}, 'shared') a`
  const all = cards + SHARING_CARDS
  return [
    [`insert into partner values (1, 'Bench partner', 'active', 'credit', true, now())`, []],
    [
      `insert into card_program (program_id, name, bin, network, forms, currency, test, validity_months, ceiling_daily_count,
         ceiling_single_minor, ceiling_daily_minor, ceiling_monthly_minor, created_at)
       values (1, 'Bench program', '658704', 'discover', '{virtual}', 'USD', true, 36, 1000000000, ${MONEY}, ${MONEY}000, ${MONEY}000, now())`,
      [],
    ],
    [
      `insert into cardholder (partner_id, cardholder_id, verification, created_at) values (1, 1, 'approved', now())`,
      [],
    ],
    [
      `insert into account (partner_id, account_id, kind, normal_side, name, currency, balance_minor, held_minor, created_at)
       select 1, account_id, kind, 'credit', 'Bench', 'USD', ${MONEY}::bigint, 0, now() from ${accounts}
       union all select 1, 800000000, 'bank', 'debit', 'Bank', 'USD', ($1::bigint + 1) * ${MONEY}, 0, now()`,
      [cards],
    ],
    [
      `insert into journal_entry (partner_id, entry_id, kind, created_at) select 1, account_id, 'deposit', now() from ${accounts}`,
      [cards],
    ],
    [
      `insert into posting (partner_id, entry_id, line_no, account_id, side, amount_minor, currency, balance_after_minor)
       select 1, account_id, 1, 800000000, 'debit', ${MONEY}, 'USD', ${MONEY}::bigint * row_number() over () from ${accounts}
       union all select 1, account_id, 2, account_id, 'credit', ${MONEY}, 'USD', ${MONEY} from ${accounts}`,
      [cards],
    ],
    [
      `insert into card (partner_id, card_id, cardholder_id, program_id, account_id, token, unique_no, form, network, shared, bin,
         last_four, pan_ciphertext, pan_key_id, expiry_year, expiry_month, status, created_at, activated_at)
       select 1, i, 1, 1, case when i <= $1::bigint then i else ${SHARED_ACCOUNT} end, (100000000000 + i)::text, 'CARD-' || i,
              'virtual', 'discover', i > $1::bigint, '658704', lpad((i % 10000)::text, 4, '0'), '\\x00', 1, 2099, 12, 'active',
              now(), now()
         from generate_series(1, $2::bigint) i`,
      [cards, all],
    ],
    [
      `insert into card_limit (partner_id, limit_id, card_id, currency, daily_count, single_minor, daily_minor, monthly_minor,
         total_minor, created_at)
       select 1, i, i, 'USD', 1000000000, ${MONEY}, ${MONEY}000, ${MONEY}000, ${MONEY}000, now() from generate_series(1, $1::bigint) i`,
      [all],
    ],
  ]
}

/** A card acceptor with everything that a network message says of one. */
export const MERCHANT: Merchant = {
  id: '000000000123456',
  name: 'Corner bookshop',
  mcc: '5942',
  country: 'US',
  city: 'San Francisco',
  acquirerId: '00000123456',
}
