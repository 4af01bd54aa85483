/**
 * What the delivery of events needs from the outside: where endpoints and deliveries are kept, and how a dialect tells
 * an event. Storage and the dialects conform to these; the relay works with nothing else.
 */
import type { CardStatus } from '@openissuer/core/card/card.ts'
import type { Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { DomainEvent, HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'

/** An event as it is written with its change; what does not change any more is read when it is told. */
export type Announcement = {
  readonly partnerId: bigint
  /** from the ids of authorizations and their events, which are announced under their own */
  readonly eventId: bigint
  readonly cardId: bigint | null
  readonly createdAt: Temporal.Instant
  readonly fact: Fact
}

export type Fact =
  | { readonly kind: 'card-application'; readonly applicationId: bigint }
  | {
      readonly kind: 'card-status'
      readonly before: CardStatus
      readonly after: CardStatus
      readonly reason: string | null
    }
  | {
      readonly kind: 'cardholder-verification'
      readonly cardholderId: bigint
      readonly before: Verification
      readonly after: Verification
      readonly rejection: string | null
      /** numbered faults, in the numbering of the partner's dialect */
      readonly codes: readonly string[]
    }
  | { readonly kind: 'card-load'; readonly entryId: bigint; readonly amount: Amount }
  | { readonly kind: 'card-fee'; readonly feeId: bigint }
  | { readonly kind: 'partner-decision'; readonly authorizationId: bigint }
  /** of the challenge that has the id of the event */
  | { readonly kind: 'one-time-password' }

// Endpoints

export type DialectName = 'pagsmile' | 'keysecure'

export const DIALECT_NAMES: readonly DialectName[] = ['pagsmile', 'keysecure']

/**
 * `paused`: events queue up; `disabled`: the receiver said that it is gone, new events are not kept for it;
 * `deleted`: as if it had never been, but for the deliveries it had.
 */
export type EndpointState = 'active' | 'paused' | 'disabled' | 'deleted'

export type WebhookEndpoint = {
  readonly partnerId: bigint
  readonly endpointId: bigint
  readonly dialect: DialectName
  /** the Pagsmile app id or the KeySecure API key in whose name it is told */
  readonly credential: string
  readonly url: string
  readonly description: string | null
  /** what it hears of */
  readonly kinds: readonly HappeningKind[]
  readonly state: EndpointState
  /** why it is disabled */
  readonly stateReason: string | null
  readonly createdAt: Temporal.Instant
}

/** How an endpoint stands. `pending` and its oldest event count what is still to be delivered. */
export type EndpointBacklog = {
  readonly partnerId: bigint
  readonly endpointId: bigint
  readonly dialect: DialectName
  readonly state: EndpointState
  readonly pending: number
  /** those of them that have failed and wait for the next try */
  readonly retrying: number
  readonly oldestPendingAt: Temporal.Instant | null
  /** deliveries that were given up */
  readonly failed: number
  readonly failuresInRow: number
  /** real time until which it is spared after failures in a row; null when it is not */
  readonly openUntil: Temporal.Instant | null
}

// Deliveries

/**
 * `pending` until the receiver has acknowledged it (`delivered`) or the schedule has ended (`failed`). `skipped`: the
 * dialect has no words for this very event; `cancelled`: its endpoint was deleted first.
 */
export type DeliveryState = 'pending' | 'delivered' | 'failed' | 'skipped' | 'cancelled'

export const DELIVERY_STATES: readonly DeliveryState[] = ['pending', 'delivered', 'failed', 'skipped', 'cancelled']

export type WebhookDelivery = {
  readonly partnerId: bigint
  readonly eventId: bigint
  readonly endpointId: bigint
  readonly kind: HappeningKind
  readonly cardId: bigint | null
  readonly state: DeliveryState
  readonly attempts: number
  /** product time of the next attempt; null for at once, or for none */
  readonly dueAt: Temporal.Instant | null
  readonly deliveredAt: Temporal.Instant | null
  readonly lastStatus: number | null
  readonly lastError: string | null
  readonly createdAt: Temporal.Instant
}

/** One try, in product time. */
export type WebhookAttempt = {
  readonly attemptNo: number
  readonly attemptedAt: Temporal.Instant
  readonly latencyMs: number
  /** null where no answer came */
  readonly status: number | null
  /** the first 4 kB of the answer */
  readonly answer: string | null
  /** what went wrong; null for an acknowledgement */
  readonly error: string | null
}

export type DeliveryFilter = {
  readonly partnerId: bigint
  readonly endpointId?: bigint | undefined
  readonly state?: DeliveryState | undefined
  readonly kind?: HappeningKind | undefined
  readonly cardToken?: string | undefined
  readonly eventId?: bigint | undefined
  /** of its decision and of all that followed it, what it cost included */
  readonly authorizationId?: bigint | undefined
  readonly from?: Temporal.Instant | undefined
  readonly to?: Temporal.Instant | undefined
  /** only those that come after this one in the list */
  readonly before?: { readonly eventId: bigint; readonly endpointId: bigint } | undefined
  readonly limit: number
}

export type WebhookReader = {
  /** without those that are deleted */
  webhookEndpoints(partnerId: bigint): Promise<readonly WebhookEndpoint[]>
  webhookEndpoint(partnerId: bigint, endpointId: bigint): Promise<WebhookEndpoint | undefined>
  /** newest event first */
  webhookDeliveries(filter: DeliveryFilter): Promise<readonly WebhookDelivery[]>
  webhookDelivery(partnerId: bigint, eventId: bigint, endpointId: bigint): Promise<WebhookDelivery | undefined>
  /** as it is told to whoever hears of it; an error where it cannot be read */
  domainEvent(partnerId: bigint, eventId: bigint): Promise<DomainEvent | Error>
  /** oldest first */
  webhookAttempts(partnerId: bigint, eventId: bigint, endpointId: bigint): Promise<readonly WebhookAttempt[]>
  /** of one partner, or of all */
  webhookBacklog(partnerId?: bigint): Promise<readonly EndpointBacklog[]>
  /** whether the partner owns this app id or API key */
  ownsCredential(partnerId: bigint, dialect: DialectName, credential: string): Promise<boolean>
}

export type WebhookTransaction = {
  /** Writes an event into the outbox, from where it goes to every endpoint that wants it. */
  announce(announcement: Announcement): Promise<void>
  /** It hears of what is committed from now on. */
  insertWebhookEndpoint(endpoint: WebhookEndpoint): Promise<void>
  /** Locks an endpoint; deliveries to it are neither added nor taken over meanwhile. */
  lockWebhookEndpoint(partnerId: bigint, endpointId: bigint): Promise<WebhookEndpoint | undefined>
  /** Stores what can change of a locked endpoint: URL, description, kinds, state. An active one is tried anew. */
  updateWebhookEndpoint(endpoint: WebhookEndpoint): Promise<void>
  cancelWebhookDeliveries(partnerId: bigint, endpointId: bigint): Promise<void>
  /** Queues a delivery again that is not pending; its endpoint must be locked. */
  requeueWebhookDelivery(partnerId: bigint, eventId: bigint, endpointId: bigint): Promise<void>
  /**
   * Queues every event since an instant that a locked endpoint wants, whether or not it was delivered before.
   * @returns how many
   */
  replayWebhookEvents(endpoint: WebhookEndpoint, since: Temporal.Instant): Promise<number>
  /** Announces an example of a kind to one locked endpoint alone. */
  announceExample(
    endpoint: WebhookEndpoint,
    example: { readonly eventId: bigint; readonly kind: HappeningKind; readonly createdAt: Temporal.Instant },
  ): Promise<void>
}

// The relay

export type EndpointId = { readonly partnerId: bigint; readonly endpointId: bigint }

/** An endpoint that this process works on, for as long as it keeps the lease. A higher token has taken over. */
export type LeasedEndpoint = WebhookEndpoint & {
  readonly token: bigint
  readonly failuresInRow: number
  readonly openUntil: Temporal.Instant | null
}

export type QueuedDelivery = {
  readonly eventId: bigint
  readonly seq: bigint
  readonly cardId: bigint | null
  /** recorded so far: what is recorded next must find as many */
  readonly attempts: number
  readonly failures: number
}

/** What came of a try, or that there was nothing to try. */
export type Outcome = {
  readonly eventId: bigint
  /** as queued */
  readonly attempts: number
  readonly state: Extract<DeliveryState, 'pending' | 'delivered' | 'failed' | 'skipped'>
  /** product time; null unless pending */
  readonly dueAt: Temporal.Instant | null
  /** null when skipped */
  readonly attempt: Omit<WebhookAttempt, 'attemptNo'> | null
  readonly at: Temporal.Instant
}

/** The relay's side of the storage: short statements of one partner each, none of them held while something is sent. */
export type DeliveryStore = {
  /**
   * Partners that have announced something which was not handed on, and endpoints with something due by `now` that are not
   * spared after failures.
   */
  waiting(now: Temporal.Instant): Promise<{ partnerIds: readonly bigint[]; endpoints: readonly EndpointId[] }>
  /**
   * Hands announced events of a partner to its endpoints: each event once to each endpoint that wants it, in the order
   * in which they happened. Exact beside other processes.
   *
   * @returns whether there may be more, the endpoints that got something and are not spared after failures, and whether
   *   there are any endpoints at all
   */
  fanOut(partnerId: bigint): Promise<{ more: boolean; endpointIds: readonly bigint[]; isHeard: boolean }>
  /** Leases an active endpoint, unless another process has it. A renewal keeps the token. */
  lease(endpoint: EndpointId, leaseMs: number, token?: bigint): Promise<LeasedEndpoint | undefined>
  release(endpoint: EndpointId, token: bigint): Promise<void>
  /** never tried since they were queued, in the order of sending */
  fresh(endpoint: EndpointId, afterSeq: bigint, limit: number): Promise<readonly QueuedDelivery[]>
  /** failed before and due by `now`, without those under way */
  due(
    endpoint: EndpointId,
    now: Temporal.Instant,
    limit: number,
    underWay: readonly bigint[],
  ): Promise<readonly QueuedDelivery[]>
  /** every one that was asked for; an error in place of one that cannot be read, now or ever */
  events(partnerId: bigint, eventIds: readonly bigint[]): Promise<ReadonlyMap<bigint, DomainEvent | Error>>
  /**
   * Records outcomes and how the endpoint stands, null where that is as recorded before. What another process recorded
   * first stays; a stale token records nothing.
   */
  record(
    endpoint: EndpointId & { readonly token: bigint },
    outcomes: readonly Outcome[],
    standing: { readonly failuresInRow: number; readonly openUntil: Temporal.Instant | null } | null,
  ): Promise<void>
  disable(endpoint: EndpointId, reason: string): Promise<void>
  /** After the sudden end of a process that was the only one: nobody else holds a lease. */
  dropLeases(): Promise<void>
}

/** An event in a dialect's words. */
export type Message = { readonly headers: Readonly<Record<string, string>>; readonly body: string }

/** A message without what is secret in it, and how its receiver knows who has sent it; null where it cannot know. */
export type ShownMessage = Message & {
  readonly signature: {
    /** such as `HMAC-SHA256 under the API secret, in hex` */
    readonly scheme: string
    /** the header that carries it */
    readonly header: string
    /** the text that is signed, as UTF-8 */
    readonly over: string
  } | null
}

/** When a message is told; product time and real time. */
export type TellingTime = { readonly product: Temporal.Instant; readonly wall: Temporal.Instant }

/** Tells events in the name of one credential; `at` is now: a repetition has the same content and a fresh time. */
export type Teller = {
  /** @returns undefined where the dialect has no words for this very event */
  tell(event: DomainEvent, at: TellingTime): Message | undefined
  /** The same for an operator to look at. */
  show(event: DomainEvent, at: TellingTime): ShownMessage | undefined
}

export type WebhookDialect = {
  /** what it can tell of, all of it by default */
  readonly kinds: readonly HappeningKind[]
  /** delays before the second try and those after it; when they are used up the delivery has failed */
  readonly retryDelaysMs: readonly number[]
  readonly timeoutMs: number
  /** undefined when the credential is no longer usable */
  teller(partnerId: bigint, credential: string): Promise<Teller | undefined>
  /** @param answer the first 4 kB of the body */
  readonly acknowledges: (status: number, answer: string) => boolean
}

export type WebhookDialects = Readonly<Record<DialectName, WebhookDialect>>

/** What other doors need of the delivery. */
export type WebhookDoor = {
  readonly dialects: WebhookDialects
  /** why an address may not be an endpoint's; undefined when it may */
  refusalOf(url: string): string | undefined
  /** Has a change of an endpoint, of its deliveries or of the clock take effect at once. */
  look(): void
}
