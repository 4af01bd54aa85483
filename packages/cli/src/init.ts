/** What `init` does: asks for the settings that matter at first, checks them as the server will, writes them. */
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { CONFIG_FILE, readConfig, SETTINGS } from '@openissuer/server/config.ts'
import { readOrMakeKey } from '@openissuer/server/vault/key-provider.ts'
import { UsageError } from './outcomes.ts'
import { paint, type Terminal } from './terminal.ts'

const ASKED = ['mode', 'port', 'host', 'dataFolder', 'databaseUrl', 'keyFile'] as const

type Asked = (typeof ASKED)[number]
type Answers = { [Name in Asked]?: string }

export type InitOptions = Answers & { readonly yes?: boolean; readonly force?: boolean }

/** In live mode the key needs a place outside of the data folder; a sandbox makes its own in there. */
const LIVE_KEY_FILE = './openissuer.key'

/** @returns what was made and what comes next, in words */
export async function initialise(terminal: Terminal, options: InitOptions): Promise<string> {
  const file = resolve(terminal.env[CONFIG_FILE.env] || CONFIG_FILE.fallback)
  if (options.force !== true && (await exists(file))) {
    throw new Error(`${file} exists: change it by hand, or replace it with --force`)
  }
  const answers = await answersFor(terminal, options)
  const fresh = `${file}.new`
  try {
    await writeFile(fresh, `${JSON.stringify(settingsOf(answers), null, 2)}\n`, { mode: 0o600 })
    // as the server will read it, so that nothing is left behind that stops its start
    readConfig({ [CONFIG_FILE.env]: fresh })
    const madeKey = answers.keyFile === undefined ? undefined : await makeKey(resolve(answers.keyFile))
    await rename(fresh, file)
    return nextSteps(file, answers, madeKey)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
}

async function answersFor(terminal: Terminal, options: InitOptions): Promise<Answers> {
  const given: Answers = {}
  for (const name of ASKED) {
    const text = options[name]
    if (text === undefined) continue
    if (SETTINGS[name].parse(text) === undefined)
      throw new UsageError(`${optionOf(name)}: it must be ${SETTINGS[name].form}`)
    given[name] = text
  }
  const answers = options.yes === true || terminal.stdin.isTTY !== true ? given : await ask(terminal, given)
  const needsKey = answers.mode === 'live' && answers.keyFile === undefined
  return needsKey ? { ...answers, keyFile: LIVE_KEY_FILE } : answers
}

function optionOf(name: Asked): string {
  return `--${name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

async function ask(terminal: Terminal, given: Answers): Promise<Answers> {
  const output = { write: (text: string) => (terminal.out(text), true) } as unknown as NodeJS.WritableStream
  const lines = createInterface({ input: terminal.stdin, output, terminal: false })
  // lines that arrive before their question are kept, as when a script types them
  const answers = lines[Symbol.asyncIterator]()
  const answered = { ...given }
  try {
    for (const name of ASKED) {
      if (given[name] === undefined) answered[name] = await askOne(terminal, name, answered, () => answers.next())
    }
  } finally {
    lines.close()
  }
  return Object.fromEntries(Object.entries(answered).filter(([, text]) => text !== undefined && text !== ''))
}

/** Asks again until the answer has the form of the setting. */
async function askOne(
  terminal: Terminal,
  name: Asked,
  answered: Answers,
  nextLine: () => Promise<IteratorResult<string>>,
): Promise<string> {
  const { about, form } = SETTINGS[name]
  const fallback = name === 'keyFile' && answered.mode === 'live' ? LIVE_KEY_FILE : (SETTINGS[name].fallback ?? '')
  for (;;) {
    const hint = fallback === '' ? 'none' : fallback
    terminal.out(`${paint(terminal, 'bold', about)}\n  ${form} [${hint}]: `)
    const { value, done } = await nextLine()
    if (done === true) throw new UsageError('the answers ended before the questions; nothing was written')
    const text = value.trim() || fallback
    if (text === '' || SETTINGS[name].parse(text) !== undefined) return text
    terminal.out(`  That is not ${form}.\n`)
  }
}

function settingsOf(answers: Answers): Record<string, string | number> {
  const { port, dataFolder, keyFile, ...texts } = answers
  return {
    ...texts,
    ...(port === undefined ? {} : { port: Number(port) }),
    // wherever the server is started from
    ...(dataFolder === undefined ? {} : { dataFolder: resolve(dataFolder) }),
    ...(keyFile === undefined ? {} : { keyFile: resolve(keyFile) }),
  }
}

/** @returns the file, where it was made now */
async function makeKey(file: string): Promise<string | undefined> {
  const existed = await exists(file)
  await readOrMakeKey(file)
  return existed ? undefined : file
}

function nextSteps(file: string, answers: Answers, madeKey: string | undefined): string {
  return [
    `Wrote ${file}`,
    ...(madeKey === undefined
      ? []
      : [
          `Made the key-encrypting key ${madeKey} (readable by you alone).`,
          'Keep a copy of it apart from the backups of the database: without it no card can ever be opened.',
        ]),
    '',
    'Next:',
    '  openissuer doctor   # looks for what would keep the server from working',
    '  openissuer start',
    ...(answers.mode === 'live' ? ['', 'The first start prints the operator key once.'] : []),
    '',
  ].join('\n')
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}
