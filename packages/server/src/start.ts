/**
 * Puts the server together and starts it: database, migrations, vault, seed, doors. The only place that knows all parts.
 */
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Ports } from './app/ports.ts'
import { wallClock } from './clock.ts'
import type { Config } from './config.ts'
import { programNoOf } from './dialects/keysecure/ids.ts'
import { keysecureDialect } from './dialects/keysecure/routes.ts'
import { pagsmileDialect } from './dialects/pagsmile/routes.ts'
import { noteBaseUrl, type SandboxCredentials, setUpFirstStart } from './first-start.ts'
import { createHttpServer } from './http/server.ts'
import { operatorApi, operatorKeyHash } from './operator/operator-api.ts'
import { secureRandom } from './random.ts'
import { createDataKeyStore } from './storage/data-keys.ts'
import { type DatabaseTarget, openPool } from './storage/database.ts'
import { startEmbeddedPostgres } from './storage/embedded/embedded-postgres.ts'
import { assertDurable, readEngineFacts } from './storage/engine.ts'
import { createIdAllocator, createIdBlocks } from './storage/id-allocator.ts'
import { loadMigrations, migrate } from './storage/migrate.ts'
import { createStorage } from './storage/postgres-storage.ts'
import { keyProviderOf } from './vault/key-provider.ts'
import { openVault } from './vault/vault.ts'

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
const READY_MS_MAX = 2_000
const DATABASE_NAME = 'openissuer'

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
  const pool = openPool(target, { connections: config.databaseConnections - 1, onError })
  cleanup.push(() => pool.end())
  const idPool = openPool(target, { connections: 1, onError })
  cleanup.push(() => idPool.end())

  const engine = await readEngineFacts(pool)
  logger.info({ engine: 'PostgreSQL', embedded: config.databaseUrl === undefined, ...engine }, 'database is open')
  if (config.mode === 'live') assertDurable(engine)
  const applied = await migrate(pool, await loadMigrations())
  if (applied.length > 0) logger.info({ applied }, 'schema is migrated')
  await createIdBlocks(idPool)

  const ports: Ports = {
    storage: createStorage(pool),
    clock: wallClock,
    ids: createIdAllocator(idPool),
    random: secureRandom,
    vault: await openVault(keyProviderOf(config), createDataKeyStore(pool)),
    mode: config.mode,
  }
  const newOperatorKey = await setUpFirstStart(ports, {
    dataFolder: config.dataFolder,
    hash: operatorKeyHash,
    programNumbers: program => ({
      packageNo: programNoOf('package', program),
      cardBinNo: programNoOf('card-bin', program),
    }),
  })

  const server = await createHttpServer({
    logger,
    trustedProxies: config.trustedProxies,
    ready: () => answersQuickly(pool),
    doors: [pagsmileDialect({ ports }), keysecureDialect({ ports, wallClock }), operatorApi({ ports })],
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

async function answersQuickly(pool: Pool): Promise<void> {
  const late = delay(READY_MS_MAX, undefined, { ref: false }).then(() => {
    throw new Error(`the database did not answer within ${READY_MS_MAX} ms`)
  })
  await Promise.race([pool.query('select 1'), late])
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
