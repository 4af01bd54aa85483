/**
 * The Pagsmile format as its clients meet it. Whole calls over HTTP, each with an AES key of its own, beside the bare RSA
 * private operation on the same core; and queries over many authorizations beside the same over a thousandth of them.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PURPOSES } from '@openissuer/core/authorization/authorization.ts'
import { newRequestId, PagsmileClient } from '../../demo/pagsmile-client.ts'
import type { CardRecordFilter, Reader } from '../../packages/server/src/app/ports.ts'
import { countHours, startOfHour } from '../../packages/server/src/storage/card-record-counts.ts'
import { openPool } from '../../packages/server/src/storage/database.ts'
import { loadMigrations, migrate } from '../../packages/server/src/storage/migrate.ts'
import { createStorage } from '../../packages/server/src/storage/postgres-storage.ts'
import { type ServerProcess, startProcess } from '../../test/support/server-process.ts'
import { makePopulation, type Population, tokenOf, YEAR_FROM } from '../authorization-rows.ts'
import { databaseUrl } from '../database-url.ts'
import { median, medianRatio, percentile, seededRandom } from '../statistics.ts'
import { type Context, figure, type Measurement, type Suite } from '../suite.ts'

const run = promisify(execFile)

export const suite: Suite = {
  name: 'pagsmile',
  about: 'Pagsmile calls over HTTP against bare RSA, and queries over many authorizations against few',
  async *run(context) {
    yield* await calls(context)
    yield await twoProcesses(context)
    yield* queries(context)
  },
}

// Calls over HTTP

const CALLERS = 16

async function calls(context: Context): Promise<Measurement[]> {
  const rounds = context.quick ? 3 : 11
  const perRound = context.quick ? 1_000 : 4_000
  const dataFolder = await context.makeTemporaryFolder()
  context.progress('starting the server')
  const server = await startProcess({ OPENISSUER_DATA: dataFolder })
  context.atEnd(() => server.end('SIGTERM'))
  const bound = await bindToCores(server)
  const client = await newClient(dataFolder)
  const limitId = await newLimit(client)
  const agent = new http.Agent({ keepAlive: true, maxSockets: CALLERS })
  const rawRates: number[] = []
  const rates: number[] = []
  for (let round = 0; round <= rounds; round++) {
    context.progress(`calls, round ${Math.max(round, 1)} of ${rounds}`)
    const rawRate = await rawRateOnServerCore(bound)
    const rate = await callRate(client, limitId, perRound, agent)
    // the first round only warms up
    if (round > 0) {
      rawRates.push(rawRate)
      rates.push(rate)
    }
    context.signal.throwIfAborted()
  }
  agent.destroy()
  await server.end('SIGTERM')
  if (bound) await run('taskset', ['-apc', `0-${availableParallelism() - 1}`, String(process.pid)])
  return [
    {
      name: `calls over HTTP, fresh AES key each, one process${bound ? ' on one core' : ''}`,
      value: median(rates),
      unit: 'calls/s',
      baseline: median(rawRates),
      ratio: medianRatio(rates, rawRates),
      goal: { of: 'ratio', is: 'at least', bound: 0.75 },
    },
  ]
}

/** The same calls by two servers on one database, where nothing is bound to a core: the callers take their part of both. */
async function twoProcesses(context: Context): Promise<Measurement> {
  const rounds = context.quick ? 3 : 11
  const perRound = context.quick ? 1_000 : 4_000
  const { connection } = await context.startDatabase()
  context.progress('starting two servers')
  const env = { OPENISSUER_DATA: await context.makeTemporaryFolder(), DATABASE_URL: databaseUrl(connection) }
  const first = await startProcess(env)
  context.atEnd(() => first.end('SIGTERM'))
  const second = await startProcess(env)
  context.atEnd(() => second.end('SIGTERM'))
  const client = await newClient(env.OPENISSUER_DATA)
  const limitId = await newLimit(client)
  const agent = new http.Agent({ keepAlive: true, maxSockets: CALLERS })
  context.atEnd(async () => agent.destroy())
  const rates: { one: number[]; both: number[] } = { one: [], both: [] }
  for (let round = 0; round <= rounds; round++) {
    context.progress(`calls by one and by two processes, round ${Math.max(round, 1)} of ${rounds}`)
    const one = await callRate(client, limitId, perRound, agent, [first.baseUrl])
    const both = await callRate(client, limitId, perRound, agent, [first.baseUrl, second.baseUrl])
    // the first round only warms up
    if (round > 0) {
      rates.one.push(one)
      rates.both.push(both)
    }
    context.signal.throwIfAborted()
  }
  return {
    name: 'calls over HTTP, two processes; baseline: one',
    value: median(rates.both),
    unit: 'calls/s',
    baseline: median(rates.one),
    ratio: medianRatio(rates.both, rates.one),
    goal: null,
  }
}

/** Core 0 is the server's and core 1 the callers'; without taskset the system places them, and the row says so. */
async function bindToCores(server: ServerProcess): Promise<boolean> {
  if (availableParallelism() < 2) return false
  try {
    await run('taskset', ['-apc', '0', String(server.pid)])
    await run('taskset', ['-apc', '1', String(process.pid)])
    return true
  } catch {
    return false
  }
}

async function rawRateOnServerCore(bound: boolean): Promise<number> {
  const script = [join(import.meta.dirname, '../raw-rsa.ts'), '1000']
  const { stdout } = bound
    ? await run('taskset', ['-c', '0', process.execPath, ...script])
    : await run(process.execPath, script)
  return Number(stdout)
}

async function newClient(dataFolder: string): Promise<PagsmileClient> {
  const file = await readFile(join(dataFolder, 'sandbox-credentials.json'), 'utf8')
  const { baseUrl, pagsmile } = JSON.parse(file) as { baseUrl: string; pagsmile: PagsmileClient['credentials'] }
  return new PagsmileClient({ ...pagsmile, baseUrl })
}

async function newLimit(client: PagsmileClient): Promise<unknown> {
  const holder = await dataOf(client, '/issuing/holder/create', HOLDER)
  const application = { order_no: newRequestId(), card_scheme: 3, card_type: 3, holder_id: holder.holder_id }
  const { card_token: cardToken } = await dataOf(client, '/issuing/card/apply', application)
  const limit = await dataOf(client, '/issuing/card/create-limit', { card_token: cardToken, ...LIMIT })
  return limit.limit_id
}

async function dataOf(client: PagsmileClient, path: string, business: object): Promise<Record<string, unknown>> {
  const answer = await client.call(path, business)
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.text}`)
  return answer.data as Record<string, unknown>
}

/** Requests are sealed before the clock starts; every answer is looked at, and one of each round is opened. */
async function callRate(
  client: PagsmileClient,
  limitId: unknown,
  count: number,
  agent: http.Agent,
  baseUrls: readonly string[] = [client.credentials.baseUrl],
): Promise<number> {
  const business = JSON.stringify({ limit_id: limitId })
  const bodies = Array.from({ length: count }, () => JSON.stringify(client.seal(business)))
  let next = 0
  const caller = async (baseUrl: string) => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const text = await post(`${baseUrl}/issuing/card/query-limit`, body, agent)
      if (!text.startsWith('{"code":"10000"')) throw new Error(`a call was answered ${text}`)
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => caller(baseUrls[index % baseUrls.length] ?? '')))
  const rate = (count / (performance.now() - startedAt)) * 1_000
  const opened = await dataOf(client, '/issuing/card/query-limit', { limit_id: limitId })
  if (opened.limit_id !== limitId) throw new Error('an answer does not say what was asked')
  return rate
}

function post(url: string, body: string, agent: http.Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const request = http.request(url, { method: 'POST', agent, headers }, answer => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve(Buffer.concat(chunks).toString()))
      answer.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

const HOLDER = {
  mobile: '8512345679',
  first_name: 'Ada',
  last_name: 'Lovelace',
  id_no: '7234559',
  id_type: 1,
  email: 'ada@example.com',
  birthday: '1990-11-08',
  nationality_code: 'BR',
  address: {
    line: 'Avenida Paulista 1000',
    postal_code: '01310',
    city_name: 'Sao Paulo',
    state: 'Sao Paulo',
    country_code: 'BR',
  },
}

const LIMIT = { daily_transactions: 100, single_amount: '100.00', daily_amount: '200.00', monthly_amount: '300.00' }

// Queries over authorizations

const KINDS: CardRecordFilter['eventKinds'] = ['clearing', 'clearing-correction', 'refund', 'refund-reversal', 'expiry']
const RANGE_DAYS = 31
const PAGE = 30

async function* queries(context: Context): AsyncIterable<Measurement> {
  const [few, many] = context.quick ? [1_000, 1_000_000] : [10_000, 10_000_000]
  const { connection } = await context.startDatabase()
  const pool = openPool(connection, { connections: 2, onError: () => {} })
  context.atEnd(() => pool.end())
  await migrate(pool, await loadMigrations())
  const small = await makePopulation(context, pool, 1n, few)
  const large = await makePopulation(context, pool, 2n, many)
  context.progress('vacuum and analyze')
  await pool.query('vacuum analyze card_authorization, authorization_event, card')
  context.progress('counting hours')
  await countHours(pool, startOfHour(YEAR_FROM.add({ hours: 366 * 24 })))
  await pool.query('analyze card_record_count')
  const { read } = createStorage(pool)
  const rounds = context.quick ? 5 : 21
  const perRound = context.quick ? 100 : 200
  for (const [what, ofCard] of [
    ['of one card', true],
    ['of all cards', false],
  ] as const) {
    const random = seededRandom(1)
    const p99s: { small: number[]; large: number[] } = { small: [], large: [] }
    for (let round = 0; round <= rounds; round++) {
      context.progress(`queries ${what}, round ${Math.max(round, 1)} of ${rounds}`)
      const measured = {
        small: await p99Of(read, small, ofCard, perRound, random),
        large: await p99Of(read, large, ofCard, perRound, random),
      }
      if (round > 0) {
        p99s.small.push(measured.small)
        p99s.large.push(measured.large)
      }
      context.signal.throwIfAborted()
    }
    yield {
      name: `${RANGE_DAYS} days ${what}, exact total, p99 over ${many} rows against ${few}`,
      value: median(p99s.large),
      unit: 'ms',
      baseline: median(p99s.small),
      ratio: medianRatio(p99s.large, p99s.small),
      goal: { of: 'ratio', is: 'at most', bound: 2 },
    }
  }
  yield figure('totals that were not exact', await wrongTotals(read, [small, large]), 'queries', {
    of: 'value',
    is: 'at most',
    bound: 0,
  })
}

/** Milliseconds that one query in a hundred takes longer than; windows and cards are chosen at random. */
async function p99Of(
  read: Reader,
  population: Population,
  ofCard: boolean,
  count: number,
  random: () => number,
): Promise<number> {
  const times: number[] = []
  for (let i = 0; i < count; i++) {
    const filter = filterOf(population, ofCard, random)
    const startedAt = performance.now()
    const { rows, total } = await read.cardRecords(filter)
    times.push(performance.now() - startedAt)
    if (rows.length !== Math.min(PAGE, total)) throw new Error(`a page of ${rows.length} rows where ${total} match`)
  }
  return percentile(times, 0.99)
}

function filterOf(population: Population, ofCard: boolean, random: () => number): CardRecordFilter {
  const from = YEAR_FROM.add({ seconds: Math.floor(random() * (365 - RANGE_DAYS) * 86_400) })
  return {
    partnerId: population.partnerId,
    from,
    to: from.add({ hours: RANGE_DAYS * 24 }),
    offset: 0,
    limit: PAGE,
    purposes: PURPOSES,
    declined: true,
    eventKinds: KINDS,
    ...(ofCard ? { cardToken: tokenOf(population, 1 + Math.floor(random() * population.cards)) } : {}),
  }
}

/** The rows were made at even distances, so how many lie in a window can be worked out. */
async function wrongTotals(read: Reader, populations: readonly Population[]): Promise<number> {
  const random = seededRandom(2)
  let wrong = 0
  for (const population of populations) {
    for (let i = 0; i < 20; i++) {
      const filter = filterOf(population, false, random)
      const { total } = await read.cardRecords(filter)
      if (total !== rowsBetween(population, filter)) wrong += 1
    }
  }
  return wrong
}

/** In microseconds, the precision that the database keeps times in. */
function rowsBetween({ rows }: Population, { from, to }: CardRecordFilter): number {
  const yearUs = BigInt(365 * 86_400) * 1_000_000n
  const stepUs = yearUs / BigInt(rows)
  const sinceUs = (instant: Temporal.Instant) =>
    BigInt(instant.epochMilliseconds - YEAR_FROM.epochMilliseconds) * 1_000n
  const upTo = (us: bigint) => (us < 0n ? 0n : us / stepUs + 1n)
  return Number(upTo(sinceUs(to)) - upTo(sinceUs(from) - 1n))
}
