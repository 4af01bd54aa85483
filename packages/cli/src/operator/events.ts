import { setTimeout as delay } from 'node:timers/promises'
import type { operator } from '@openissuer/sdk/index.ts'
import type { ConnectionOptions } from '../connection.ts'
import { filterOf } from '../lists.ts'
import { withServer } from '../server.ts'
import { field, textOf } from '../table.ts'
import { paint, type Terminal } from '../terminal.ts'

const POLL_MS = 500

export type TailOptions = ConnectionOptions & {
  readonly json?: boolean
  readonly partner?: string
  readonly kind?: string
  readonly card?: string
  readonly last: number
  readonly follow: boolean
}

/** Prints one event a line, as JSON lines for programs; returns when it is interrupted. */
export async function tailEvents(terminal: Terminal, options: TailOptions): Promise<void> {
  const interrupted = terminal.interruption()
  await withServer(terminal, options, async ({ client, partnerOr }) => {
    const partnerId = await partnerOr(options.partner)
    const filter = filterOf<operator.EventQuery>({ kind: options.kind, cardToken: options.card })
    const { rows: newest } = await client.events.list(partnerId, { ...filter, limit: Math.max(1, options.last) })
    const first = options.last === 0 ? [] : newest.toReversed()
    for (const event of first) terminal.out(lineOf(terminal, options, event))
    let after = newest[0]?.eventId ?? '0'
    while (options.follow && !interrupted.aborted) {
      const events = await client.events.listAfter(partnerId, after, filter)
      for (const event of events) terminal.out(lineOf(terminal, options, event))
      after = events.at(-1)?.eventId ?? after
      if (events.length === 0) await delay(POLL_MS, undefined, { signal: interrupted }).catch(() => undefined)
    }
  })
}

const PARTS = ['createdAt', 'eventId', 'kind', 'card.maskedPan', 'message.decision', 'message.declineReason']
const MORE = ['message.transactionAmount', 'message.merchantName']

function lineOf(terminal: Terminal, { json }: TailOptions, event: operator.Event): string {
  if (json) return `${JSON.stringify(event)}\n`
  const [at = '', ...rest] = [...PARTS, ...MORE].map(path => String(field(path).of(event) ?? ''))
  const fact = event.fact === null ? '' : factsOf(event.fact)
  const words = [...rest, fact].filter(text => text !== '')
  return `${paint(terminal, 'dim', at)}  ${words.join('  ')}\n`
}

function factsOf(fact: object): string {
  return Object.entries(fact)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${textOf(value)}`)
    .join(' ')
}
