import type { operator } from '@openissuer/sdk/index.ts'
import type { ConnectionOptions } from '../connection.ts'
import { filterOf, firstOf } from '../lists.ts'
import { withServer } from '../server.ts'
import { type Show, showRecord, showRows } from '../show.ts'
import { field } from '../table.ts'
import type { Terminal } from '../terminal.ts'

type Common = ConnectionOptions & Show & { readonly partner?: string }

type Filter = {
  readonly endpoint?: string
  readonly state?: string
  readonly kind?: string
  readonly card?: string
  readonly from?: string
  readonly to?: string
}

const COLUMNS = [
  'deliveryId',
  'endpointId',
  'kind',
  'state',
  'attempts',
  'lastStatus',
  'dueAt',
  'createdAt',
  'lastError',
]

export async function listDeliveries(terminal: Terminal, options: Common & Filter & { limit: number }): Promise<void> {
  const { endpoint, state, kind, card, from, to } = options
  const query = filterOf<operator.DeliveryQuery>({ endpointId: endpoint, state, kind, cardToken: card, from, to })
  const rows = await withServer(terminal, options, async ({ client, partnerOr }) =>
    firstOf(client.webhookDeliveries.listAll(await partnerOr(options.partner), query), options.limit),
  )
  showRows(
    terminal,
    options,
    rows,
    COLUMNS.map(name => field(name)),
    'There are no such deliveries.',
  )
}

export async function resendDelivery(terminal: Terminal, deliveryId: string, options: Common): Promise<void> {
  const delivery = await withServer(terminal, options, async ({ client, partnerOr }) =>
    client.webhookDeliveries.resend(await partnerOr(options.partner), deliveryId),
  )
  showRecord(terminal, options, delivery)
}

export async function replayEvents(
  terminal: Terminal,
  endpointId: string,
  options: Common & { since: string },
): Promise<void> {
  const replayed = await withServer(terminal, options, async ({ client, partnerOr }) =>
    client.webhookEndpoints.replay(await partnerOr(options.partner), endpointId, options.since),
  )
  showRecord(terminal, options, replayed)
}
