/** `openissuer clock`: the product's clock, which a sandbox can stop and move forward. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import type { Terminal } from '../terminal.ts'

type Common = { json?: boolean; url?: string; keyFile?: string }

export function define(clock: Command, terminal: Terminal): void {
  example(clock, 'openissuer clock advance P7DT1H')
  const defineOne = (usage: string, about: string, line: string) =>
    example(withConnection(clock.command(usage).description(about)), line)

  defineOne('show', 'what time it is, and whether it runs', 'openissuer clock show').action(run('show'))
  defineOne('freeze', 'let it stand still', 'openissuer clock freeze').action(run('freeze'))
  defineOne('resume', 'let it run on from where it is', 'openissuer clock resume').action(run('resume'))
  defineOne(
    'set <instant>',
    'jump to an instant, ISO 8601 with an offset, never back',
    'openissuer clock set 2027-01-01T00:00:00Z',
  ).action((instant: string, options: Common) => run('set', instant)(options))
  defineOne(
    'advance <duration>',
    'jump by an ISO 8601 duration; what falls due on the way is run in order',
    'openissuer clock advance P7DT1H',
  ).action((duration: string, options: Common) => run('advance', duration)(options))

  function run(action: 'show' | 'freeze' | 'resume' | 'set' | 'advance', to = '') {
    return async (options: Common) => {
      const { moveClock } = await import('../operator/clock.ts')
      await moveClock(terminal, action, to, options)
    }
  }
}
