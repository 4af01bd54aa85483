/** `openissuer bench`: the bench of the repository, with whatever arguments it takes. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import { FailedCheck } from '../outcomes.ts'
import type { Terminal } from '../terminal.ts'

export function define(command: Command, terminal: Terminal): void {
  example(
    command.argument('[arguments...]', 'names of suites, --quick, --json, --save').allowUnknownOption(),
    'openissuer bench authorization',
  ).action(async (args: string[]) => {
    const { runBench } = await import('../run-bench.ts')
    if ((await runBench(args, terminal.env)) !== 0) throw new FailedCheck()
  })
}
