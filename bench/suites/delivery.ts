/**
 * The delivery of events: how fast a backlog drains, what healthy receivers feel of dead ones, and whether anything is lost
 * when the server is killed again and again.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { amount } from '@openissuer/core/money/amount.ts'
import { readCredentials, type SandboxCredentials } from '../../demo/issuer-process.ts'
import { PagsmileClient } from '../../demo/pagsmile-client.ts'
import type { AuthorizationEngine } from '../../packages/server/src/app/engine/authorization-engine.ts'
import { wallClock } from '../../packages/server/src/clock.ts'
import { pagsmileNotifications } from '../../packages/server/src/dialects/pagsmile/notifications.ts'
import { createDeliveryStore } from '../../packages/server/src/storage/delivery-store.ts'
import { createStorage } from '../../packages/server/src/storage/postgres-storage.ts'
import { CONCURRENCY } from '../../packages/server/src/webhooks/endpoint-worker.ts'
import { type Relay, startRelay } from '../../packages/server/src/webhooks/relay.ts'
import { createSender } from '../../packages/server/src/webhooks/sender.ts'
import { type ServerProcess, startProcess } from '../../test/support/server-process.ts'
import { runClosedLoop } from '../closed-loop.ts'
import { type BenchIssuer, createBenchIssuer, MERCHANT, PARTNER_ID, USD } from '../issuer.ts'
import { BAD_MANNERS, type Receipt } from '../receivers.ts'
import { type Receivers, startReceivers } from '../receivers-process.ts'
import { median, percentile, seededRandom } from '../statistics.ts'
import { atMost, type Context, figure, type Measurement, type Suite } from '../suite.ts'

export const suite: Suite = {
  name: 'delivery',
  about: 'webhooks: drain of a backlog, healthy beside dead receivers, kill -9; needs about 4 minutes',
  run,
}

const CARDS = 10_000

async function* run(context: Context): AsyncGenerator<Measurement> {
  const issuer = await createBenchIssuer(context, CARDS)
  const engine = issuer.engine({ lanes: 4, batchMax: 256 })
  const receivers = await startReceivers(context)
  await addApp(issuer)
  yield* drain(context, issuer, engine, receivers)
  yield* besideDeadOnes(context, issuer, engine, receivers)
  yield* killed(context, receivers)
}

// The issuer's side

async function addApp({ pool }: BenchIssuer): Promise<void> {
  await pool.query(
    `insert into pagsmile_app (app_id, partner_id, partner_no, platform_private_key, platform_public_key, unlimited_date_range, created_at)
     values ('app', $1, '21000000000000001', '\\x00', '', false, now())`,
    [PARTNER_ID],
  )
}

let endpoints = 0

async function addEndpoint({ pool }: BenchIssuer, url: string): Promise<bigint> {
  endpoints += 1
  const endpointId = BigInt(endpoints)
  await pool.query(
    `insert into webhook_endpoint (partner_id, endpoint_id, dialect, credential, url, kinds, state, created_at)
     values ($1, $2, 'pagsmile', 'app', $3, '{authorization}', 'active', now())`,
    [PARTNER_ID, endpointId, url],
  )
  return endpointId
}

/** As the product runs it. */
function startBenchRelay(context: Context, issuer: BenchIssuer): Relay {
  const vault = { openSecret: () => raise('nobody is sent a one-time password here') }
  const pagsmile = pagsmileNotifications({ storage: createStorage(issuer.pool), vault })
  const relay = startRelay({
    store: createDeliveryStore(issuer.openPool(2, true)),
    dialects: { pagsmile, keysecure: pagsmile },
    clock: wallClock,
    wall: wallClock,
    createSender: () => createSender({ loopback: true, connections: CONCURRENCY }),
    onFault: error => {
      throw error
    },
  })
  context.atEnd(() => relay.stop())
  return relay
}

function raise(message: string): never {
  throw new Error(message)
}

let messages = 0

/** @returns the id of an authorization that has just been committed */
async function authorizeOnce(engine: AuthorizationEngine, cardId: bigint): Promise<bigint> {
  const matchKey = `message-${++messages}`
  const price = amount(100n, USD)
  const answer = await engine.submit({
    partnerId: PARTNER_ID,
    cardId,
    accountId: cardId,
    matchKey,
    inputHash: createHash('sha256').update(matchKey).digest(),
    purpose: 'purchase',
    transactionAmount: price,
    billingAmount: price,
    merchant: MERCHANT,
    entryMode: 'chip',
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
  })
  if (answer.kind !== 'decided') throw new Error(`not decided: ${answer.kind}`)
  return answer.authorization.authorizationId
}

// Drain

async function* drain(
  context: Context,
  issuer: BenchIssuer,
  engine: AuthorizationEngine,
  receivers: Receivers,
): AsyncGenerator<Measurement> {
  const events = context.quick ? 10_000 : 100_000
  const endpointId = await addEndpoint(issuer, `http://127.0.0.1:${receivers.port}/good`)
  const random = seededRandom(1)
  context.progress(`making a backlog of ${events} events`)
  let left = events
  const made = new Set<string>()
  const caller = async () => {
    while (left-- > 0) made.add(String(await authorizeOnce(engine, 1n + BigInt(Math.floor(random() * CARDS)))))
  }
  await Promise.all(Array.from({ length: 1_024 }, caller))
  await issuer.pool.query('checkpoint')
  context.progress('bare requests to the same receiver')
  const bare = await bareRequests(context, receivers)
  context.progress('draining')
  const startedAt = performance.now()
  const relay = startBenchRelay(context, issuer)
  for (let delivered = 0; delivered < events; ) {
    context.signal.throwIfAborted()
    // counting costs time too
    await delay(500)
    delivered = await deliveredTo(issuer, endpointId)
    context.progress(`draining: ${delivered} of ${events}`)
  }
  const perSecond = events / ((performance.now() - startedAt) / 1_000)
  await relay.stop()
  const receipts = await receivers.take()
  const received = new Set(receipts.map(([, , authorizationId]) => authorizationId))
  yield {
    name: `drain of ${events} events to one receiver`,
    value: perSecond,
    unit: 'events/s',
    baseline: bare,
    ratio: perSecond / bare,
    goal: { of: 'value', is: 'at least', bound: 2_000 },
  }
  yield figure('events of the backlog lost', [...made].filter(id => !received.has(id)).length, 'events', atMost(0))
  yield figure('sent twice though nothing failed', receipts.length - received.size, 'events', atMost(0))
  await issuer.pool.query(`update webhook_endpoint set state = 'deleted'`)
}

async function deliveredTo({ pool }: BenchIssuer, endpointId: bigint): Promise<number> {
  const { rows } = await pool.query<{ count: bigint }>(
    `select count(*) as count from webhook_delivery where partner_id = $1 and endpoint_id = $2 and state = 'delivered'`,
    [PARTNER_ID, endpointId],
  )
  return Number(rows[0]?.count)
}

/** What the same sender does with a ready-made message and without any database. */
async function bareRequests(context: Context, receivers: Receivers): Promise<number> {
  const sender = await createSender({ loopback: true, connections: CONCURRENCY })
  const body = JSON.stringify({ request_id: 'IC0', biz_data: { auth_id: '0', filling: 'x'.repeat(800) } })
  const message = { headers: { 'content-type': 'application/json' }, body }
  const load = { concurrency: CONCURRENCY, durationMs: context.quick ? 1_000 : 3_000, signal: context.signal }
  const url = `http://127.0.0.1:${receivers.port}/good`
  const rates: number[] = []
  for (let round = 0; round < 3; round++) {
    const { operations, seconds } = await runClosedLoop(load, () => sender.send(url, message, 10_000))
    rates.push(operations / seconds)
  }
  await sender.close()
  await receivers.take()
  return median(rates)
}

// Healthy beside dead

const ENDPOINTS = 50
const EVENTS_PER_SECOND = 40

async function* besideDeadOnes(
  context: Context,
  issuer: BenchIssuer,
  engine: AuthorizationEngine,
  receivers: Receivers,
): AsyncGenerator<Measurement> {
  const seconds = context.quick ? 5 : 30
  for (let n = 0; n < ENDPOINTS / 2; n++) {
    await addEndpoint(issuer, `http://127.0.0.1:${receivers.port}/good/${n}`)
    // every fifth refuses the connection
    const manner = BAD_MANNERS[n % (BAD_MANNERS.length + 1)]
    await addEndpoint(
      issuer,
      manner === undefined ? 'http://127.0.0.1:1/' : `http://127.0.0.1:${receivers.port}/${manner}`,
    )
  }
  const relay = startBenchRelay(context, issuer)
  const committedAt = new Map<string, number>()
  const random = seededRandom(2)
  const calls: Promise<void>[] = []
  const announceOne = async (cardId: bigint) => {
    const id = await authorizeOnce(engine, cardId)
    committedAt.set(String(id), performance.timeOrigin + performance.now())
    relay.wake(PARTNER_ID)
  }
  for (let n = 0; n < seconds * EVENTS_PER_SECOND; n++) {
    context.signal.throwIfAborted()
    context.progress(`half of ${ENDPOINTS} endpoints dead: ${n} events`)
    calls.push(announceOne(1n + BigInt(Math.floor(random() * CARDS))))
    await delay(1_000 / EVENTS_PER_SECOND)
  }
  await Promise.all(calls)
  await delay(3_000)
  const receipts = await receivers.take()
  const latencies = receipts.map(([, , id, atMs]) => atMs - (committedAt.get(id) ?? Number.NaN))
  const expected = (committedAt.size * ENDPOINTS) / 2
  const share = `of ${ENDPOINTS} endpoints half dead, healthy ones, commit to receipt`
  yield figure(`${share}, p50`, percentile(latencies, 0.5), 'ms')
  yield figure(`${share}, p99`, percentile(latencies, 0.99), 'ms', atMost(2_000))
  yield figure(`not received by them, of ${expected}`, expected - receipts.length, 'events', atMost(0))
  await relay.stop()
}

// kill -9

async function* killed(context: Context, receivers: Receivers): AsyncGenerator<Measurement> {
  const kills = context.quick ? 5 : 100
  const dataFolder = await context.makeTemporaryFolder()
  const random = seededRandom(3)
  const acknowledged = new Set<string>()
  const receipts: Receipt[] = []
  let server = await startServer(context, dataFolder)
  const { cardToken, operator } = await prepare(server, dataFolder, receivers)
  for (let kill = 1; kill <= kills; kill++) {
    context.signal.throwIfAborted()
    context.progress(`kill ${kill} of ${kills}, ${acknowledged.size} purchases acknowledged`)
    const until = performance.now() + 100 + random() * 500
    const { baseUrl } = server
    const buyer = async () => {
      while (performance.now() < until + 5_000) {
        const bought = await operator(baseUrl, '/simulations/authorizations', {
          cardToken,
          amount: '0.01',
          currency: 'USD',
        })
        acknowledged.add(String(bought['authorizationId']))
      }
    }
    // they end with the server
    const buyers = Promise.allSettled(Array.from({ length: 8 }, buyer))
    await delay(until - performance.now())
    await server.end('SIGKILL')
    await buyers
    server = await startServer(context, dataFolder)
    receipts.push(...(await receivers.take()))
  }
  const settledBy = performance.now() + 60_000
  for (let missing = 1; missing > 0 && performance.now() < settledBy; ) {
    await delay(500)
    receipts.push(...(await receivers.take()))
    const seen = new Set(receipts.map(([, , id]) => id))
    missing = [...acknowledged].filter(id => !seen.has(id)).length
    context.progress(`waiting for ${missing} events`)
  }
  await server.end('SIGTERM')
  receipts.push(...(await receivers.take()))
  const idsOf = Map.groupBy(receipts, ([, , authorizationId]) => authorizationId)
  const lost = [...acknowledged].filter(id => !idsOf.has(id)).length
  const renamed = [...idsOf.values()].filter(each => new Set(each.map(([, id]) => id)).size > 1).length
  yield figure(`events lost over ${kills} kill -9, of ${acknowledged.size} acknowledged`, lost, 'events', atMost(0))
  yield figure('repetitions under another id', renamed, 'events', atMost(0))
  yield figure('sent more than once', [...idsOf.values()].filter(each => each.length > 1).length, 'events')
}

async function startServer(context: Context, dataFolder: string): Promise<ServerProcess> {
  const server = await startProcess({ OPENISSUER_DATA: dataFolder, OPENISSUER_LOG_LEVEL: 'warn' })
  context.atEnd(() => server.end('SIGKILL'))
  return server
}

type Operator = (baseUrl: string, path: string, body: object) => Promise<Record<string, unknown>>

/** A loaded card and an endpoint, made as an operator and a partner would. */
async function prepare(server: ServerProcess, dataFolder: string, receivers: Receivers) {
  const credentials = await readCredentials(join(dataFolder, 'sandbox-credentials.json'))
  const operator: Operator = async (baseUrl, path, body) => {
    const answer = await fetch(`${baseUrl}/operator/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credentials.operatorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  const { baseUrl } = server
  await operator(baseUrl, `/partners/${credentials.partnerId}/webhook-endpoints`, {
    dialect: 'pagsmile',
    credential: credentials.pagsmile.appId,
    url: `http://127.0.0.1:${receivers.port}/good/killed`,
    kinds: ['authorization'],
  })
  return { cardToken: await newCard(credentials), operator }
}

const HOLDER = {
  mobile: '8512345679',
  first_name: 'Ada',
  last_name: 'Lovelace',
  id_no: '1234567890',
  id_type: 1,
  issuance_date: '2020-01-01',
  expires_on: '2040-01-01',
  email: 'ada@example.com',
  birthday: '1990-11-08',
  nationality_code: 'BR',
  address: {
    line: 'Avenida Paulista 1000',
    line2: '',
    postal_code: '01310',
    city_name: 'Sao Paulo',
    state: 'Sao Paulo',
    country_code: 'BR',
  },
}

async function newCard({ baseUrl, pagsmile }: SandboxCredentials): Promise<string> {
  const client = new PagsmileClient({ baseUrl, ...pagsmile })
  const application = {
    order_no: 'BENCH-1',
    card_scheme: 3,
    card_type: 3,
    card_bin: '658704',
    holder: HOLDER,
    initial_balance: '10000.00',
    pay_account_num: pagsmile.fundingAccount,
  }
  const { data, text } = await client.call('/issuing/card/apply', application)
  const token = (data as { card_token?: string } | undefined)?.card_token
  if (token === undefined || token === '') throw new Error(`no card was made: ${text}`)
  return token
}
