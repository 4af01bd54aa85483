/** `openissuer deliveries`: what was sent to receivers, and sending it again. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import { withLimit, withPartner } from '../options.ts'
import type { Terminal } from '../terminal.ts'

type Common = { json?: boolean; url?: string; keyFile?: string; partner?: string }

export function define(deliveries: Command, terminal: Terminal): void {
  example(deliveries, 'openissuer deliveries list --state failed')
  const list = deliveries
    .command('list')
    .description('deliveries of a partner, newest first')
    .option('--endpoint <id>', 'to this endpoint')
    .option('--state <state>', 'pending, delivered, failed, skipped or cancelled')
    .option('--kind <kind>', 'authorization, clearing, card-status, …')
    .option('--card <token>', 'of this card')
    .option('--from <instant>', 'of the event, ISO 8601 with an offset')
    .option('--to <instant>', 'of the event, ISO 8601 with an offset')
  example(withConnection(withLimit(withPartner(list))), 'openissuer deliveries list --state failed').action(
    async (options: Common & { limit: number }) => {
      const { listDeliveries } = await import('../operator/deliveries.ts')
      await listDeliveries(terminal, options)
    },
  )
  const resend = deliveries.command('resend <deliveryId>').description('once more, with a schedule of its own')
  example(withConnection(withPartner(resend)), 'openissuer deliveries resend 100000000004-100001').action(
    async (deliveryId: string, options: Common) => {
      const { resendDelivery } = await import('../operator/deliveries.ts')
      await resendDelivery(terminal, deliveryId, options)
    },
  )
  const replay = deliveries
    .command('replay <endpointId>')
    .description('queue every event since an instant that the endpoint wants, delivered or not, in order')
    .requiredOption('--since <instant>', 'ISO 8601 with an offset')
  example(
    withConnection(withPartner(replay)),
    'openissuer deliveries replay 100001 --since 2026-05-22T00:00:00Z',
  ).action(async (endpointId: string, options: Common & { since: string }) => {
    const { replayEvents } = await import('../operator/deliveries.ts')
    await replayEvents(terminal, endpointId, options)
  })
}
