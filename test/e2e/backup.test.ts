/** Backup, restore and a new key-encrypting key as an operator does them: with the program, beside a server under load. */
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { run } from '../../packages/cli/src/run.ts'
import { fakeTerminal } from '../../packages/cli/src/terminal.fixture.ts'
import { runProgram, type ServerProcess, startProcess } from '../support/server-process.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let folder: string
let data: string
let running: ServerProcess[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-backup-e2e-'))
  data = join(folder, 'data')
  running = []
})

afterEach(async () => {
  await Promise.all(running.map(server => server.end('SIGKILL')))
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function start(dataFolder: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const server = await startProcess({ OPENISSUER_DATA: dataFolder, ...env })
  running.push(server)
  return server
}

/** The program as a process of its own, with the exit code 0. */
async function program(args: string[], dataFolder: string): Promise<string> {
  const { exitCode, output } = await runProgram(args, { OPENISSUER_DATA: dataFolder })
  expect(exitCode, output).toBe(0)
  return output
}

/** A call of a running server. */
async function call<T>(args: string[], dataFolder: string): Promise<T> {
  const terminal = fakeTerminal({ env: { OPENISSUER_DATA: dataFolder } })
  expect(await run([...args, '--json'], terminal), terminal.written().error).toBe(0)
  return JSON.parse(terminal.written().out) as T
}

type Authorization = { authorizationId: string }

async function authorizationsIn(dataFolder: string): Promise<string[]> {
  const listed = await call<Authorization[]>(['authorizations', 'list', '--limit', '100000'], dataFolder)
  return listed.map(each => each.authorizationId)
}

/** Keeps authorizing on one card until it is told to end. */
function load(card: string, dataFolder: string): { acknowledged: string[]; end: () => Promise<unknown> } {
  const acknowledged: string[] = []
  const ending = new AbortController()
  const worker = async () => {
    while (!ending.signal.aborted) {
      const args = ['simulate', 'authorization', '--card', card, '--amount', '0.01']
      acknowledged.push((await call<Authorization>(args, dataFolder)).authorizationId)
    }
  }
  const workers = Promise.all(Array.from({ length: 8 }, worker))
  return {
    acknowledged,
    end: () => {
      ending.abort()
      return workers
    },
  }
}

async function makeCard(dataFolder: string): Promise<string> {
  await call(['seed', '--cards', '1', '--authorizations', '0'], dataFolder)
  const [card] = await call<{ cardToken: string }[]>(['cards', 'list'], dataFolder)
  return card?.cardToken ?? ''
}

describe('a backup of a running server under load', () => {
  test('restores to books in order with every authorization that was acknowledged before it began', async () => {
    await start(data)
    const card = await makeCard(data)
    const { acknowledged, end } = load(card, data)
    await expect.poll(() => acknowledged.length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(200)
    const before = [...acknowledged]
    const said = await program(['db', 'backup', join(folder, 'backup')], data)
    const during = acknowledged.length - before.length
    await end()
    expect(said).toContain('The key-encrypting key IS in this backup')
    expect(during).toBeGreaterThan(0)

    const restored = join(folder, 'restored')
    await program(['db', 'restore', join(folder, 'backup'), '--into', restored], data)
    expect(await program(['ledger', 'verify'], restored)).toContain('The ledger is in order.')
    await start(restored)
    const kept = new Set(await authorizationsIn(restored))
    expect(before.filter(id => !kept.has(id))).toEqual([])
    // cards and credentials open, so the key is the right one
    const revealed = await call<{ decision: string }>(
      ['simulate', 'authorization', '--card', card, '--amount', '0.01'],
      restored,
    )
    expect(revealed.decision).toBe('approved')
    await makeCard(restored)
  })
})

describe('a backup of a stopped server', () => {
  test('restores to the same counts and the same balance', async () => {
    const server = await start(data)
    await call(['seed', '--cards', '3', '--authorizations', '30'], data)
    const before = await authorizationsIn(data)
    await server.end('SIGTERM')
    await program(['db', 'backup', join(folder, 'backup')], data)
    const books = await program(['ledger', 'verify'], data)
    await program(['db', 'restore', join(folder, 'backup'), '--into', join(folder, 'restored')], data)
    expect(await program(['ledger', 'verify'], join(folder, 'restored'))).toBe(books)
    await start(join(folder, 'restored'))
    expect(await authorizationsIn(join(folder, 'restored'))).toEqual(before)
  })

  test('without the key says so, and starts with that key alone', async () => {
    const server = await start(data)
    await makeCard(data)
    await server.end('SIGTERM')
    const said = await program(['db', 'backup', '--without-key', join(folder, 'backup')], data)
    expect(said).toContain('The key-encrypting key is NOT in this backup')
    const restored = join(folder, 'restored')
    const told = await program(['db', 'restore', join(folder, 'backup'), '--into', restored], data)
    expect(told).toContain('set OPENISSUER_KEY_FILE')
    const without = await runProgram(['start'], { PORT: '0', OPENISSUER_DATA: restored })
    expect(without.exitCode).toBe(1)
    expect(without.output).toContain('the key-encrypting key is not the one')
    await start(restored, { OPENISSUER_KEY_FILE: join(data, 'key-encrypting-key') })
    await makeCard(restored)
  })
})

test('a database that OpenIssuer does not run is not backed up by it', async () => {
  const env = { OPENISSUER_DATA: data, DATABASE_URL: 'postgres://user@127.0.0.1:1/x' }
  const { exitCode, output } = await runProgram(['db', 'backup', join(folder, 'backup')], env)
  expect(exitCode).toBe(1)
  expect(output).toContain('with the tools of its operator')
})

describe('a new key-encrypting key', () => {
  const keyFile = () => join(data, 'key-encrypting-key')

  test('takes the place of the old one while the server runs, and opens everything after the next start', async () => {
    const server = await start(data)
    await makeCard(data)
    const old = await readFile(keyFile(), 'utf8')
    expect(await program(['keys', 'rotate'], data)).toContain('wrapped under the new key')
    expect(await readFile(keyFile(), 'utf8')).not.toBe(old)
    await makeCard(data)
    await server.end('SIGTERM')
    await start(data)
    await makeCard(data)
  })

  test('of a rotation that was killed before its last step is finished by calling it again', async () => {
    const server = await start(data)
    await server.end('SIGTERM')
    const old = await readFile(keyFile(), 'utf8')
    await program(['keys', 'rotate'], data)
    // as a kill leaves it between the commit and the rename
    await rename(keyFile(), `${keyFile()}.next`)
    await writeFile(keyFile(), old, { mode: 0o600 })
    const stuck = await runProgram(['start'], { PORT: '0', OPENISSUER_DATA: data })
    expect(stuck.exitCode).toBe(1)
    expect(stuck.output).toContain('finish that with: openissuer keys rotate')
    expect(await program(['keys', 'rotate'], data)).toContain('wrapped under the new key already')
    await start(data)
  })

  test('in a file of its own is made, used, and named for the configuration', async () => {
    const server = await start(data)
    await server.end('SIGTERM')
    const file = join(folder, 'keys/2027')
    expect(await program(['keys', 'rotate', '--to', file], data)).toContain(`OPENISSUER_KEY_FILE=${file}`)
    const old = await runProgram(['start'], { PORT: '0', OPENISSUER_DATA: data })
    expect(old.exitCode).toBe(1)
    await start(data, { OPENISSUER_KEY_FILE: file })
    await makeCard(data)
  })
})
