/** The commands as a whole: their help, their exit codes, their completion. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { completionScript } from './completion.ts'
import { createProgram, run } from './run.ts'
import { fakeTerminal } from './terminal.fixture.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'openissuer-cli-'))
})

afterEach(() => rm(folder, { recursive: true }))

function inFolder(options: Parameters<typeof fakeTerminal>[0] = {}) {
  return fakeTerminal({ ...options, env: { OPENISSUER_DATA: join(folder, 'data'), ...options.env } })
}

function everyCommand(command: Command, path = ''): { path: string; command: Command }[] {
  return command.commands.flatMap(inner => {
    const name = `${path} ${inner.name()}`.trim()
    return [{ path: name, command: inner }, ...everyCommand(inner, name)]
  })
}

async function helpOf(path: string): Promise<string> {
  const terminal = inFolder()
  expect(await run([...path.split(' '), '--help'], terminal)).toBe(0)
  return terminal.written().out
}

describe('the help', () => {
  test('of every command has an example of that very command', async () => {
    const commands = everyCommand(await createProgram(inFolder(), 'all'))
    expect(commands.length).toBeGreaterThan(55)
    for (const { path } of commands) {
      const help = await helpOf(path)
      const [, examples = ''] = /\nExamples?:\n([^]*)$/.exec(help) ?? []
      expect(examples, path).toContain(`openissuer ${path}`)
      for (const line of examples.trim().split('\n')) expect(line.trim(), path).toMatch(/^\$ /)
    }
  })

  test('says of every command what it does', async () => {
    const commands = everyCommand(await createProgram(inFolder(), 'all'))
    expect(commands.filter(({ command }) => command.description() === '').map(({ path }) => path)).toEqual([])
  })

  test('examples use only options that exist', async () => {
    const commands = everyCommand(await createProgram(inFolder(), 'all'))
    for (const { path, command } of commands.filter(each => each.command.commands.length === 0)) {
      const known = new Set(command.options.flatMap(option => [option.long, option.short]))
      const lines = (await helpOf(path))
        .split('\n')
        .filter(line => line.includes(`$ `) && line.includes(`openissuer ${path}`))
      const ours = lines.map(line => line.slice(line.indexOf('openissuer ')).replace(/ [|<>].*$/, ''))
      const used = ours.flatMap(line => line.match(/(?<= )--[a-z0-9-]+/g) ?? [])
      expect(
        used.filter(option => !known.has(option)),
        path,
      ).toEqual([])
    }
  })

  test('commands that print data have --json', async () => {
    const without = everyCommand(await createProgram(inFolder(), 'all'))
      .filter(({ command }) => command.commands.length === 0)
      .filter(({ command }) => !command.options.some(option => option.long === '--json'))
      .map(({ path }) => path)
    // these serve, ask, run something else, or print JSON or a script anyway
    expect(without).toEqual(['start', 'init', 'envelope encrypt', 'envelope decrypt', 'bench', 'completion'])
  })

  test('of the program', async () => {
    const terminal = inFolder()
    expect(await run(['--help'], terminal)).toBe(0)
    expect(terminal.written().out).toMatchSnapshot()
  })
})

test('docs/cli.md shows every command', async () => {
  const page = await readFile(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8')
  const leaves = everyCommand(await createProgram(inFolder(), 'all')).filter(each => each.command.commands.length === 0)
  expect(leaves.filter(({ path }) => !page.includes(`openissuer ${path}`)).map(({ path }) => path)).toEqual([])
})

describe('exit codes', () => {
  test.each<[string, string[], number, RegExp]>([
    ['a version', ['--version'], 0, /^$/],
    ['no command at all', [], 2, /Usage: openissuer/],
    ['an unknown command', ['crads'], 2, /Did you mean cards/],
    ['a group without its command', ['cards'], 2, /Usage: openissuer cards/],
    ['an unknown option', ['cards', 'list', '--colour'], 2, /unknown option/],
    ['a missing argument', ['cards', 'show'], 2, /missing required argument/],
    ['a missing option', ['simulate', 'authorization', '--card', '1'], 2, /required option '--amount/],
    ['a value that is not allowed', ['cards', 'list', '--limit', 'many'], 2, /It must be a whole number/],
    ['an address that is none', ['cards', 'list', '--url', 'nowhere'], 2, /It must be http/],
    ['a shell that is not known', ['completion', 'cmd'], 2, /Allowed choices are bash, zsh, fish/],
    ['a partner without credentials', ['partners', 'create', 'x'], 2, /needs --pagsmile, --keysecure, or both/],
    ['no credentials', ['cards', 'list'], 1, /no operator key: .*Start a sandbox/],
    ['no database', ['ledger', 'verify'], 1, /holds no database yet/],
    ['a folder that is no backup', ['db', 'restore', '/nonexistent/backup', '--check'], 1, /not a complete backup/],
  ])('%s', async (_name, args, exitCode, error) => {
    const terminal = inFolder()
    expect(await run(args, terminal)).toBe(exitCode)
    expect(terminal.written().error).toMatch(error)
    expect(terminal.written().error).not.toContain('    at ')
  })

  test('no server where one is named', async () => {
    const terminal = inFolder({ env: { OPENISSUER_OPERATOR_KEY: 'op_x' } })
    expect(await run(['clock', 'show', '--url', 'http://127.0.0.1:1'], terminal)).toBe(1)
    expect(terminal.written().error).toContain(
      'no server answers at http://127.0.0.1:1: start it with openissuer start',
    )
  })

  test('a server of another kind', async () => {
    const other = createServer((_request, response) => response.end('<html>')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`
    for (const args of [
      ['partners', 'list'],
      ['clock', 'show'],
    ]) {
      const terminal = inFolder({ env: { OPENISSUER_OPERATOR_KEY: 'op_x', OPENISSUER_URL: url } })
      expect(await run(args, terminal)).toBe(1)
      expect(terminal.written().error).toContain(`what answers at ${url.slice(0, -1)} is no OpenIssuer server`)
    }
    other.close()
  })

  test('a key file that others can read', async () => {
    await writeFile(join(folder, 'key'), 'op_x\n')
    await chmod(join(folder, 'key'), 0o644)
    const terminal = inFolder()
    expect(await run(['clock', 'show', '--key-file', join(folder, 'key')], terminal)).toBe(1)
    expect(terminal.written().error).toContain('set its mode to 0600')
  })
})

test('the bench is run with its own arguments, and its failure is ours', async () => {
  const terminal = inFolder({ env: { PATH: process.env['PATH'] } })
  expect(await run(['bench', 'no-such-suite', '--quick'], terminal)).toBe(1)
  expect(terminal.written().error).toBe('')
})

describe('config print', () => {
  test('as JSON redacts what is secret', async () => {
    const terminal = inFolder({ env: { DATABASE_URL: 'postgres://user:hunter2@db/x' } })
    expect(await run(['config', 'print', '--json'], terminal)).toBe(0)
    const printed = JSON.parse(terminal.written().out)
    expect(printed).toMatchObject({ mode: 'sandbox', port: 8080, databaseUrl: '(set, redacted)', key: null })
  })
})

describe('completion', () => {
  test.each(['bash', 'zsh', 'fish'] as const)('of %s names every command', async shell => {
    const script = await completionScript(shell, inFolder())
    for (const { command } of everyCommand(await createProgram(inFolder(), 'all'))) {
      expect(script).toContain(command.name())
    }
  })

  test.each([
    ['', 'ledger'],
    ['db', 'restore'],
    ['db backup', '--without-key'],
    ['simulate authorization --card 1', '--merchant'],
    ['no-such-command', 'ledger'],
  ])('of bash offers after "openissuer %s" among others %s', async (before, offered) => {
    await writeFile(join(folder, 'completion'), await completionScript('bash', inFolder()))
    const words = ['openissuer', ...before.split(' ').filter(word => word !== ''), '']
    const script = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _openissuer; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout } = await promisify(execFile)('bash', ['-c', script, join(folder, 'completion'), ...words])
    expect(stdout.split('\n')).toContain(offered)
  })
})
