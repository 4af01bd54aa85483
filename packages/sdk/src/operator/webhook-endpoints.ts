import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'
import type { WebhookDelivery } from './webhook-deliveries.ts'

/** What partners hear of. */
export type HappeningKind =
  | 'card-application'
  | 'card-status'
  | 'cardholder-verification'
  | 'authorization'
  | 'partner-decision'
  | 'increment'
  | 'reversal'
  | 'expiry'
  | 'clearing'
  | 'clearing-correction'
  | 'refund'
  | 'refund-reversal'
  | 'one-time-password'
  | 'card-load'
  | 'card-fee'

export type CreateWebhookEndpoint = {
  readonly dialect: 'pagsmile' | 'keysecure'
  /** the app id or API key in whose name it is told */
  readonly credential: string
  readonly url: string
  readonly description?: string | null
  /** all that the dialect tells unless said */
  readonly kinds?: readonly HappeningKind[]
}

export type WebhookEndpoint = {
  readonly endpointId: string
  readonly dialect: 'pagsmile' | 'keysecure'
  readonly credential: string
  readonly url: string
  readonly description: string | null
  readonly kinds: readonly HappeningKind[]
  /** `disabled`: the receiver said that it is gone */
  readonly state: 'active' | 'paused' | 'disabled'
  readonly stateReason: string | null
  readonly createdAt: string
}

/** Where a partner hears of what happens. */
export class WebhookEndpoints extends Resource {
  /** Hears of what is committed from now on. */
  create(partnerId: string, endpoint: CreateWebhookEndpoint, options?: OperatorCallOptions): Promise<WebhookEndpoint> {
    return this.post(path`/partners/${partnerId}/webhook-endpoints`, endpoint, options)
  }

  async list(partnerId: string, options?: OperatorCallOptions): Promise<readonly WebhookEndpoint[]> {
    const endpoints = path`/partners/${partnerId}/webhook-endpoints`
    return (await this.get<{ endpoints: WebhookEndpoint[] }>(endpoints, {}, options)).endpoints
  }

  retrieve(partnerId: string, endpointId: string, options?: OperatorCallOptions): Promise<WebhookEndpoint> {
    return this.get(path`/partners/${partnerId}/webhook-endpoints/${endpointId}`, {}, options)
  }

  update(
    partnerId: string,
    endpointId: string,
    changes: Partial<Pick<CreateWebhookEndpoint, 'url' | 'description' | 'kinds'>>,
    options?: OperatorCallOptions,
  ): Promise<WebhookEndpoint> {
    return this.patch(path`/partners/${partnerId}/webhook-endpoints/${endpointId}`, changes, options)
  }

  /** What was not delivered is cancelled. */
  remove(
    partnerId: string,
    endpointId: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly endpointId: string; readonly state: 'deleted' }> {
    return this.delete(path`/partners/${partnerId}/webhook-endpoints/${endpointId}`, options)
  }

  /** Events wait meanwhile. */
  pause(partnerId: string, endpointId: string, options?: OperatorCallOptions): Promise<WebhookEndpoint> {
    return this.post(path`/partners/${partnerId}/webhook-endpoints/${endpointId}/pause`, undefined, options)
  }

  /** Enables a disabled one too. */
  resume(partnerId: string, endpointId: string, options?: OperatorCallOptions): Promise<WebhookEndpoint> {
    return this.post(path`/partners/${partnerId}/webhook-endpoints/${endpointId}/resume`, undefined, options)
  }

  /**
   * Queues every event since then that the endpoint wants, delivered or not, in order.
   * @param since ISO 8601
   * @returns with how many
   */
  replay(
    partnerId: string,
    endpointId: string,
    since: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly endpointId: string; readonly events: number }> {
    return this.post(path`/partners/${partnerId}/webhook-endpoints/${endpointId}/replay`, { since }, options)
  }

  /** Sends a made-up event to this endpoint alone. */
  sendExample(
    partnerId: string,
    endpointId: string,
    kind: HappeningKind,
    options?: OperatorCallOptions,
  ): Promise<WebhookDelivery> {
    return this.post(path`/partners/${partnerId}/webhook-endpoints/${endpointId}/examples`, { kind }, options)
  }
}
