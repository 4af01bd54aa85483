import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase } from '../../../../test/support/database.ts'
import { run } from '../run.ts'
import { fakeTerminal } from '../terminal.fixture.ts'
import { clockSkew, durability } from './database.ts'
import type { Finding } from './findings.ts'
import { diskFinding, nodeVersion } from './machine.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-doctor-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function doctor(env: NodeJS.ProcessEnv = {}): Promise<{ exitCode: number; findings: Record<string, Finding> }> {
  const terminal = fakeTerminal({ env: { OPENISSUER_DATA: join(folder, 'data'), PORT: '0', ...env } })
  const exitCode = await run(['doctor', '--json'], terminal)
  const findings = JSON.parse(terminal.written().out) as Finding[]
  return { exitCode, findings: Object.fromEntries(findings.map(finding => [finding.check, finding])) }
}

test('before the first start everything is in order, and nothing is made', async () => {
  const { exitCode, findings } = await doctor()
  expect(exitCode).toBe(0)
  expect(Object.values(findings).filter(({ status }) => status === 'fail')).toEqual([])
  expect(findings['database']?.found).toContain('made by the first start')
})

test('a configuration that is not usable is the only finding', async () => {
  const { exitCode, findings } = await doctor({ PORT: 'eighty' })
  expect(exitCode).toBe(1)
  expect(Object.keys(findings)).toEqual(['configuration'])
})

test('a port in use by somebody else', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise(resolve => taken.once('listening', resolve))
  const { port } = taken.address() as AddressInfo
  const { exitCode, findings } = await doctor({ PORT: String(port) })
  taken.close()
  expect(exitCode).toBe(1)
  expect(findings['port']).toMatchObject({ status: 'fail', found: `127.0.0.1:${port}: EADDRINUSE` })
})

test('files that others can read, and a folder that others can write', async () => {
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data/sandbox-credentials.json'), '{}')
  const { chmod } = await import('node:fs/promises')
  await chmod(join(folder, 'data'), 0o777)
  await chmod(join(folder, 'data/sandbox-credentials.json'), 0o644)
  const { exitCode, findings } = await doctor()
  expect(exitCode).toBe(1)
  expect(findings['data folder']).toMatchObject({ status: 'fail', advice: `chmod 700 ${join(folder, 'data')}` })
  expect(findings['private file']).toMatchObject({ status: 'fail', advice: expect.stringContaining('chmod 600') })
})

describe('of a database', () => {
  test('that is there: engine, durability, clock and the key that is still to be used', async () => {
    const database = await createTestDatabase()
    const { exitCode, findings } = await doctor({ DATABASE_URL: database.url, OPENISSUER_KEY: 'ab'.repeat(32) })
    await database.close()
    expect(exitCode).toBe(0)
    expect(findings['engine']?.found).toMatch(/^PostgreSQL 18/)
    expect(findings['durability']?.found).toBe('fsync on, synchronous_commit on')
    expect(findings['clock']?.status).toBe('ok')
    expect(findings['key']?.status).toBe('ok')
  })

  test('that was set up under another key', async () => {
    const database = await createTestDatabase()
    const { openVault } = await import('@openissuer/server/vault/vault.ts')
    const { createDataKeyStore } = await import('@openissuer/server/storage/data-keys.ts')
    await openVault({ keyEncryptingKey: async () => Buffer.alloc(32, 1) }, createDataKeyStore(database.pool))
    const { exitCode, findings } = await doctor({ DATABASE_URL: database.url, OPENISSUER_KEY: 'ab'.repeat(32) })
    await database.close()
    expect(exitCode).toBe(1)
    expect(findings['key']).toMatchObject({ status: 'fail', found: expect.stringContaining('does not open') })
  })

  test('that does not answer', async () => {
    const { exitCode, findings } = await doctor({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x' })
    expect(exitCode).toBe(1)
    expect(findings['database']).toMatchObject({ status: 'fail', advice: expect.stringContaining('DATABASE_URL') })
  })
})

test.each<[string, Finding, Finding['status']]>([
  ['an old Node.js', nodeVersion('20.19.4'), 'fail'],
  ['no space', diskFinding(1e8), 'fail'],
  ['little space', diskFinding(1e9), 'warn'],
  ['much space', diskFinding(1e11), 'ok'],
  ['clocks a minute apart', clockSkew(60_000), 'fail'],
  ['a database that is behind', clockSkew(-60_000), 'fail'],
  ['clocks some seconds apart', clockSkew(5_000), 'warn'],
  ['clocks that agree', clockSkew(20), 'ok'],
  ['fsync off in sandbox', durability({ version: '18', fsync: 'off', synchronousCommit: 'on' }, 'sandbox'), 'warn'],
  ['fsync off in live mode', durability({ version: '18', fsync: 'off', synchronousCommit: 'on' }, 'live'), 'fail'],
  [
    'commits that are not waited for',
    durability({ version: '18', fsync: 'on', synchronousCommit: 'off' }, 'live'),
    'fail',
  ],
])('%s', (_name, finding, status) => {
  expect(finding.status).toBe(status)
  expect(finding.advice === null).toBe(status === 'ok')
})
