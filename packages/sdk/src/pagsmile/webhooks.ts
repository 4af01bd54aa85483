import type { PagsmileCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type NewWebhook = {
  /** 1 application for a card, 2 card status, 3 audit of a cardholder, 4 authorizations, 6 one-time password */
  readonly webhook_type: number
  readonly webhook_url: string
  readonly webhook_desc?: string
}

export type Webhook = Omit<NewWebhook, 'webhook_desc'> & {
  readonly webhook_id: number
  readonly webhook_desc: string | null
  readonly create_time: string
}

/** Where the partner hears of events: one URL for each type. */
export class Webhooks extends Resource {
  create(webhook: NewWebhook, options?: PagsmileCallOptions): Promise<{ readonly webhook_id: number }> {
    return this.change('/issuing/webhook/create', webhook, options)
  }

  list(
    query: { readonly webhook_id?: number | string; readonly webhook_type?: number } = {},
    options?: PagsmileCallOptions,
  ): Promise<readonly Webhook[]> {
    return this.query('/issuing/webhook/query-webhook-list', { partner_id: this.partnerId, ...query }, options)
  }

  update(
    webhook: Omit<NewWebhook, 'webhook_type'> & { readonly webhook_id: number | string },
    options?: PagsmileCallOptions,
  ): Promise<{ readonly webhook_id: number }> {
    return this.change('/issuing/webhook/update', webhook, options)
  }
}
