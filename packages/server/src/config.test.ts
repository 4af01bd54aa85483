import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, describeConfig, readConfig } from './config.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-config-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

const KEY = 'ab'.repeat(32)

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

test('an empty environment gives a sandbox on port 8080 with its data beside it', () => {
  expect(readConfig({})).toEqual({
    mode: 'sandbox',
    port: 8080,
    host: '127.0.0.1',
    dataFolder: resolve('./data'),
    databaseUrl: undefined,
    databaseConnections: 20,
    key: undefined,
    keyFile: undefined,
    logLevel: 'info',
    trustedProxies: [],
    webhookLoopback: 'allow',
    keysecureClockAheadMs: 0,
  })
})

describe('a wrong value stops the start with its name, the problem and the allowed form', () => {
  test.each([
    ['PORT', 'http', 'PORT: "http" is not a whole number from 0 to 65535'],
    ['PORT', '65536', 'PORT: "65536" is not a whole number from 0 to 65535'],
    ['PORT', '80.5', 'PORT: "80.5" is not a whole number from 0 to 65535'],
    ['HOST', 'no host', 'HOST: "no host" is not an IP address or a host name'],
    ['OPENISSUER_MODE', 'production', 'OPENISSUER_MODE: "production" is not sandbox or live'],
    [
      'OPENISSUER_LOG_LEVEL',
      'loud',
      'OPENISSUER_LOG_LEVEL: "loud" is not fatal, error, warn, info, debug, trace, silent',
    ],
    [
      'OPENISSUER_DATABASE_CONNECTIONS',
      '1',
      'OPENISSUER_DATABASE_CONNECTIONS: "1" is not a whole number from 14 to 500',
    ],
    [
      'OPENISSUER_TRUSTED_PROXIES',
      '10.0.0.0/33',
      'OPENISSUER_TRUSTED_PROXIES: "10.0.0.0/33" is not IP addresses or CIDR ranges, separated by commas',
    ],
  ])('%s=%s', (name, value, problem) => {
    expect(problemsOf({ [name]: value })).toEqual([problem])
  })

  test('every problem is named at once', () => {
    expect(problemsOf({ PORT: 'x', OPENISSUER_MODE: 'y' })).toHaveLength(2)
  })

  test('a secret is not shown, not even a wrong one', () => {
    const [problem] = problemsOf({ DATABASE_URL: 'mysql://user:hunter2@db/x' })
    expect(problem).toBe('DATABASE_URL: the value (not shown) is not postgres://user:password@host:port/database')
  })

  test('a setting that does not exist is a typing error', () => {
    expect(problemsOf({ OPENISSUER_DTA: '/x' })).toEqual(['OPENISSUER_DTA: there is no such setting'])
  })

  test('what the command line reads of the environment is no typing error', () => {
    expect(readConfig({ OPENISSUER_URL: 'http://host:1', OPENISSUER_OPERATOR_KEY: 'op_x' }).port).toBe(8080)
  })
})

describe('the configuration file', () => {
  async function file(content: string): Promise<string> {
    const path = join(folder, 'openissuer.json')
    await writeFile(path, content)
    return path
  }

  test('gives settings that the environment overrides', async () => {
    const OPENISSUER_CONFIG = await file('{ "port": 9000, "host": "0.0.0.0", "trustedProxies": ["10.0.0.1", "::1"] }')
    expect(readConfig({ OPENISSUER_CONFIG, PORT: '9001' })).toMatchObject({
      port: 9001,
      host: '0.0.0.0',
      trustedProxies: ['10.0.0.1', '::1'],
    })
  })

  test.each([
    ['{ "prot": 9000 }', 'prot: there is no such setting'],
    ['{ "port": true }', 'port: is not a whole number'],
    ['[]', 'is not a JSON object'],
    ['{', 'cannot be read as JSON'],
  ])('%s is refused', async (content, problem) => {
    const [found] = problemsOf({ OPENISSUER_CONFIG: await file(content) })
    expect(found).toContain(problem)
  })

  test('that was named must be there', () => {
    expect(problemsOf({ OPENISSUER_CONFIG: join(folder, 'missing.json') })[0]).toContain('cannot be read')
  })
})

describe('live mode keeps the key away from what it protects', () => {
  test('it does not start without a key', () => {
    expect(problemsOf({ OPENISSUER_MODE: 'live' })[0]).toContain('live mode needs a key-encrypting key')
  })

  test.each(['./data/key', './data/../data/keys/key'])('a key file in the data folder is refused: %s', path => {
    expect(problemsOf({ OPENISSUER_MODE: 'live', OPENISSUER_KEY_FILE: path })[0]).toContain('lies in the data folder')
  })

  test('a key of the environment or a file elsewhere is accepted', () => {
    expect(problemsOf({ OPENISSUER_MODE: 'live', OPENISSUER_KEY: KEY })).toEqual([])
    expect(problemsOf({ OPENISSUER_MODE: 'live', OPENISSUER_KEY_FILE: './data-key' })).toEqual([])
  })
})

test('live mode does not send webhooks to the machine itself', () => {
  const live = { OPENISSUER_MODE: 'live', OPENISSUER_KEY: KEY }
  expect(readConfig(live).webhookLoopback).toBe('refuse')
  expect(problemsOf({ ...live, OPENISSUER_WEBHOOK_LOOPBACK: 'allow' })).toEqual([
    'OPENISSUER_WEBHOOK_LOOPBACK: live mode does not send webhooks to the machine itself',
  ])
  expect(readConfig({ OPENISSUER_WEBHOOK_LOOPBACK: 'refuse' }).webhookLoopback).toBe('refuse')
})

test('the printed configuration shows every setting and no secret', () => {
  const printed = describeConfig(
    readConfig({ OPENISSUER_KEY: KEY, DATABASE_URL: 'postgres://user:hunter2@db/x', PORT: '9000' }),
  )
  expect(printed).toContain('PORT = 9000')
  expect(printed).toContain('DATABASE_URL = (set, redacted)')
  expect(printed).toContain('OPENISSUER_KEY = (set, redacted)')
  expect(printed).not.toContain('hunter2')
  expect(printed).not.toContain(KEY)
})
