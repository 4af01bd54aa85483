import type { OperatorClient, operator } from '@openissuer/sdk/index.ts'
import type { ConnectionOptions } from '../connection.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord } from '../show.ts'
import type { Terminal } from '../terminal.ts'

type Clock = OperatorClient['clock']

const ACTIONS = {
  show: (clock: Clock) => clock.read(),
  freeze: (clock: Clock) => clock.freeze(),
  resume: (clock: Clock) => clock.resume(),
  set: (clock: Clock, to: string) => clock.set(to),
  advance: (clock: Clock, by: string) => clock.advance(by),
}

/** @param to the instant of `set`, the duration of `advance` */
export async function moveClock(
  terminal: Terminal,
  action: keyof typeof ACTIONS,
  to: string,
  options: ConnectionOptions & Show,
): Promise<void> {
  const reading = await withServer<operator.ClockReading>(terminal, options, ({ client }) =>
    ACTIONS[action](client.clock, to),
  )
  showRecord(terminal, options, reading)
}
