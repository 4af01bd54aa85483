import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'
import type { HappeningKind } from './webhook-endpoints.ts'

export type WebhookDelivery = {
  readonly deliveryId: string
  readonly eventId: string
  readonly endpointId: string
  readonly kind: HappeningKind
  /** `failed`: its schedule has ended; `skipped`: the dialect has no words for it */
  readonly state: DeliveryState
  readonly attempts: number
  readonly dueAt: string | null
  readonly deliveredAt: string | null
  /** HTTP status */
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly createdAt: string
}

export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'skipped' | 'cancelled'

export type LoggedDelivery = WebhookDelivery & {
  readonly attemptLog: readonly WebhookAttempt[]
  /** null where there is nothing to send, or nobody to send it to */
  readonly request: WebhookRequest | null
}

/** The body of the last try, or of one now; headers as they would be now. Without a one-time password. */
export type WebhookRequest = {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** null where the dialect has none */
  readonly signature: {
    readonly scheme: string
    /** that carries it */
    readonly header: string
    /** the text that is signed */
    readonly over: string
  } | null
}

export type WebhookAttempt = {
  readonly attemptNo: number
  readonly attemptedAt: string
  readonly latencyMs: number
  readonly status: number | null
  readonly answer: string | null
  readonly error: string | null
}

export type DeliveryQuery = {
  readonly endpointId?: string
  readonly state?: DeliveryState
  readonly kind?: HappeningKind
  readonly cardToken?: string
  readonly eventId?: string
  /** of its messages, of its fees and of what its partner decided */
  readonly authorizationId?: string
  /** of the event, ISO 8601 */
  readonly from?: string
  readonly to?: string
}

export type WebhookBacklog = {
  readonly pending: number
  readonly failed: number
  readonly endpoints: readonly {
    readonly partnerId: string
    readonly endpointId: string
    readonly dialect: 'pagsmile' | 'keysecure'
    readonly state: 'active' | 'paused' | 'disabled'
    readonly pending: number
    /** of the pending, those that have failed and wait for the next try */
    readonly retrying: number
    readonly oldestPendingAt: string | null
    readonly failed: number
    readonly failuresInRow: number
    /** until when it is spared after failures */
    readonly openUntil: string | null
  }[]
}

export class WebhookDeliveries extends Resource {
  /** One page, newest first. */
  list(
    partnerId: string,
    query: DeliveryQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<Page<WebhookDelivery>> {
    return this.page(path`/partners/${partnerId}/webhook-deliveries`, 'deliveries', query, options)
  }

  listAll(partnerId: string, query: DeliveryQuery = {}, options?: OperatorCallOptions): AsyncIterable<WebhookDelivery> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  retrieve(partnerId: string, deliveryId: string, options?: OperatorCallOptions): Promise<LoggedDelivery> {
    return this.get(path`/partners/${partnerId}/webhook-deliveries/${deliveryId}`, {}, options)
  }

  /** Once more, with a schedule of its own. */
  resend(partnerId: string, deliveryId: string, options?: OperatorCallOptions): Promise<WebhookDelivery> {
    return this.post(path`/partners/${partnerId}/webhook-deliveries/${deliveryId}/resend`, undefined, options)
  }

  /** What waits and what has failed; with `partnerId` for one partner. */
  backlog(query: { readonly partnerId?: string } = {}, options?: OperatorCallOptions): Promise<WebhookBacklog> {
    return this.get('/webhook-backlog', query, options)
  }
}
