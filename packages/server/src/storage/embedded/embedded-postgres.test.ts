/**
 * Real servers on real folders. Run as root, every data folder here is below a folder that the server's account cannot
 * enter (mkdtemp makes it 0700), so these tests cover that case throughout; run as an ordinary user, the simple one.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { chooseAccount } from './account.ts'
import { findBinaries } from './binaries.ts'
import { DataFolderInUseError, type EmbeddedDatabase, startEmbeddedPostgres } from './embedded-postgres.ts'
import { spawnServer } from './server-process.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const WAIT = { timeout: 20_000, interval: 20 }

let folder: string
let dataFolder: string
let log: string[]
let running: EmbeddedDatabase[]
let children: ChildProcess[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-embedded-'))
  dataFolder = join(folder, 'data')
  log = []
  running = []
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(running.map(database => database.stop()))
  await rm(folder, { recursive: true, maxRetries: 50 })
})

test('a row survives a restart', async () => {
  const first = await start()
  await query(first.connection, 'create table kept (word text)')
  await query(first.connection, `insert into kept values ('row')`)
  await first.stop()
  await first.stop()
  const second = await start()
  expect(await query(second.connection, 'select word from kept')).toEqual([{ word: 'row' }])
  expect(log.join('\n')).toContain('database system is ready')
})

test('commits are durable, pages are checked, and there is no TCP port, whatever the caller sets', async () => {
  const { connection } = await start({
    fsync: 'off',
    synchronous_commit: 'off',
    listen_addresses: '*',
    work_mem: '5MB',
  })
  const names = [
    'fsync synchronous_commit full_page_writes data_checksums listen_addresses',
    'server_encoding timezone jit password_encryption work_mem',
  ]
  const shown: Record<string, unknown> = {}
  for (const name of names.join(' ').split(' ')) Object.assign(shown, ...(await query(connection, `show ${name}`)))
  expect(shown).toEqual({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    listen_addresses: '',
    server_encoding: 'UTF8',
    TimeZone: 'UTC',
    jit: 'off',
    password_encryption: 'scram-sha-256',
    work_mem: '5MB',
  })
  const sorted = await query(
    connection,
    `select string_agg(w, '' order by w) w, upper('é') u from (values ('a'), ('B')) v(w)`,
  )
  expect(sorted).toEqual([{ w: 'Ba', u: 'É' }])
})

test('only the owner can read the password, and a wrong one is refused', async () => {
  const { connection } = await start()
  const password = await stat(join(dataFolder, 'postgres-password'))
  expect(password.mode & 0o777).toBe(0o600)
  expect((await stat(dataFolder)).mode & 0o777).toBe(0o700)
  expect((await stat(join(dataFolder, 'postgres'))).mode & 0o777).toBe(0o700)
  await expect(query({ ...connection, password: 'wrong' }, 'select 1')).rejects.toThrow(
    'password authentication failed',
  )
})

test('the server works below folders closed to everybody else, reload of its configuration included', async () => {
  const closed = join(folder, 'closed')
  await mkdir(closed, { mode: 0o700 })
  dataFolder = join(closed, 'data')
  for (const memory of ['6MB', '7MB']) {
    const database = await start()
    const { connection } = database
    await query(connection, `alter system set work_mem = '${memory}'`)
    await query(connection, 'select pg_reload_conf()')
    await vi.waitFor(async () => expect(await query(connection, 'show work_mem')).toEqual([{ work_mem: memory }]), WAIT)
    await database.stop()
  }
  expect((await stat(closed)).mode & 0o777).toBe(0o700)
})

test('a path too long for a socket is no obstacle, and its stand-in is private and removed', async () => {
  dataFolder = join(folder, 'long-'.repeat(20), 'data')
  const database = await start()
  const { connection } = database
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(connection.host.startsWith(dataFolder)).toBe(false)
  expect((await stat(connection.host)).mode & 0o777).toBe(0o700)
  await database.stop()
  await expect(stat(connection.host)).rejects.toThrow('ENOENT')
  await start()
})

test('when our process is killed PostgreSQL goes by itself, and the next start has the committed row', async () => {
  const { child, connection } = await startInChild()
  await query(connection, 'create table kept (word text)')
  await query(connection, `insert into kept values ('row')`)
  const pid = await serverPid()
  child.kill('SIGKILL')
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), WAIT)
  const { connection: next } = await start()
  expect(await query(next, 'select word from kept')).toEqual([{ word: 'row' }])
})

test('a start right after our process was killed waits for the old PostgreSQL', async () => {
  const { child, connection } = await startInChild()
  await query(connection, 'create table kept (word text)')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const { connection: next } = await start()
  expect(await query(next, 'select * from kept')).toEqual([])
})

test('a PostgreSQL that nobody watches any more is stopped by the next start', async () => {
  await (await start()).stop()
  const account = await chooseAccount(join(dataFolder, 'postgres'))
  const orphan = spawnServer({
    program: (await findBinaries({ account, dataFolder })).postgres,
    clusterFolder: join(dataFolder, 'postgres'),
    account,
    settings: { listen_addresses: '', unix_socket_directories: '.' },
    log: () => {},
  })
  await vi.waitFor(async () => expect(await readPidFile()).toContain('ready'), WAIT)
  const { connection } = await start()
  expect(await orphan.ended).toBe('exit code 0')
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('when PostgreSQL is killed we are told, and can start it again at once', async () => {
  const first = await start()
  await query(first.connection, 'create table kept (word text)')
  process.kill(await serverPid(), 'SIGKILL')
  const message = await first.unexpectedExit
  expect(message).toMatch(/^PostgreSQL ended with SIGKILL; its last log lines:\n/)
  expect(message).toContain('database system is ready')
  const second = await start()
  expect(await query(second.connection, 'select * from kept')).toEqual([])
  await first.stop()
})

test('a second server on the folder is refused at once, by name and pid', async () => {
  const { child } = await startInChild()
  const before = performance.now()
  const refused = start()
  await expect(refused).rejects.toThrow(DataFolderInUseError)
  await expect(refused).rejects.toThrow(`${dataFolder} is in use by another OpenIssuer server (pid ${child.pid})`)
  expect(performance.now() - before).toBeLessThan(2_000)
})

test('what a power cut leaves is taken over even when its pids belong to other processes by now', async () => {
  const first = await start()
  await query(first.connection, 'create table kept (word text)')
  const left = await readPidFile()
  await first.stop()
  const account = await chooseAccount(join(dataFolder, 'postgres'))
  const stranger = spawn('/bin/sleep', ['60'], { ...account, cwd: '/', stdio: 'ignore' })
  children.push(stranger)
  const pidFile = left.replace(/^\d+/, String(stranger.pid))
  await writeFile(join(dataFolder, 'postgres/postmaster.pid'), pidFile)
  await writeFile(join(dataFolder, 'postgres/.s.PGSQL.5432.lock'), pidFile)
  await writeFile(join(dataFolder, 'server.pid'), `${stranger.pid}\n`)
  const second = await start()
  expect(await query(second.connection, 'select * from kept')).toEqual([])
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('a first start that was killed in the middle leaves nothing that a later start trusts', async () => {
  const child = spawnFixture()
  await vi.waitFor(async () => {
    const unfinished = (await readdir(dataFolder)).find(name => name.startsWith('postgres.new-'))
    await stat(join(dataFolder, unfinished ?? '', 'PG_VERSION'))
  }, WAIT)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await readdir(dataFolder)).not.toContain('postgres')
  const { connection } = await start()
  expect(await query(connection, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await readdir(dataFolder)).toSorted()).toEqual(['postgres', 'postgres-password', 'server.lock', 'server.pid'])
})

test("a start that fails says why in PostgreSQL's words and leaves the folder free", async () => {
  await expect(start({ work_mem: 'plenty' })).rejects.toThrow(
    /^PostgreSQL ended with exit code 1; its last log lines:\n.*invalid value for parameter "work_mem": "plenty"/s,
  )
  await start()
})

test('a lost password is reported, and no new one is made for the old cluster', async () => {
  await (await start()).stop()
  await rm(join(dataFolder, 'postgres-password'))
  await expect(start()).rejects.toThrow(`${join(dataFolder, 'postgres-password')} is missing`)
})

async function start(settings: Record<string, string> = {}): Promise<EmbeddedDatabase> {
  const options = { dataFolder, database: 'openissuer', log: (line: string) => log.push(line), settings }
  const database = await startEmbeddedPostgres(options)
  running.push(database)
  return database
}

async function startInChild(): Promise<{ child: ChildProcess; connection: EmbeddedDatabase['connection'] }> {
  const child = spawnFixture()
  const [line] = await once(child.stdout, 'data')
  return { child, connection: JSON.parse(String(line)) }
}

function spawnFixture() {
  const script = join(import.meta.dirname, 'embedded-postgres.fixture.ts')
  const child = spawn(process.execPath, [script, dataFolder], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

async function query(connection: EmbeddedDatabase['connection'], sql: string): Promise<object[]> {
  const client = new Client(connection)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

async function readPidFile(): Promise<string> {
  return await readFile(join(dataFolder, 'postgres/postmaster.pid'), 'utf8')
}

async function serverPid(): Promise<number> {
  return Number.parseInt(await readPidFile(), 10)
}
