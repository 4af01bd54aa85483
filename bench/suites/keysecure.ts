/**
 * The KeySecure format as merchants meet it: the card list over HTTP beside a bare route that runs the same statements, the
 * same list over many cards beside few, and authorizations that the merchant decides, with one that answers and one that
 * never does.
 */
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Fastify from 'fastify'
import type { Pool } from 'pg'
import pino from 'pino'
import { KeySecureClient } from '../../demo/keysecure-client.ts'
import { answerAuthorization } from '../../packages/server/src/app/answer-authorization.ts'
import { readConfig } from '../../packages/server/src/config.ts'
import { readCredentials } from '../../packages/server/src/first-start.ts'
import { type RunningServer, startServer } from '../../packages/server/src/start.ts'
import { openPool } from '../../packages/server/src/storage/database.ts'
import { createStorage } from '../../packages/server/src/storage/postgres-storage.ts'
import { runClosedLoop } from '../closed-loop.ts'
import { databaseUrl } from '../database-url.ts'
import { USD } from '../issuer.ts'
import { runOpenLoop } from '../open-loop.ts'
import { startReceivers } from '../receivers-process.ts'
import { median, medianRatio, percentile, seededRandom } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'keysecure',
  about: 'the card list against bare SQL and over many cards, and authorizations that a merchant decides',
  async *run(context) {
    const world = await createWorld(context)
    yield await listOverHttp(context, world)
    yield* decisions(context, world)
    yield* listOverMany(context, world)
  },
}

type World = {
  readonly server: RunningServer
  readonly pool: Pool
  readonly operatorKey: string
  readonly apiKey: string
  readonly partnerId: bigint
}

async function createWorld(context: Context): Promise<World> {
  const dataFolder = await context.makeTemporaryFolder()
  context.progress('starting the server')
  const { connection } = await context.startDatabase(join(dataFolder, 'bench'))
  const config = readConfig({
    OPENISSUER_DATA: dataFolder,
    PORT: '0',
    DATABASE_URL: databaseUrl(connection),
  })
  const server = await startServer(config, pino({ level: 'silent' }))
  context.atEnd(() => server.stop())
  const pool = openPool(connection, { connections: 4, onError: () => undefined })
  context.atEnd(() => pool.end())
  const credentials = await readCredentials(dataFolder)
  if (credentials === undefined) throw new Error('the server has left no credentials')
  const { operatorKey, keysecure } = credentials
  const credential = await server.ports.storage.read.keysecureCredential(keysecure.apiKey)
  if (credential === undefined) throw new Error('the credential is not there')
  return { server, pool, operatorKey, apiKey: keysecure.apiKey, partnerId: credential.partnerId }
}

// The card list

const CALLERS = 16
const LIST = '/open-api/v1/card/list'
const PAGE_SIZE = 10

async function listOverHttp(context: Context, world: World): Promise<Measurement> {
  await makeCards(world, 1_000)
  const client = new KeySecureClient({ baseUrl: world.server.baseUrl, apiKey: world.apiKey })
  const { data } = (await client.logIn()).envelope
  const token = (data as { access_token: string }).access_token
  const bare = await bareRoute(context, world)
  const rounds = context.quick ? 2 : 7
  const rates: number[] = []
  const bareRates: number[] = []
  const load = { concurrency: CALLERS, durationMs: context.quick ? 1_000 : 4_000, signal: context.signal }
  const agent = new http.Agent({ keepAlive: true, maxSockets: CALLERS })
  context.atEnd(async () => agent.destroy())
  const body = JSON.stringify({ ...windowOfBench(), page: 0, size: PAGE_SIZE })
  for (let round = 0; round <= rounds; round++) {
    context.progress(`card list: round ${Math.max(round, 1)} of ${rounds}`)
    const headers = () => ({
      'api-key': world.apiKey,
      'access-token': token,
      timestamp: String(Date.now()),
      'content-type': 'application/json',
    })
    const asked = await runClosedLoop(load, () => post(agent, `${world.server.baseUrl}${LIST}`, headers(), body))
    const alone = await runClosedLoop(load, () => post(agent, bare, { 'content-type': 'application/json' }, body))
    // the first round only warms up
    if (round > 0) {
      rates.push(asked.operations / asked.seconds)
      bareRates.push(alone.operations / alone.seconds)
    }
  }
  return {
    name: 'card list over HTTP, one process; baseline: a bare route with the same statements',
    value: median(rates),
    unit: 'calls/s',
    baseline: median(bareRates),
    ratio: medianRatio(rates, bareRates),
    goal: { of: 'ratio', is: 'at least', bound: 0.6 },
  }
}

function windowOfBench(): { start_time: string; end_time: string } {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  return { start_time: day(-80), end_time: day(1) }
}

/** What the list asks of the database, one statement after the other, without anything around it. */
async function bareRoute(context: Context, { server, apiKey, partnerId }: World): Promise<string> {
  const { read } = server.ports.storage
  const route = Fastify()
  const to = Temporal.Now.instant().add({ hours: 48 })
  const from = to.subtract({ hours: 24 * 82 })
  route.post('/list', async () => {
    await read.keysecureCredential(apiKey)
    await read.partner(partnerId)
    await read.accessToken(new Uint8Array(32))
    const cards = await read.cards({ partnerId, from, to, offset: 0, limit: PAGE_SIZE })
    await read.cardholders(partnerId, [...new Set(cards.flatMap(card => card.cardholderId ?? []))])
    return cards.map(card => ({ token: card.token, lastFour: card.lastFour, status: card.status }))
  })
  await route.listen({ port: 0, host: '127.0.0.1' })
  context.atEnd(() => route.close())
  return `http://127.0.0.1:${(route.server.address() as AddressInfo).port}/list`
}

function post(agent: http.Agent, url: string, headers: Record<string, string>, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent, headers }, response => {
      const failed = response.statusCode !== 200
      response.on('end', () => (failed ? reject(new Error(`HTTP ${response.statusCode}`)) : resolve())).resume()
    })
    request.on('error', reject)
    request.end(body)
  })
}

/** Cards as the use cases would have made them, except that nobody could spend with these: their numbers are sealed by nobody. */
async function makeCards({ pool, partnerId }: World, count: number): Promise<void> {
  const { rows } = await pool.query<{ last: bigint }>('select coalesce(max(card_id), 1000000) as last from card')
  const first = Math.max(Number(rows[0]?.last), 1_000_000) + 1
  await pool.query(
    `insert into cardholder (partner_id, cardholder_id, unique_no, verification, created_at)
     values ($1, 900000, 'bench', 'approved', now()) on conflict do nothing`,
    [partnerId],
  )
  await pool.query(
    `insert into card (partner_id, card_id, cardholder_id, program_id, account_id, token, unique_no, form, network, shared,
       bin, last_four, pan_ciphertext, pan_key_id, expiry_year, expiry_month, status, created_at)
     select $1, n, 900000, 1, (select min(account_id) from account where partner_id = $1 and kind = 'reserve'),
            'b' || n, 'bench-' || n, 'virtual', 'discover', false, '658704', lpad((n % 10000)::text, 4, '0'), '', 0, 2099, 1,
            'active', now() - (n % 6480000) * interval '1 second'
       from generate_series($2::bigint, $3::bigint) n`,
    [partnerId, first, first + count - 1],
  )
  await pool.query('vacuum analyze card')
}

const FEW = 10_000
const MANY = 10_000_000
const MANY_QUICK = 200_000
const INSERT_AT_ONCE = 500_000

async function* listOverMany(context: Context, world: World): AsyncGenerator<Measurement> {
  const many = context.quick ? MANY_QUICK : MANY
  await makeCards(world, FEW - 1_000)
  const few = await listTimes(context, world)
  for (let made = FEW; made < many; made += INSERT_AT_ONCE) {
    context.progress(`making ${many} cards: ${made}`)
    context.signal.throwIfAborted()
    await makeCards(world, Math.min(INSERT_AT_ONCE, many - made))
  }
  const all = await listTimes(context, world)
  const [value, baseline] = [percentile(all, 0.99), percentile(few, 0.99)]
  yield {
    name: `card list over ${many} cards, p99; baseline: over ${FEW}`,
    value,
    unit: 'ms',
    baseline,
    ratio: value / baseline,
    goal: { of: 'ratio', is: 'at most', bound: 2 },
  }
}

async function listTimes(context: Context, { server, partnerId }: World): Promise<number[]> {
  const { read } = server.ports.storage
  const random = seededRandom(1)
  const now = Temporal.Now.instant()
  const times: number[] = []
  for (let query = 0; query < (context.quick ? 300 : 3_000); query++) {
    context.signal.throwIfAborted()
    const to = now.subtract({ seconds: Math.floor(random() * 3_000_000) })
    const from = to.subtract({ hours: 24 * 30 })
    const startedAt = performance.now()
    await read.cards({ partnerId, from, to, offset: PAGE_SIZE * Math.floor(random() * 5), limit: PAGE_SIZE })
    times.push(performance.now() - startedAt)
  }
  return times
}

// Authorizations that the merchant decides

const DECIDING = 64
const HANGING_PER_SECOND = 100

type Deciding = { readonly partnerId: bigint; readonly cardIds: readonly bigint[] }

async function decidingPartner(world: World, url: string): Promise<Deciding> {
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${world.server.baseUrl}/operator/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${world.operatorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`)
    return (await answer.json()) as { partnerId: string; keysecure: { apiKey: string } }
  }
  const partner = { name: 'Bench', integrationMode: 'partner-decides', openingBalance: '1000000.00', keysecure: {} }
  const { partnerId, keysecure } = await call('POST', '/partners', partner)
  await call('PUT', `/partners/${partnerId}/responder`, { apiKey: keysecure.apiKey, url })
  const deciding = { ...world, partnerId: BigInt(partnerId) }
  await makeCards(deciding, 1_000)
  const { rows } = await createStorage(world.pool)
    .read.cards({ partnerId: deciding.partnerId, from: EVER_FROM, to: EVER_TO, offset: 0, limit: 1_000 })
    .then(cards => ({ rows: cards.map(card => card.cardId) }))
  return { partnerId: deciding.partnerId, cardIds: rows }
}

const EVER_FROM = Temporal.Instant.from('2000-01-01T00:00:00Z')
const EVER_TO = Temporal.Instant.from('2099-01-01T00:00:00Z')

let purchases = 0

async function buy({ server }: World, { partnerId, cardIds }: Deciding): Promise<string> {
  purchases += 1
  const number = purchases
  const cardId = cardIds[number % cardIds.length]
  if (cardId === undefined) throw new Error('no cards')
  const answer = await answerAuthorization(server.ports, {
    partnerId,
    cardId,
    matchKey: `bench:${number}`,
    inputHash: new Uint8Array(),
    purpose: 'purchase',
    transactionAmount: { minor: 1n, currency: USD },
    merchant: { id: null, name: 'Bench', mcc: '5411', country: 'US', city: null, acquirerId: null },
    entryMode: null,
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
  })
  return 'authorization' in answer ? (answer.authorization.declineReason ?? 'approved') : answer.kind
}

async function* decisions(context: Context, world: World): AsyncGenerator<Measurement> {
  const { port } = await startReceivers(context)
  const healthy = await decidingPartner(world, `http://127.0.0.1:${port}/approving`)
  const hanging = await decidingPartner(world, `http://127.0.0.1:${port}/silent`)
  const durationMs = context.quick ? 2_000 : 10_000
  const subject = async () => {
    const said = await buy(world, healthy)
    if (said !== 'approved') throw new Error(`not approved: ${said}`)
  }
  context.progress('a merchant that answers')
  const load = await runClosedLoop({ concurrency: DECIDING, durationMs, signal: context.signal }, subject)
  yield figure('decided by a merchant that answers at once', load.operations / load.seconds, 'decisions/s', {
    of: 'value',
    is: 'at least',
    bound: 3_000,
  })
  const perSecond = load.operations / load.seconds / 2
  const rounds = context.quick ? 2 : 7
  const open = { perSecond, durationMs: context.quick ? 1_000 : 4_000, signal: context.signal }
  const slow: number[] = []
  const askHanging = async () => {
    const startedAt = performance.now()
    await buy(world, hanging)
    slow.push(performance.now() - startedAt)
  }
  const p99s: { alone: number[]; beside: number[] } = { alone: [], beside: [] }
  for (let round = 1; round <= rounds; round++) {
    context.progress(`alone and beside a merchant that hangs, round ${round} of ${rounds}`)
    p99s.alone.push((await runOpenLoop(open, subject)).p99Ms)
    const [beside] = await Promise.all([
      runOpenLoop(open, subject),
      runOpenLoop({ ...open, perSecond: HANGING_PER_SECOND }, askHanging),
    ])
    p99s.beside.push(beside.p99Ms)
  }
  yield figure('of that the whole time at half of it, p99', median(p99s.alone), 'ms', atMost(30))
  yield figure('answers where the merchant hangs, p50', percentile(slow, 0.5), 'ms')
  yield figure('the slowest of them', Math.max(...slow), 'ms', atMost(850))
  yield {
    name: 'p99 beside a merchant that hangs; baseline: without it',
    value: median(p99s.beside),
    unit: 'ms',
    baseline: median(p99s.alone),
    ratio: medianRatio(p99s.beside, p99s.alone),
    goal: { of: 'ratio', is: 'at most', bound: 1.2 },
  }
}
