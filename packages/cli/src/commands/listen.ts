/** `openissuer listen`: a receiver of webhooks on this machine, for as long as it runs. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { wholeNumber, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

const PORT_MAX = 65_535

export function define(command: Command, terminal: Terminal): void {
  command
    .option('--dialect <dialect>', 'pagsmile or keysecure; both unless said')
    .option('--forward-to <url>', 'where each verified webhook is posted to; its answer goes back')
    .option('--endpoint <id>', 'use this endpoint of the partner: it points here while this runs')
    .option('--port <port>', 'of the receiver; 0 for any free one', wholeNumber(0, PORT_MAX), 0)
    .option('--public-url <url>', 'how the server reaches this machine, where it runs on another one')
    .option('--credential <id>', 'app id or API key; by default that of the sandbox credentials; needs --dialect')
    .option('--secret-file <file>', 'holds the API secret of --credential')
  example(
    withConnection(withPartner(command)),
    'openissuer listen',
    'openissuer listen --dialect keysecure --forward-to http://localhost:3000/callbacks',
  ).action(async options => {
    const { listen } = await import('../operator/listen.ts')
    await listen(terminal, options)
  })
}
