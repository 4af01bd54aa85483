/** `openissuer init`: makes the settings file and the key file, by questions or by options. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import type { Terminal } from '../terminal.ts'

export function define(command: Command, terminal: Terminal): void {
  example(
    command
      .option('--mode <mode>', 'sandbox or live')
      .option('--port <port>', 'TCP port')
      .option('--host <address>', 'address to listen on')
      .option('--data-folder <folder>', 'folder of the embedded database and of what a sandbox makes')
      .option('--database-url <url>', 'a PostgreSQL to use instead of the embedded one')
      .option('--key-file <file>', 'file of the key-encrypting key, made when it is missing')
      .option('--yes', 'ask nothing: what is not named keeps its default')
      .option('--force', 'replace an existing settings file'),
    'openissuer init',
    'openissuer init --yes --mode live --database-url postgres://app@db/openissuer --key-file /etc/openissuer/key',
  ).action(async options => {
    const { initialise } = await import('../init.ts')
    terminal.out(await initialise(terminal, options))
  })
}
