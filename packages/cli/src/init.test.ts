import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run } from './run.ts'
import { fakeTerminal } from './terminal.fixture.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-init-'))
})

afterEach(() => rm(folder, { recursive: true }))

async function init(args: string[], input?: string) {
  const env = { OPENISSUER_CONFIG: join(folder, 'openissuer.json') }
  const terminal = fakeTerminal({ env, ...(input === undefined ? {} : { isTTY: true, input }) })
  const exitCode = await run(['init', ...args], terminal)
  return { exitCode, ...terminal.written() }
}

async function settings() {
  return JSON.parse(await readFile(join(folder, 'openissuer.json'), 'utf8')) as Record<string, unknown>
}

describe('by options', () => {
  test('a sandbox needs nothing but defaults', async () => {
    expect((await init(['--yes'])).exitCode).toBe(0)
    expect(await settings()).toEqual({})
    expect(await readdir(folder)).toEqual(['openissuer.json'])
  })

  test('live mode gets a key file of 64 hexadecimal digits for its owner alone', async () => {
    const keyFile = join(folder, 'keys/kek')
    const args = ['--mode', 'live', '--database-url', 'postgres://app@db/x', '--key-file', keyFile, '--port', '9000']
    const { exitCode, out } = await init(args)
    expect(exitCode).toBe(0)
    expect(await settings()).toEqual({ mode: 'live', databaseUrl: 'postgres://app@db/x', keyFile, port: 9000 })
    expect(await readFile(keyFile, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/)
    for (const file of [keyFile, join(folder, 'openissuer.json')]) expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(out).toContain('Keep a copy of it apart from the backups')
    expect(out).not.toContain((await readFile(keyFile, 'utf8')).trim())
  })

  test('a key that exists is used as it is', async () => {
    const keyFile = join(folder, 'kek')
    await writeFile(keyFile, 'ab'.repeat(32), { mode: 0o600 })
    const { exitCode, out } = await init(['--mode', 'live', '--key-file', keyFile])
    expect(exitCode).toBe(0)
    expect(await readFile(keyFile, 'utf8')).toBe('ab'.repeat(32))
    expect(out).not.toContain('Made')
  })

  test.each([
    [['--port', 'eighty'], 2, '--port: it must be a whole number from 0 to 65535'],
    [['--mode', 'production'], 2, '--mode: it must be sandbox or live'],
    [['--mode', 'live', '--data-folder', '/srv/oi', '--key-file', '/srv/oi/key'], 1, 'live mode keeps them apart'],
  ])('%j is refused, and nothing is written', async (args, code, message) => {
    const { exitCode, error } = await init(args)
    expect(exitCode).toBe(code)
    expect(error).toContain(message)
    expect(await readdir(folder)).toEqual([])
  })

  test('an existing file is kept unless it may be replaced', async () => {
    await init(['--port', '9000'])
    const again = await init(['--port', '9001'])
    expect(again).toMatchObject({ exitCode: 1, error: expect.stringContaining('replace it with --force') })
    expect(await settings()).toEqual({ port: 9000 })
    expect((await init(['--port', '9001', '--force'])).exitCode).toBe(0)
    expect(await settings()).toEqual({ port: 9001 })
  })
})

describe('by questions', () => {
  test('an answer of no use is asked for again, an empty one takes the default', async () => {
    const keyFile = join(folder, 'kek')
    const answers = ['prod', 'live', '', '0.0.0.0', join(folder, 'data'), '', keyFile]
    const { exitCode, out } = await init([], `${answers.join('\n')}\n`)
    expect(exitCode).toBe(0)
    expect(out).toContain('That is not sandbox or live.')
    expect(await settings()).toEqual({
      mode: 'live',
      port: 8080,
      host: '0.0.0.0',
      dataFolder: join(folder, 'data'),
      keyFile,
    })
  })

  test('answers that end too early write nothing', async () => {
    const { exitCode, error } = await init([], 'live\n')
    expect(exitCode).toBe(2)
    expect(error).toContain('nothing was written')
    expect(await readdir(folder)).toEqual([])
  })
})
