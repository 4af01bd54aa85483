/**
 * Documents are followed as by a reader who copies each block: in a working folder that looks like a clone after
 * `npm ci`, with a server and terminals of their own.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { blocksOf, type Step, shows, stepsOf } from './document.ts'
import { Terminal } from './terminal.ts'

const ROOT = resolve(import.meta.dirname, '../..')

const FOLLOWED = [
  'docs/getting-started.md',
  'docs/operations.md',
  'docs/recipes/backup.md',
  'docs/recipes/clock.md',
  'docs/recipes/declines.md',
  'docs/recipes/go-live.md',
  'docs/recipes/postgresql.md',
  'docs/recipes/rotate-keys.md',
  'docs/recipes/webhooks.md',
]

/** Documents whose samples another test runs. */
const RUN_ELSEWHERE: Record<string, string> = {
  'packages/sdk/README.md': 'test/contract/sdk-package.test.ts',
  'docs/cli.md': 'test/docs/cli.test.ts',
}

const FOLLOW_MS_MAX = 240_000

describe.each(FOLLOWED)('%s', document => {
  test('does what it says, step by step', { timeout: FOLLOW_MS_MAX }, async () => {
    const text = await read(document)
    const steps = stepsOf(blocksOf(text))
    expect(steps.filter(({ kind }) => kind === 'shell').length).toBeGreaterThan(0)
    const database = text.includes(OWN_DATABASE) ? await createTestDatabase({ empty: true }) : undefined
    const reader = await newReader(database?.url)
    try {
      for (const step of steps) await reader.follow(step)
    } finally {
      await reader.leave()
      await database?.close()
    }
  })
})

test('the two commands of the README are what CI runs on a clean checkout', async () => {
  const [first] = blocksOf(await read('README.md'))
  expect(first?.text).toMatch(/^npm ci && npm start .*\nnpm ci && npm test /)
  expect(await read('.ci/run')).toMatch(/^npm ci\nnpm test$/m)
})

test('no document has a sample that nobody runs', async () => {
  for (const elsewhere of Object.values(RUN_ELSEWHERE)) expect(existsSync(join(ROOT, elsewhere))).toBe(true)
  const others = trackedDocuments().filter(path => !FOLLOWED.includes(path) && !(path in RUN_ELSEWHERE))
  const samples: string[] = []
  for (const path of others) {
    for (const { language, line } of blocksOf(await read(path))) {
      if (['sh', 'bash', 'js', 'ts'].includes(language)) samples.push(`${path}:${line}`)
    }
  }
  expect(samples).toEqual([])
})

test('every file and document that a document names is there', async () => {
  const missing: string[] = []
  for (const path of trackedDocuments()) {
    const text = await read(path)
    const folder = resolve(ROOT, path, '..')
    const links = [...text.matchAll(/\]\((?!http|#)([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) =>
      resolve(folder, target),
    )
    const named = [...text.matchAll(/`((?:packages|test|bench)\/[\w./-]+\.\w+)`/g)].map(([, target = '']) =>
      join(ROOT, target),
    )
    missing.push(...[...links, ...named].filter(target => !existsSync(target)).map(target => `${path}: ${target}`))
  }
  expect(missing).toEqual([])
})

function trackedDocuments(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  return listed.split('\n').filter(path => path !== '' && existsSync(join(ROOT, path)))
}

function read(path: string): Promise<string> {
  return readFile(join(ROOT, path), 'utf8')
}

// The reader

type DocumentReader = { follow(step: Step): Promise<void>; leave(): Promise<void> }

/** The PostgreSQL that a reader of documents has. */
const OWN_DATABASE = 'postgres://openissuer:secret@127.0.0.1:5432/openissuer'

/** Where documents say that the server and a receiver listen. */
const PORTS = ['8080', '3000']

async function newReader(databaseUrl = OWN_DATABASE): Promise<DocumentReader> {
  const clone = await mkdtemp(join(tmpdir(), 'openissuer-reader-'))
  for (const entry of await readdir(ROOT)) {
    if (entry !== 'data' && entry !== '.git') await symlink(join(ROOT, entry), join(clone, entry))
  }
  // tests run beside each other, so the ports are free ones
  const ports = new Map(await Promise.all(PORTS.map(async port => [port, await freePort()] as const)))
  const env = environment(ports.get('8080') ?? '')
  const terminals = new Map<string, { readonly terminal: Terminal; seen: () => string }>()
  let last = 'main'

  function terminalOf(name: string) {
    const known = terminals.get(name)
    if (known !== undefined) return known
    const terminal = new Terminal(clone, env)
    const opened = { terminal, seen: () => terminal.output }
    terminals.set(name, opened)
    return opened
  }

  const here = (text: string) =>
    [...ports].reduce(
      (told, [port, free]) =>
        told.replaceAll(`127.0.0.1:${port}`, `127.0.0.1:${free}`).replaceAll(`listen(${port},`, `listen(${free},`),
      text.replaceAll(OWN_DATABASE, databaseUrl),
    )

  return {
    async follow(step) {
      if (step.kind === 'file') return writeFile(join(clone, step.name), here(step.text))
      if (step.kind === 'seen') {
        const { terminal, seen } = terminalOf(step.terminal ?? last)
        const expected = here(step.text)
        return terminal.until(() => shows(seen(), expected), expected)
      }
      last = step.terminal
      const opened = terminalOf(step.terminal)
      if (step.stays) return opened.terminal.start(here(step.text))
      for (const command of commandsOf(here(step.text))) {
        const output = await opened.terminal.run(command)
        opened.seen = () => output
      }
    },

    async leave() {
      // the server goes last, so that whoever talks to it can still say goodbye
      for (const { terminal } of [...terminals.values()].toReversed()) await terminal.close()
      await rm(clone, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
    },
  }
}

/** Each line alone, so that the one that fails is named. The clone is installed already. */
function commandsOf(text: string): string[] {
  return text.split('\n').filter(line => line.trim() !== '' && line !== 'npm ci')
}

/** What a reader's shell knows, and nothing that this test run was given. */
function environment(port: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'USER', 'LOGNAME', 'SHELL']
  const given = Object.fromEntries(
    kept.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
  return { ...given, PORT: port, npm_config_update_notifier: 'false' }
}

async function freePort(): Promise<string> {
  const server = createServer()
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  await new Promise(done => server.close(done))
  if (address === null || typeof address === 'string') throw new Error('there is no free port')
  return String(address.port)
}
