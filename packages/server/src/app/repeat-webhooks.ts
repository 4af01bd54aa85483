/** Events told again, or told as an example: what an operator does when a receiver has missed something or is tried out. */
import { DomainError } from '@openissuer/core/errors.ts'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type { Work } from './ports.ts'
import { lockEndpoint } from './webhook-endpoints.ts'
import type { EndpointId, WebhookDelivery, WebhookEndpoint } from './webhook-ports.ts'

/**
 * Sends one event to one endpoint again, whatever came of it before; its schedule starts anew.
 *
 * @throws DomainError `webhook-endpoint-not-found`, `webhook-endpoint-disabled`, `webhook-delivery-not-found`
 */
export async function resendDelivery(
  work: Work,
  { partnerId, endpointId, eventId }: EndpointId & { readonly eventId: bigint },
): Promise<WebhookDelivery> {
  await lockListening(work, { partnerId, endpointId })
  const delivery = await work.tx.webhookDelivery(partnerId, eventId, endpointId)
  if (delivery === undefined) throw new DomainError('webhook-delivery-not-found')
  await work.tx.requeueWebhookDelivery(partnerId, eventId, endpointId)
  return { ...delivery, state: 'pending', dueAt: null, deliveredAt: null }
}

/**
 * Sends everything since an instant that an endpoint wants to hear of, delivered before or not, in order.
 *
 * @returns how many events
 * @throws DomainError `webhook-endpoint-not-found`, `webhook-endpoint-disabled`
 */
export async function replayEvents(work: Work, id: EndpointId, since: Temporal.Instant): Promise<number> {
  return work.tx.replayWebhookEvents(await lockListening(work, id), since)
}

/**
 * Sends a made-up event of a kind, about nothing that exists.
 *
 * @throws DomainError `webhook-endpoint-not-found`, `webhook-endpoint-disabled`, `invalid-field` for a kind that the
 *   endpoint does not want
 */
export async function sendExample(work: Work, id: EndpointId, kind: HappeningKind): Promise<WebhookDelivery> {
  const endpoint = await lockListening(work, id)
  if (!endpoint.kinds.includes(kind)) throw new DomainError('invalid-field', 'kind')
  const eventId = await work.ids.next('authorization')
  const createdAt = work.clock.now()
  await work.tx.announceExample(endpoint, { eventId, kind, createdAt })
  return {
    ...id,
    eventId,
    kind,
    cardId: null,
    state: 'pending',
    attempts: 0,
    dueAt: null,
    deliveredAt: null,
    lastStatus: null,
    lastError: null,
    createdAt,
  }
}

/** @throws DomainError `webhook-endpoint-not-found`, `webhook-endpoint-disabled` */
async function lockListening(work: Work, id: EndpointId): Promise<WebhookEndpoint> {
  const endpoint = await lockEndpoint(work, id)
  if (endpoint.state === 'disabled') throw new DomainError('webhook-endpoint-disabled')
  return endpoint
}
