/**
 * Starts and stops the embedded PostgreSQL of a data folder.
 *
 *   <data folder>/server.lock, server.pid   one server per folder
 *   <data folder>/postgres                  the cluster, and its Unix socket (there is no TCP port)
 *   <data folder>/postgres-password         the password of its only role
 */

import { mkdir, realpath, rmdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Client, type ClientConfig } from 'pg'
import { chooseAccount } from './account.ts'
import { findBinaries } from './binaries.ts'
import { clusterFolderOf, explain, openCluster, ROLE, readPassword } from './cluster.ts'
import { lockFolder } from './folder-lock.ts'
import { stopOrphan } from './orphan.ts'
import { type ServerProcess, spawnServer } from './server-process.ts'
import { findSocketFolder, PORT, prepareSocketFolder } from './socket-folder.ts'

export { DataFolderInUseError } from './folder-lock.ts'

export type EmbeddedDatabase = {
  /** what a `pg` Pool needs; `host` is the folder of the Unix socket */
  readonly connection: { host: string; port: number; user: string; password: string; database: string }
  /** Fast shutdown: ends open sessions, waits for the process to end (immediate shutdown after 20 s). Idempotent. */
  stop(): Promise<void>
  /** Resolves when PostgreSQL ends without `stop`, with how it ended and its last log lines. Never rejects. */
  readonly unexpectedExit: Promise<string>
}

/** What keeps an acknowledged commit, and what the connection relies on: not for the caller to change. */
const FIXED_SETTINGS = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  listen_addresses: '',
  port: String(PORT),
  unix_socket_permissions: '0700',
  // The default on macOS leaves commits in the drive's cache.
  ...(process.platform === 'darwin' && { wal_sync_method: 'fsync_writethrough' }),
}

/** For a laptop with two cores that does other things too. */
const DEFAULT_SETTINGS = {
  cluster_name: 'openissuer',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '[%p] ',
  log_checkpoints: 'off',
  // DETAIL lines quote rows.
  log_error_verbosity: 'terse',
  max_connections: '100',
  shared_buffers: '128MB',
  min_wal_size: '32MB',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  jit: 'off',
  // Nobody replicates from it and reads are mostly cached: four processes fewer.
  max_logical_replication_workers: '0',
  io_method: 'sync',
}

/** How long the sessions of a killed server may take to notice before a start gives up on them. */
const SHARED_MEMORY_WAIT_MS_MAX = 10_000
const POLL_MS = 10

/**
 * Starts PostgreSQL on a data folder; at the first start makes the cluster. Crash recovery is waited for.
 *
 * @param options.dataFolder made with mode 0700 if missing; relative to the working directory
 * @param options.database created if missing
 * @param options.log gets each line PostgreSQL writes, without line end
 * @param options.settings PostgreSQL settings by name over the defaults, except FIXED_SETTINGS
 * @throws DataFolderInUseError at once when another living server uses the folder
 * @throws Error when there is no PostgreSQL for this platform, or it cannot be set up or started; says what to do
 */
export async function startEmbeddedPostgres(options: {
  dataFolder: string
  database: string
  log: (line: string) => void
  settings?: Record<string, string>
}): Promise<EmbeddedDatabase> {
  const dataFolder = await makeDataFolder(options.dataFolder)
  const lock = await lockFolder(dataFolder)
  try {
    const account = await chooseAccount(clusterFolderOf(dataFolder))
    const binaries = await findBinaries({ account, dataFolder })
    const cluster = await openCluster(dataFolder, binaries, account)
    await stopOrphan(cluster.folder)
    const socketFolder = await prepareSocketFolder(cluster.folder, account)
    const connection = { host: socketFolder.path, port: PORT, user: ROLE, password: cluster.password }
    const spawn = () =>
      spawnServer({
        program: binaries.postgres,
        clusterFolder: cluster.folder,
        account,
        log: options.log,
        settings: {
          ...DEFAULT_SETTINGS,
          ...options.settings,
          ...FIXED_SETTINGS,
          unix_socket_directories: socketFolder.setting,
        },
      })
    const server = await startServer(spawn, connection, options.database)

    const cleanUp = async () => {
      // Ours alone only when it is not the cluster folder, which is never empty.
      await rmdir(socketFolder.path).catch(() => {})
      lock.release()
    }
    let stopping: Promise<void> | undefined
    const watchForExit = async () => {
      const ending = await server.ended
      if (stopping !== undefined) return await new Promise<never>(() => {})
      await cleanUp()
      return describeEnd(ending, server)
    }
    return {
      connection: { ...connection, database: options.database },
      unexpectedExit: watchForExit(),
      stop: () => (stopping ??= server.stop().then(cleanUp)),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

/**
 * How to reach the database of a data folder whose server runs, for a second program that only looks.
 *
 * @throws Error when there is no cluster or no socket
 */
export async function runningDatabase(dataFolder: string, database: string): Promise<EmbeddedDatabase['connection']> {
  const folder = await realpath(dataFolder)
  const clusterFolder = clusterFolderOf(folder)
  const host = await findSocketFolder(clusterFolder, await chooseAccount(clusterFolder))
  return { host, port: PORT, user: ROLE, password: await readPassword(folder), database }
}

async function makeDataFolder(folder: string): Promise<string> {
  await mkdir(resolve(folder), { recursive: true, mode: 0o700 })
  return await realpath(folder)
}

async function startServer(
  spawn: () => ServerProcess,
  connection: ClientConfig,
  database: string,
): Promise<ServerProcess> {
  const deadline = performance.now() + SHARED_MEMORY_WAIT_MS_MAX
  for (;;) {
    const server = spawn()
    try {
      await createDatabaseIfMissing(server, connection, database)
      return server
    } catch (error) {
      await server.stop()
      // The sessions of a server that was killed alone take a moment to notice and to let go of its memory.
      const mustWait = server.lastLines().some(line => line.includes('pre-existing shared memory block'))
      if (!mustWait || performance.now() > deadline) throw error
      await delay(POLL_MS * 10)
    }
  }
}

async function createDatabaseIfMissing(server: ServerProcess, connection: ClientConfig, database: string) {
  const client = await connectWhenReady(server, { ...connection, database: 'postgres' })
  try {
    const found = await client.query('select from pg_database where datname = $1', [database])
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`)
  } finally {
    await client.end()
  }
}

/** There is no time limit but the server's life: recovery takes as long as it takes. */
async function connectWhenReady(server: ServerProcess, config: ClientConfig): Promise<Client> {
  let ending: string | undefined
  void server.ended.then(how => (ending = how))
  while (!(await server.isReady())) {
    if (ending !== undefined) throw new Error(explain(describeEnd(ending, server)))
    await delay(POLL_MS)
  }
  const client = new Client(config)
  client.on('error', () => {}) // the connection broke; the next statement reports it
  try {
    await client.connect()
    return client
  } catch (error) {
    throw new Error('cannot connect to the embedded PostgreSQL', { cause: error })
  }
}

function describeEnd(ending: string, server: ServerProcess): string {
  return [`PostgreSQL ended with ${ending}; its last log lines:`, ...server.lastLines()].join('\n')
}
