/**
 * Runs one command line. Exit codes: 0 done, 1 failed or something is wrong, 2 the command line itself is wrong.
 */
import { inspect } from 'node:util'
import { Command, CommanderError } from 'commander'
import packageJson from '../package.json' with { type: 'json' }
import { GROUPS } from './groups.ts'
import { FailedCheck, UsageError } from './outcomes.ts'
import type { Terminal } from './terminal.ts'

export const EXIT = { done: 0, failed: 1, usage: 2 } as const

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const program = await createProgram(
      terminal,
      args.find(arg => !arg.startsWith('-') && arg !== 'help'),
    )
    await program.parseAsync(args, { from: 'user' })
    return EXIT.done
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage
    if (error instanceof FailedCheck) return EXIT.failed
    terminal.error(`${explain(error, terminal)}\n`)
    return error instanceof UsageError ? EXIT.usage : EXIT.failed
  }
}

/**
 * Only the group that is asked for is loaded: the server that `start` runs keeps nothing else in memory.
 *
 * @param wanted the name of a group, or `all`
 */
export async function createProgram(terminal: Terminal, wanted: string | undefined): Promise<Command> {
  const program = new Command('openissuer')
    .description('A card issuing platform that anyone can run.')
    .version(packageJson.version)
    .exitOverride()
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.error, getOutHasColors: () => terminal.colour })
    .configureHelp({ helpWidth: terminal.columns ?? 100 })
    .showSuggestionAfterError()
    .addHelpText('after', '\nExample:\n  $ openissuer start')
  for (const [name, { about, load }] of Object.entries(GROUPS)) {
    const command = program.command(name).description(about)
    if (wanted === name || wanted === 'all') (await load()).define(command, terminal)
  }
  return program
}

/** What went wrong in the words of whoever noticed, causes included; the stack only for those who debug. */
function explain(error: unknown, terminal: Terminal): string {
  if (!(error instanceof Error)) return String(error)
  if (['debug', 'trace'].includes(terminal.env['OPENISSUER_LOG_LEVEL'] ?? '')) return inspect(error)
  const cause = error.cause instanceof Error ? `\n  because: ${error.cause.message}` : ''
  return `${error.message}${cause}`
}
