/**
 * The bench: `node bench/run.ts [SUITE…]` runs the suites of bench/suites one after the other and prints one table.
 * Exits 0 when every suite came to its end, whether goals are met or not; 1 when one failed; 2 for wrong arguments;
 * 130 when it was interrupted.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { withContext } from './context.ts'
import { type PostgresFacts, readCommit, readMachine } from './machine.ts'
import { describeHeader, describeTable, type Header, jsonLine, type Row, saveRun } from './report.ts'
import type { Suite } from './suite.ts'

const OPTIONS = {
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  save: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

type Arguments = { json: boolean; quick: boolean; save: boolean; help: boolean; suites: readonly Suite[] }

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const suites = await loadSuites()
  const usage = usageOf(suites)
  const wanted = argumentsOf(args, suites)
  if (typeof wanted === 'string') {
    process.stderr.write(`${wanted}\n\n${usage}`)
    return 2
  }
  if (wanted.help) {
    process.stdout.write(usage)
    return 0
  }
  return runSuites(wanted)
}

/** Every file of bench/suites, by name. */
async function loadSuites(): Promise<readonly Suite[]> {
  const folder = join(import.meta.dirname, 'suites')
  const files = (await readdir(folder)).filter(file => file.endsWith('.ts')).toSorted()
  return Promise.all(files.map(async file => ((await import(join(folder, file))) as { suite: Suite }).suite))
}

function usageOf(suites: readonly Suite[]): string {
  const width = Math.max(...suites.map(suite => suite.name.length))
  return `Usage: npm run bench [-- [SUITE…] [--quick] [--json] [--save]]

Measures and prints one table; without a name all suites run, one after the other.
${suites.map(suite => `  ${suite.name.padEnd(width)}  ${suite.about}`).join('\n')}

  --quick  all suites in under a minute; figures to look at, not to quote
  --json   one JSON object a line instead of the table
  --save   keep the figures with commit and machine in bench/results
  --help   this text

Databases are made below TMPDIR, which should be on the disk to be measured.
`
}

/** @returns what is wrong, when something is */
function argumentsOf(args: string[], suites: readonly Suite[]): Arguments | string {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
    const unknown = positionals.find(name => !suites.some(suite => suite.name === name))
    if (unknown !== undefined) {
      return `There is no suite '${unknown}'; there are ${suites.map(suite => suite.name).join(', ')}.`
    }
    const chosen = positionals.length === 0 ? suites : suites.filter(suite => positionals.includes(suite.name))
    return { ...values, suites: chosen }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function runSuites({ json, quick, save, suites }: Arguments): Promise<number> {
  const signal = interruption()
  const rows: Row[] = []
  const notes: string[] = []
  let postgres: PostgresFacts | null = null
  let failed = false
  const [commit, machine] = await Promise.all([readCommit(), readMachine()])
  const date = new Date().toISOString()

  for (const suite of suites) {
    const progress = (text: string) => showProgress(`${suite.name}: ${text}`)
    const note = (text: string) => notes.push(`${suite.name}: ${text}`)
    try {
      await withContext({ quick, signal, progress, note, onPostgres: facts => (postgres = facts) }, async context => {
        for await (const measurement of await suite.run(context)) {
          const row = { suite: suite.name, measurement }
          rows.push(row)
          if (json) process.stdout.write(`${jsonLine(row)}\n`)
        }
      })
    } catch (error) {
      if (signal.aborted) break
      failed = true
      showProgress('')
      process.stderr.write(`The suite ${suite.name} failed: ${explain(error)}\n`)
    }
  }
  showProgress('')
  if (signal.aborted) return 130

  const header: Header = { commit, date, quick, machine, postgres }
  if (!json) process.stdout.write(`${describeHeader(header)}\n\n${describeTable(rows)}\n`)
  for (const note of notes) (json ? process.stderr : process.stdout).write(`${note}\n`)
  if (save && !failed) process.stderr.write(`Saved as ${await saveRun(header, rows)}\n`)
  return failed ? 1 : 0
}

/** Ctrl-C, SIGTERM, a closed terminal or a reader such as `head` that has seen enough: whatever runs stops and tidies up. */
function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      showProgress('stopping …')
      controller.abort()
    })
  }
  process.stdout.on('error', () => controller.abort())
  process.stderr.on('error', () => controller.abort())
  return controller.signal
}

/** One line that each next one replaces; nothing where nobody watches. */
function showProgress(text: string): void {
  // a terminal may not know its width
  const width = process.stderr.columns || 80
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text.slice(0, width - 1)}`)
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause instanceof Error ? `\n  because: ${error.cause.message}` : ''
  return `${error.stack ?? error.message}${cause}`
}
