/** `openissuer start`: serves until it is told to stop. */
import type { Command } from 'commander'
import { example } from '../example.ts'
import { FailedCheck } from '../outcomes.ts'
import type { Terminal } from '../terminal.ts'

export function define(command: Command, terminal: Terminal): void {
  example(command, 'PORT=9000 OPENISSUER_DATA=/var/lib/openissuer openissuer start').action(async () => {
    const { serve } = await import('../serve.ts')
    if ((await serve(terminal)) !== 0) throw new FailedCheck()
  })
}
