/**
 * What operators look for among many authorizations: how long one call takes, for filters that an index helps and for
 * those that rows are looked at for one after the other.
 */
import type { AuthorizationListFilter } from '../../packages/server/src/app/list-ports.ts'
import type { Reader } from '../../packages/server/src/app/ports.ts'
import { openPool } from '../../packages/server/src/storage/database.ts'
import { loadMigrations, migrate } from '../../packages/server/src/storage/migrate.ts'
import { createStorage } from '../../packages/server/src/storage/postgres-storage.ts'
import { makePopulation, tokenOf, YEAR_FROM } from '../authorization-rows.ts'
import { median, percentile, seededRandom } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

const CALL_MS_MAX = 300
const PAGE = 50

export const suite: Suite = {
  name: 'lists',
  about: 'the list of authorizations by each of its filters, over ten million rows',
  run,
}

type Search = Partial<Omit<AuthorizationListFilter, 'partnerId' | 'limit'>>

async function* run(context: Context): AsyncIterable<Measurement> {
  const count = context.quick ? 1_000_000 : 10_000_000
  const { connection } = await context.startDatabase()
  const pool = openPool(connection, { connections: 2, onError: () => {} })
  context.atEnd(() => pool.end())
  await migrate(pool, await loadMigrations())
  const population = await makePopulation(context, pool, 1n, count)
  context.progress('vacuum and analyze')
  await pool.query('vacuum analyze card_authorization, card')
  const { read } = createStorage(pool)
  const searches: Readonly<Record<string, Search>> = {
    'no filter': {},
    'one card': { cardToken: tokenOf(population, 42) },
    'last four digits of several cards': { lastFour: '0042' },
    'last four digits and a kind of merchant that none has': { lastFour: '0042', mcc: '0742' },
    'declined for a rare reason': { declineReason: 'card-expired' },
    open: { status: 'open' },
    'open, at a kind of merchant that none has': { status: 'open', mcc: '0742' },
    'a rare kind of merchant': { mcc: '7995' },
    'a kind of merchant that none has': { mcc: '0742' },
    'a rare merchant by name': { merchant: 'zebra' },
    'an amount that none has': { currency: 'USD', minMinor: 99_999n },
  }
  for (const [what, search] of Object.entries(searches)) {
    context.progress(`searching by ${what}`)
    const milliseconds = await slowOf(read, population.partnerId, search, context)
    yield figure(`authorizations by ${what}, one call over ${count} rows, p99`, milliseconds, 'ms', atMost(CALL_MS_MAX))
  }
}

/** Each call begins at another time of the year, as pages do that are asked for one after the other. */
async function slowOf(read: Reader, partnerId: bigint, search: Search, context: Context): Promise<number> {
  const rounds = context.quick ? 3 : 7
  const perRound = 30
  const random = seededRandom(1)
  const slow: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const times: number[] = []
    for (let call = 0; call < perRound; call++) {
      const to = YEAR_FROM.add({ seconds: Math.floor((0.2 + 0.8 * random()) * 365 * 86_400) })
      const startedAt = performance.now()
      await read.listAuthorizations({ partnerId, limit: PAGE, to, ...search })
      times.push(performance.now() - startedAt)
    }
    context.signal.throwIfAborted()
    // the first round only warms up
    if (round > 0) slow.push(percentile(times, 0.99))
  }
  return median(slow)
}
