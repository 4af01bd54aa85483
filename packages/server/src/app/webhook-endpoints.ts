/** Where a partner hears of events: made, changed and ended through any door. */
import { DomainError } from '@openissuer/core/errors.ts'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type { Work } from './ports.ts'
import type { DialectName, EndpointId, EndpointState, WebhookDoor, WebhookEndpoint } from './webhook-ports.ts'

type Rules = Pick<WebhookDoor, 'dialects' | 'refusalOf'>

export type CreateWebhookEndpoint = {
  readonly partnerId: bigint
  readonly dialect: DialectName
  readonly credential: string
  readonly url: string
  readonly description: string | null
  /** undefined for all that the dialect can tell of */
  readonly kinds: readonly HappeningKind[] | undefined
}

/**
 * @throws DomainError `partner-not-found`, `invalid-field` for a credential of somebody else, a URL that may not be sent
 *   to, or a kind that the dialect cannot tell of
 */
export async function createWebhookEndpoint(
  work: Work,
  rules: Rules,
  command: CreateWebhookEndpoint,
): Promise<WebhookEndpoint> {
  const { partnerId, dialect, credential, url, description } = command
  if ((await work.tx.partner(partnerId)) === undefined) throw new DomainError('partner-not-found')
  if (!(await work.tx.ownsCredential(partnerId, dialect, credential))) {
    throw new DomainError('invalid-field', 'credential')
  }
  const kinds = command.kinds ?? rules.dialects[dialect].kinds
  assertAllowed(rules, { dialect, url, kinds })
  const endpoint: WebhookEndpoint = {
    partnerId,
    endpointId: await work.ids.next('webhook-endpoint'),
    dialect,
    credential,
    url,
    description,
    kinds,
    state: 'active',
    stateReason: null,
    createdAt: work.clock.now(),
  }
  await work.tx.insertWebhookEndpoint(endpoint)
  return endpoint
}

export type ChangeWebhookEndpoint = EndpointId & {
  readonly url?: string | undefined
  readonly description?: string | null | undefined
  readonly kinds?: readonly HappeningKind[] | undefined
  readonly state?: Extract<EndpointState, 'active' | 'paused'> | undefined
}

/** @throws DomainError `webhook-endpoint-not-found`, `invalid-field` */
export async function changeWebhookEndpoint(
  work: Work,
  rules: Rules,
  { url, description, kinds, state, ...id }: ChangeWebhookEndpoint,
): Promise<WebhookEndpoint> {
  const endpoint = await lockEndpoint(work, id)
  const changed: WebhookEndpoint = {
    ...endpoint,
    url: url ?? endpoint.url,
    description: description === undefined ? endpoint.description : description,
    kinds: kinds ?? endpoint.kinds,
    state: state ?? endpoint.state,
    stateReason: state === undefined ? endpoint.stateReason : null,
  }
  assertAllowed(rules, changed)
  await work.tx.updateWebhookEndpoint(changed)
  return changed
}

/** What was not delivered yet is cancelled. @throws DomainError `webhook-endpoint-not-found` */
export async function deleteWebhookEndpoint(work: Work, id: EndpointId): Promise<void> {
  const endpoint = await lockEndpoint(work, id)
  await work.tx.updateWebhookEndpoint({ ...endpoint, state: 'deleted' })
  await work.tx.cancelWebhookDeliveries(id.partnerId, id.endpointId)
}

/** @throws DomainError `webhook-endpoint-not-found` */
export async function lockEndpoint(work: Work, { partnerId, endpointId }: EndpointId): Promise<WebhookEndpoint> {
  const endpoint = await work.tx.lockWebhookEndpoint(partnerId, endpointId)
  if (endpoint === undefined) throw new DomainError('webhook-endpoint-not-found')
  return endpoint
}

function assertAllowed(
  rules: Rules,
  { dialect, url, kinds }: Pick<WebhookEndpoint, 'dialect' | 'url' | 'kinds'>,
): void {
  if (rules.refusalOf(url) !== undefined) throw new DomainError('invalid-field', 'url')
  const offered = rules.dialects[dialect].kinds
  if (kinds.length === 0 || kinds.some(kind => !offered.includes(kind))) throw new DomainError('invalid-field', 'kinds')
}
