/** `openissuer events tail`: what happens, as it happens. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { wholeNumber, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

const LAST = 10
const LAST_MAX = 200

export function define(events: Command, terminal: Terminal): void {
  example(events, 'openissuer events tail')
  const tail = events
    .command('tail')
    .description('the last events of a partner and every one that follows, until Ctrl-C')
    .option('--kind <kind>', 'authorization, clearing, card-status, …')
    .option('--card <token>', 'of this card')
    .option('--last <events>', 'how many to begin with', wholeNumber(0, LAST_MAX), LAST)
    .option('--no-follow', 'end after these')
  example(
    withConnection(withPartner(tail)),
    'openissuer events tail --kind authorization',
    "openissuer events tail --json --no-follow | jq -r '.kind'",
  ).action(async options => {
    const { tailEvents } = await import('../operator/events.ts')
    await tailEvents(terminal, options)
  })
}
