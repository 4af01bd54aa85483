import { path } from '../path.ts'
import type { DeclineReason } from './authorizations.ts'
import type { OperatorCallOptions } from './call.ts'
import type { CardholderReview } from './cardholders.ts'
import type { CardStatus } from './cards.ts'
import { type Money, type Page, type PageQuery, type PeriodQuery, Resource } from './resource.ts'
import type { HappeningKind } from './webhook-endpoints.ts'

/** What was announced, to whoever listens or to nobody. */
export type Event = {
  readonly eventId: string
  readonly kind: HappeningKind
  /** made up for one endpoint */
  readonly example: boolean
  readonly createdAt: string
  readonly card: { readonly cardId: string; readonly cardToken: string; readonly maskedPan: string } | null
  /** of the network */
  readonly message: {
    readonly authorizationId: string | null
    readonly transactionAmount: Money
    readonly billingAmount: Money
    readonly decision: 'approved' | 'declined'
    readonly declineReason: DeclineReason | null
    readonly merchantName: string | null
  } | null
  /** of everything else, by its kind */
  readonly fact:
    | ApplicationFact
    | CardStatusFact
    | VerificationFact
    | CardLoadFact
    | CardFeeFact
    | PartnerDecisionFact
    | null
}

/** of `card-application` */
export type ApplicationFact = { readonly applicationId: string }

/** of `card-status` */
export type CardStatusFact = {
  readonly before: CardStatus
  readonly after: CardStatus
  readonly reason: string | null
}

/** of `cardholder-verification` */
export type VerificationFact = {
  readonly cardholderId: string
  readonly before: CardholderReview['verification']
  readonly after: CardholderReview['verification']
  readonly rejection: string | null
  readonly codes: readonly string[]
}

/** of `card-load` */
export type CardLoadFact = { readonly entryId: string; readonly amount: Money }

/** of `card-fee` */
export type CardFeeFact = { readonly feeId: string }

/** of `partner-decision` */
export type PartnerDecisionFact = { readonly authorizationId: string }

export type EventQuery = PeriodQuery & { readonly kind?: HappeningKind; readonly cardToken?: string }

export class Events extends Resource {
  /** One page, newest first. */
  list(partnerId: string, query: EventQuery & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<Event>> {
    return this.page(path`/partners/${partnerId}/events`, 'events', query, options)
  }

  listAll(partnerId: string, query: EventQuery = {}, options?: OperatorCallOptions): AsyncIterable<Event> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  /**
   * To follow a partner: what came after an event, oldest first; none when nothing has happened yet. With several server
   * processes an event may come with a lower id than one that was read.
   * @param query `limit` is 50 unless given, at most 200
   */
  async listAfter(
    partnerId: string,
    eventId: string,
    query: EventQuery & { readonly limit?: number } = {},
    options?: OperatorCallOptions,
  ): Promise<readonly Event[]> {
    const events = path`/partners/${partnerId}/events`
    return (await this.page<Event>(events, 'events', { ...query, after: eventId }, options)).rows
  }
}
