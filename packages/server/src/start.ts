/**
 * Puts the server together and starts it: database, migrations, vault, seed, doors. The only place that knows all parts.
 */
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { createCardDirectory } from './app/card-directory.ts'
import { closings } from './app/close-card.ts'
import { type DueWork, runDue } from './app/due-work.ts'
import { type BatchStore, createAuthorizationEngine } from './app/engine/authorization-engine.ts'
import { reverseLateApproval } from './app/engine/late-approval.ts'
import { createExchangeRates } from './app/exchange-rates.ts'
import { managementFees } from './app/fees/management-fees.ts'
import { createInquiries, type Inquiries } from './app/inquiry/inquiries.ts'
import { createOrphanWatch } from './app/inquiry/orphans.ts'
import { expiries } from './app/lifecycle/expire-authorizations.ts'
import { ApiLog } from './app/live/api-log.ts'
import { DecisionFeed } from './app/live/decision-feed.ts'
import { DecisionStatistics } from './app/live/decision-statistics.ts'
import type { Ports, Storage } from './app/ports.ts'
import { createProductClock, followClock, type ProductClock, REAL_TIME } from './app/product-clock.ts'
import type { WebhookDialects, WebhookDoor } from './app/webhook-ports.ts'
import { wallClock } from './clock.ts'
import type { Config } from './config.ts'
import { authCallback } from './dialects/keysecure/auth-callback.ts'
import { keysecureCallbacks } from './dialects/keysecure/callbacks.ts'
import { programNoOf } from './dialects/keysecure/ids.ts'
import { keysecureInspector } from './dialects/keysecure/inspection.ts'
import { keysecureDialect } from './dialects/keysecure/routes.ts'
import { pagsmileInspector } from './dialects/pagsmile/inspection.ts'
import { pagsmileNotifications } from './dialects/pagsmile/notifications.ts'
import { pagsmileDialect } from './dialects/pagsmile/routes.ts'
import { noteBaseUrl, type SandboxCredentials, setUpFirstStart } from './first-start.ts'
import { consolePages } from './http/console-pages.ts'
import { referencePages } from './http/reference-pages.ts'
import { RequestCounts } from './http/request-counts.ts'
import { createHttpServer } from './http/server.ts'
import { reviewByOperator, sandboxKyc } from './kyc/sandbox-kyc.ts'
import { watchLedger } from './ledger-watch.ts'
import { consoleFiles } from './make-console.ts'
import { secretHash } from './operator/access.ts'
import { metricsPage } from './operator/metrics.ts'
import { operatorApi } from './operator/operator-api.ts'
import { answersQuickly, platformOf } from './platform.ts'
import { secureRandom } from './random.ts'
import { createBatchStore } from './storage/authorization-batches.ts'
import { createDataKeyStore } from './storage/data-keys.ts'
import { type DatabaseTarget, ENGINE_SESSION, isConflict, openPool } from './storage/database.ts'
import { createDeliveryStore } from './storage/delivery-store.ts'
import { startEmbeddedPostgres } from './storage/embedded/embedded-postgres.ts'
import { assertDurable, readEngineFacts } from './storage/engine.ts'
import { createIdAllocator, createIdBlocks } from './storage/id-allocator.ts'
import { loadMigrations, migrate } from './storage/migrate.ts'
import { createStorage } from './storage/postgres-storage.ts'
import { keyProviderOf } from './vault/key-provider.ts'
import { openVault } from './vault/vault.ts'
import { refusalOf } from './webhooks/addresses.ts'
import { announcingStorage } from './webhooks/announcing-storage.ts'
import { CONCURRENCY } from './webhooks/endpoint-worker.ts'
import { type Relay, startRelay } from './webhooks/relay.ts'
import { createSender } from './webhooks/sender.ts'

export type RunningServer = {
  readonly baseUrl: string
  readonly ports: Ports
  /** the operator key, only in the start that made it */
  readonly newOperatorKey: string | undefined
  /** undefined in live mode, and where the file of the first start is elsewhere */
  readonly credentials: SandboxCredentials | undefined
  /** Takes no new requests, answers those under way, then closes the database. Idempotent. */
  stop(): Promise<void>
  /** Resolves with the reason when the server can no longer work, such as its embedded database ending. */
  readonly failed: Promise<string>
}

/** How long requests under way may take to finish when the server stops. */
const DRAIN_MS_MAX = 10_000
/** the database in the embedded cluster */
export const DATABASE_NAME = 'openissuer'

/** Two batches that commit while two are being decided keep two cores busy. */
const ENGINE_LANES = 4
/** A lane has up to two batches under way. */
const ENGINE_CONNECTIONS = 2 * ENGINE_LANES
const ENGINE_BATCH_MAX = 256
const ENGINE_QUEUE_MAX = 4_096
const ENGINE_DEADLINE_MS = 2_000
/** A statement that takes longer has lost its peer; by then its requests have been declined. */
const ENGINE_STATEMENT_MS_MAX = 5_000

/** Its statements are short and many endpoints share them. */
const RELAY_CONNECTIONS = 2

/** What has to be undone when the start fails or the server stops, in reverse order. */
type Cleanup = (() => Promise<void>)[]

export async function startServer(config: Config, logger: Logger): Promise<RunningServer> {
  const cleanup: Cleanup = []
  try {
    return await start(config, logger, cleanup)
  } catch (error) {
    await undo(cleanup)
    throw error
  }
}

async function start(config: Config, logger: Logger, cleanup: Cleanup): Promise<RunningServer> {
  const { target, failed } = await openDatabase(config, logger, cleanup)
  const onError = (error: Error) => logger.warn({ reason: error.message }, 'an idle database connection was lost')
  const pool = openPool(target, {
    connections: config.databaseConnections - ENGINE_CONNECTIONS - RELAY_CONNECTIONS - 1,
    onError,
  })
  cleanup.push(() => pool.end())
  const idPool = openPool(target, { connections: 1, onError, statementMsMax: ENGINE_STATEMENT_MS_MAX })
  cleanup.push(() => idPool.end())

  const facts = await readEngineFacts(pool)
  logger.info({ engine: 'PostgreSQL', embedded: config.databaseUrl === undefined, ...facts }, 'database is open')
  if (config.mode === 'live') assertDurable(facts)
  const applied = await migrate(pool, await loadMigrations())
  if (applied.length > 0) logger.info({ applied }, 'schema is migrated')
  await createIdBlocks(idPool)

  const relaying: { relay?: Relay } = {}
  const committed = (partnerId: bigint) => relaying.relay?.wake(partnerId)
  const storage = announcingStorage(createStorage(pool), committed)
  const clock = await productClock(config, storage, logger, cleanup)
  const enginePool = openPool(target, {
    connections: ENGINE_CONNECTIONS,
    onError,
    pipeline: true,
    session: ENGINE_SESSION,
    statementMsMax: ENGINE_STATEMENT_MS_MAX,
  })
  cleanup.push(() => enginePool.end())
  const ids = createIdAllocator(idPool)
  const engine = createAuthorizationEngine({
    store: announcingBatches(createBatchStore(enginePool), committed),
    ids,
    random: secureRandom,
    clock,
    lanes: ENGINE_LANES,
    batchMax: ENGINE_BATCH_MAX,
    queueMax: ENGINE_QUEUE_MAX,
    deadlineMs: ENGINE_DEADLINE_MS,
    reverseLate: authorization => reverseLateApproval(ports, authorization),
    isConflict,
    onFault: error => logger.warn({ reason: String(error) }, 'a batch of authorizations failed'),
  })
  cleanup.push(() => engine.drained())
  const withoutInquiries = {
    storage,
    rates: createExchangeRates(storage.read),
    cards: createCardDirectory(storage.read),
    clock,
    ids,
    random: secureRandom,
    engine,
    vault: await openVault(keyProviderOf(config), createDataKeyStore(pool)),
    kyc: config.mode === 'sandbox' ? sandboxKyc : reviewByOperator,
    mode: config.mode,
    decisions: new DecisionFeed(new DecisionStatistics()),
  }
  const ports: Ports = { ...withoutInquiries, inquiries: openInquiries(config, withoutInquiries, logger, cleanup) }
  watchOrphans(ports, logger, cleanup)
  const webhooks = openWebhooks(config, ports)
  const relayPool = openPool(target, { connections: RELAY_CONNECTIONS, onError, pipeline: true })
  cleanup.push(() => relayPool.end())
  const deliveries = createDeliveryStore(relayPool)
  // nobody else works on the database in our own folder, so whoever held a lease is gone
  if (config.databaseUrl === undefined) await deliveries.dropLeases()
  const relay = startRelay({
    store: deliveries,
    dialects: webhooks.dialects,
    clock,
    wall: wallClock,
    createSender: () => createSender({ loopback: config.webhookLoopback === 'allow', connections: CONCURRENCY }),
    onFault: error => logger.warn({ reason: String(error) }, 'the delivery of events met a fault and goes on'),
  })
  relaying.relay = relay
  cleanup.push(() => relay.stop())
  const timed: readonly DueWork[] = [expiries(ports), managementFees(ports)]
  const due: readonly DueWork[] = [...timed, closings(ports)]
  runDueInBackground(timed, clock, logger, cleanup, () => clock.setting.frozenAt !== null)
  // waits for no time: a hold may go by a message while the clock stands still
  runDueInBackground([closings(ports)], clock, logger, cleanup, () => false)
  const newOperatorKey = await setUpFirstStart(ports, {
    dataFolder: config.dataFolder,
    hash: secretHash,
    programNumbers: program => ({
      packageNo: programNoOf('package', program),
      cardBinNo: programNoOf('card-bin', program),
    }),
  })

  const ledgerWatch = watchLedger(pool, clock, logger, cleanup)
  const apiLog = new ApiLog(wallClock)
  const requests = new RequestCounts()
  const platform = platformOf({
    databaseVersion: facts.version,
    general: pool,
    pools: { general: pool, authorizations: enginePool, webhooks: relayPool, ids: idPool },
  })
  const server = await createHttpServer({
    logger,
    trustedProxies: config.trustedProxies,
    requests,
    ready: async () => {
      ledgerWatch.assertInOrder()
      await answersQuickly(pool)
    },
    doors: [
      pagsmileDialect({ ports, webhooks, recorder: apiLog }),
      keysecureDialect({ ports, wallClock, clockAheadMs: config.keysecureClockAheadMs, recorder: apiLog }),
      operatorApi({
        ports,
        clock,
        wall: wallClock,
        proofs: ledgerWatch.proofs,
        due: [...due, retriesOf(relay)],
        webhooks: { ...webhooks, look: () => relay.look() },
        platform,
        apiLog,
        inspectors: {
          envelopes: pagsmileInspector(ports, webhooks),
          signatures: keysecureInspector(ports, wallClock),
        },
      }),
      metricsPage({ ports, clock, wall: wallClock, proofs: ledgerWatch.proofs, platform, requests }),
      referencePages(),
      consolePages(consoleFiles),
    ],
  })
  cleanup.push(() => Promise.race([server.close(), delay(DRAIN_MS_MAX, undefined, { ref: false })]))
  await server.listen({ port: config.port, host: config.host })
  const baseUrl = baseUrlOf(server.server.address())
  const credentials = config.mode === 'sandbox' ? await noteBaseUrl(config.dataFolder, baseUrl) : undefined

  let stopping: Promise<void> | undefined
  return {
    baseUrl,
    ports,
    newOperatorKey,
    credentials,
    stop: () => (stopping ??= undo(cleanup)),
    failed,
  }
}

/** How long a partner that decides itself may take (docs of the KeySecure platform). */
const INQUIRY_MS_MAX = 800
/** Questions to one partner that are open at once: what it may take in the budget at a thousand a second, and no more. */
const INQUIRIES_OPEN_MAX = 1_024
const INQUIRY_CONNECTIONS = 128

function openInquiries(config: Config, ports: Omit<Ports, 'inquiries'>, logger: Logger, cleanup: Cleanup): Inquiries {
  const loopback = config.webhookLoopback === 'allow'
  const responder = authCallback({
    ports,
    wallClock,
    createSender: () => createSender({ loopback, connections: INQUIRY_CONNECTIONS }),
  })
  const inquiries = createInquiries({
    ports,
    responder,
    budgetMs: INQUIRY_MS_MAX,
    openMax: INQUIRIES_OPEN_MAX,
    onFault: error => logger.warn({ reason: String(error) }, 'what a partner said of an authorization was not noted'),
  })
  cleanup.push(() => inquiries.drained())
  // late answers are not waited for
  cleanup.push(() => responder.close())
  return inquiries
}

/** How often is looked for authorizations that nobody waits for any more. */
const ORPHAN_LOOK_MS = 5_000

function watchOrphans(ports: Ports, logger: Logger, cleanup: Cleanup): void {
  const watch = createOrphanWatch(ports)
  let looking: Promise<unknown> | undefined
  const timer = setInterval(() => {
    looking ??= watch
      .look()
      .catch((error: unknown) =>
        logger.warn({ reason: String(error) }, 'orphaned authorizations could not be looked for'),
      )
      .finally(() => {
        looking = undefined
      })
  }, ORPHAN_LOOK_MS)
  cleanup.push(async () => {
    clearInterval(timer)
    await looking
  })
}

/** How each dialect tells events, and where it may tell them. */
function openWebhooks(config: Config, ports: Ports): Omit<WebhookDoor, 'look'> {
  const dialects: WebhookDialects = { pagsmile: pagsmileNotifications(ports), keysecure: keysecureCallbacks(ports) }
  const rules = { loopback: config.webhookLoopback === 'allow', https: config.mode === 'live' }
  return { dialects, refusalOf: url => refusalOf(url, rules) }
}

/** What a move of the clock lets fall due of webhooks is sent beside the move, as receivers may take their time. */
function retriesOf(relay: Relay): DueWork {
  return {
    async run() {
      relay.look()
      return []
    },
  }
}

/** Says whose authorizations have just been committed. */
function announcingBatches(store: BatchStore, committed: (partnerId: bigint) => void): BatchStore {
  return {
    ...store,
    async run(partnerId, ...batch) {
      const outcomes = await store.run(partnerId, ...batch)
      committed(partnerId)
      return outcomes
    },
  }
}

/** How late what waits on the clock may be. */
const DUE_INTERVAL_MS = 1_000

/**
 * Runs what falls due as time passes. While the clock is frozen nothing does, except by moving it, which runs it itself.
 *
 * @param pauses says whether to leave out a turn
 */
function runDueInBackground(
  due: readonly DueWork[],
  clock: ProductClock,
  logger: Logger,
  cleanup: Cleanup,
  pauses: () => boolean,
): void {
  let running: Promise<unknown> | undefined
  const timer = setInterval(() => {
    if (running !== undefined || pauses()) return
    running = runDue(due, clock.now())
      .catch((error: unknown) => logger.warn({ reason: String(error) }, 'due work failed and is tried again'))
      .finally(() => {
        running = undefined
      })
  }, DUE_INTERVAL_MS)
  cleanup.push(async () => {
    clearInterval(timer)
    await running
  })
}

/** How soon a process follows a clock that another one has moved. */
const CLOCK_POLL_MS = 500

/** Real time in live mode; in sandbox the clock that is stored, followed for as long as the server runs. */
async function productClock(config: Config, storage: Storage, logger: Logger, cleanup: Cleanup): Promise<ProductClock> {
  const clock = createProductClock(wallClock, REAL_TIME)
  if (config.mode === 'live') return clock
  await followClock(clock, storage)
  const timer = setInterval(() => {
    followClock(clock, storage).catch((error: unknown) =>
      logger.warn({ reason: String(error) }, 'the clock could not be read'),
    )
  }, CLOCK_POLL_MS)
  cleanup.push(async () => clearInterval(timer))
  return clock
}

async function openDatabase(
  config: Config,
  logger: Logger,
  cleanup: Cleanup,
): Promise<{ target: DatabaseTarget; failed: Promise<string> }> {
  if (config.databaseUrl !== undefined) return { target: { url: config.databaseUrl }, failed: new Promise(() => {}) }
  const embedded = await startEmbeddedPostgres({
    dataFolder: config.dataFolder,
    database: DATABASE_NAME,
    log: line => logger.debug({ line }, 'postgres'),
  })
  cleanup.push(() => embedded.stop())
  return { target: embedded.connection, failed: embedded.unexpectedExit }
}

/** Address 0.0.0.0 or :: is reached through loopback from here. */
function baseUrlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no TCP port')
  const host = address.address === '0.0.0.0' || address.address === '::' ? '127.0.0.1' : address.address
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`
}

async function undo(cleanup: Cleanup): Promise<void> {
  for (const step of cleanup.splice(0).toReversed()) await step()
}
