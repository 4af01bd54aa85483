/** `openissuer seed`: cards and authorizations to look at, made through the APIs of a running sandbox. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { wholeNumber } from '../options.ts'
import type { Terminal } from '../terminal.ts'

const CARDS = 20
const AUTHORIZATIONS = 200
const COUNT_MAX = 1_000_000
const CONCURRENCY = 16
const CONCURRENCY_MAX = 256

export function define(command: Command, terminal: Terminal): void {
  example(
    withConnection(
      command
        .option(
          '--cards <n>',
          'virtual cards on the shared account of the demo partner',
          wholeNumber(0, COUNT_MAX),
          CARDS,
        )
        .option(
          '--authorizations <n>',
          'purchases on these cards, some of them foreign',
          wholeNumber(0, COUNT_MAX),
          AUTHORIZATIONS,
        )
        .option('--concurrency <n>', 'calls under way at once', wholeNumber(1, CONCURRENCY_MAX), CONCURRENCY),
    ),
    'openissuer seed --cards 1000 --authorizations 100000',
  ).action(async options => {
    const { seed } = await import('../operator/seed.ts')
    await seed(terminal, options)
  })
}
