/**
 * The program as its user runs it: started, stopped, killed, started twice, misconfigured.
 */
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readCredentials } from '../../demo/issuer-process.ts'
import { PagsmileClient } from '../../demo/pagsmile-client.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { runProgram, type ServerProcess, startProcess } from '../support/server-process.ts'

const TIMEOUT_MS = 90_000
const ALL_TIME = { start_date: '2000-01-01 00:00:00', end_date: '2099-12-31 23:59:59' }

let dataFolder: string
let running: ServerProcess[]

beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-e2e-'))
  running = []
})

afterEach(async () => {
  await Promise.all(running.map(server => server.end('SIGKILL')))
  await rm(dataFolder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
})

async function start(env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const server = await startProcess({ OPENISSUER_DATA: dataFolder, ...env })
  running.push(server)
  return server
}

async function pagsmileClient(): Promise<PagsmileClient> {
  const credentials = await readCredentials(join(dataFolder, 'sandbox-credentials.json'))
  return new PagsmileClient({ baseUrl: credentials.baseUrl, ...credentials.pagsmile })
}

async function createContact(client: PagsmileClient, firstName: string): Promise<number> {
  const answer = await client.call('/issuing/card/create-contact', {
    first_name: firstName,
    last_name: 'x',
    mobile: '+861234789999',
    email: '122@12.com',
  })
  if (answer.status !== 200) throw new Error(answer.text)
  return (answer.data as { contact_id: number }).contact_id
}

async function contactIds(client: PagsmileClient): Promise<number[]> {
  const ids: number[] = []
  for (let page = 1; ; page++) {
    const answer = await client.call('/issuing/card/query-contacts', { ...ALL_TIME, page_num: page, page_size: 30 })
    const rows = answer.data as { contact_id: number }[]
    ids.push(...rows.map(row => row.contact_id))
    if (ids.length >= Number(answer.envelope.total) || rows.length === 0) return ids
  }
}

describe('a first start in sandbox', { timeout: TIMEOUT_MS }, () => {
  test('answers /readyz, writes credentials for its owner alone and prints where and how', async () => {
    const server = await start()
    expect((await fetch(`${server.baseUrl}/readyz`)).status).toBe(200)
    const path = join(dataFolder, 'sandbox-credentials.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(server.output()).toContain(path)
    expect(server.output()).toContain('curl ')
    const { baseUrl, operatorKey } = await readCredentials(path)
    expect(baseUrl).toBe(server.baseUrl)
    expect(server.output()).toContain(operatorKey)
    expect(server.output()).toContain('"fsync":"on","synchronousCommit":"on"')
  })

  test('the command that it prints works as it is', async () => {
    const server = await start()
    const [, url, apiKey] = /curl -s (\S+) -H 'Api-Key: (\S+)'/.exec(server.output()) ?? []
    const answer = await fetch(url ?? '', {
      headers: { 'Api-Key': apiKey ?? '', Timestamp: `${Math.floor(Date.now() / 1000)}000` },
    })
    expect(await answer.json()).toMatchObject({ code: 0, msg: 'Success' })
  })
})

describe('a restart', { timeout: TIMEOUT_MS }, () => {
  test('after SIGTERM keeps data, credentials and the operator key, which is not shown again', async () => {
    const first = await start()
    const { operatorKey } = await readCredentials(join(dataFolder, 'sandbox-credentials.json'))
    const contactId = await createContact(await pagsmileClient(), 'kept')
    expect(await first.end('SIGTERM')).toBe(0)
    const second = await start()
    expect(second.output()).not.toContain(operatorKey)
    expect(await contactIds(await pagsmileClient())).toEqual([contactId])
  })

  test('after kill -9 under load keeps everything that was acknowledged and gives no id twice', async () => {
    const first = await start()
    const client = await pagsmileClient()
    const acknowledged: number[] = []
    const worker = async () => {
      for (;;) acknowledged.push(await createContact(client, 'loaded'))
    }
    const workers = Promise.allSettled(Array.from({ length: 8 }, worker))
    await expect.poll(() => acknowledged.length, { timeout: 20_000, interval: 5 }).toBeGreaterThan(100)
    await first.end('SIGKILL')
    await workers
    await start()
    const again = await pagsmileClient()
    const kept = await contactIds(again)
    expect(acknowledged.filter(id => !kept.includes(id))).toEqual([])
    expect(kept).not.toContain(await createContact(again, 'after'))
  })
})

describe('a second server', { timeout: TIMEOUT_MS }, () => {
  test('on a data folder in use is refused with the reason, and the first one goes on', async () => {
    const first = await start()
    const { exitCode, output } = await runProgram(['start'], { PORT: '0', OPENISSUER_DATA: dataFolder })
    expect(exitCode).toBe(1)
    expect(output).toContain(dataFolder)
    expect(output).toContain(String(first.pid))
    expect(output).not.toContain('    at ')
    expect((await fetch(`${first.baseUrl}/readyz`)).status).toBe(200)
  })

  test('on a port in use is refused with the reason', async () => {
    const first = await start()
    const { exitCode, output } = await runProgram(['start'], {
      PORT: new URL(first.baseUrl).port,
      OPENISSUER_DATA: join(dataFolder, 'other'),
    })
    expect(exitCode).toBe(1)
    expect(output).toContain('EADDRINUSE')
  })
})

describe('with DATABASE_URL', { timeout: TIMEOUT_MS }, () => {
  let database: TestDatabase

  beforeEach(async () => {
    database = await createTestDatabase({ empty: true })
  })

  afterEach(() => database.close())

  const KEY = 'ab'.repeat(32)

  test('two servers that start at once on an empty database set it up once', async () => {
    const env = { DATABASE_URL: database.url, OPENISSUER_KEY: KEY }
    const servers = await Promise.all(
      ['a', 'b'].map(name => start({ ...env, OPENISSUER_DATA: join(dataFolder, name) })),
    )
    for (const server of servers) expect((await fetch(`${server.baseUrl}/readyz`)).status).toBe(200)
    const { rows } = await database.pool.query('select count(*)::int as partners from partner')
    expect(rows).toEqual([{ partners: 1 }])
    expect(servers.filter(server => server.output().includes('Operator key'))).toHaveLength(1)
    await Promise.all(servers.map(server => server.end('SIGTERM')))
  })

  test('live mode creates nothing, shows its operator key once and has no simulations', async () => {
    const server = await start({ DATABASE_URL: database.url, OPENISSUER_KEY: KEY, OPENISSUER_MODE: 'live' })
    const operatorKey = /Operator key, shown only this once: (\S+)/.exec(server.output())?.[1]
    const { rows } = await database.pool.query(
      'select (select count(*) from partner)::int as partners, (select count(*) from card_program)::int as programs',
    )
    expect(rows).toEqual([{ partners: 0, programs: 0 }])
    await expect(readFile(join(dataFolder, 'sandbox-credentials.json'))).rejects.toThrow('ENOENT')
    const answer = await fetch(`${server.baseUrl}/operator/v1/simulations/authorizations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ cardToken: '100000000001', amount: '1.00', currency: 'USD' }),
    })
    expect(answer.status).toBe(403)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  test('live mode refuses a database that may lose what it acknowledged', async () => {
    await database.pool.query(`alter database ${database.name} set synchronous_commit = off`)
    const { exitCode, output } = await runProgram(['start'], {
      PORT: '0',
      OPENISSUER_DATA: dataFolder,
      DATABASE_URL: database.url,
      OPENISSUER_KEY: KEY,
      OPENISSUER_MODE: 'live',
    })
    expect(exitCode).toBe(1)
    expect(output).toContain('synchronous_commit is off')
    expect(output).not.toContain('    at ')
  })

  test('a database that was set up under another key is refused with the reason', async () => {
    const first = await start({ DATABASE_URL: database.url, OPENISSUER_KEY: KEY })
    await first.end('SIGTERM')
    const { exitCode, output } = await runProgram(['start'], {
      PORT: '0',
      OPENISSUER_DATA: dataFolder,
      DATABASE_URL: database.url,
      OPENISSUER_KEY: 'cd'.repeat(32),
    })
    expect(exitCode).toBe(1)
    expect(output).toContain('the key-encrypting key is not the one')
  })
})

describe('ledger verify', { timeout: TIMEOUT_MS }, () => {
  const verify = () => runProgram(['ledger', 'verify'], { OPENISSUER_DATA: dataFolder })

  test('proves the books beside a running server and after it has stopped', async () => {
    const server = await start()
    expect(await verify()).toMatchObject({ exitCode: 0, output: expect.stringContaining('The ledger is in order.') })
    expect((await fetch(`${server.baseUrl}/readyz`)).status).toBe(200)
    await server.end('SIGTERM')
    const { exitCode, output } = await verify()
    expect(exitCode).toBe(0)
    expect(output).toMatch(/total +3000000\.00 +3000000\.00/)
  })

  test('exits with 1 and shows the first difference', async () => {
    const database = await createTestDatabase({ empty: true })
    const env = { DATABASE_URL: database.url, OPENISSUER_KEY: 'ab'.repeat(32) }
    await (await start(env)).end('SIGTERM')
    await database.pool.query(`update account set balance_minor = balance_minor + 1 where kind = 'reserve'`)
    const { exitCode, output } = await runProgram(['ledger', 'verify'], { OPENISSUER_DATA: dataFolder, ...env })
    await database.close()
    expect(exitCode).toBe(1)
    expect(output).toContain('NOT in order')
    expect(output).toContain('has 100000001, its postings say 100000000')
  })
})

describe('the configuration', { timeout: TIMEOUT_MS }, () => {
  test('is printed with its secrets redacted', async () => {
    const { exitCode, output } = await runProgram(['config', 'print'], {
      PORT: '9000',
      DATABASE_URL: 'postgres://user:hunter2@db/openissuer',
    })
    expect(exitCode).toBe(0)
    expect(output).toContain('PORT = 9000')
    expect(output).not.toContain('hunter2')
  })

  test('that is wrong stops the start with the name, the problem and the allowed form', async () => {
    const { exitCode, output } = await runProgram(['start'], { PORT: 'eighty', OPENISSUER_DATA: dataFolder })
    expect(exitCode).toBe(1)
    expect(output).toContain('PORT: "eighty" is not a whole number from 0 to 65535')
    expect(output).not.toContain('    at ')
  })
})
