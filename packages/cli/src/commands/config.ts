/** `openissuer config print`: every setting with its value. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import { withJson } from '../options.ts'
import type { Terminal } from '../terminal.ts'

export function define(config: Command, terminal: Terminal): void {
  example(config, 'openissuer config print')
  const print = config.command('print').description('print every setting with its value, secrets redacted')
  example(withJson(print), 'OPENISSUER_MODE=live openissuer config print').action(
    async ({ json }: { json?: boolean }) => {
      const { describeConfig, printableConfig, readConfig } = await import('@openissuer/server/config.ts')
      const settings = readConfig(terminal.env)
      terminal.out(json ? `${JSON.stringify(printableConfig(settings), null, 2)}\n` : `${describeConfig(settings)}\n`)
    },
  )
}
