/** What lists are asked for, and the rows of those that are about more than one kind of thing. */
import type { Authorization, AuthorizedCard, Purpose } from '@openissuer/core/authorization/authorization.ts'
import type { AuthorizationEvent, EventKind } from '@openissuer/core/authorization/event.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import type { CardFee } from '@openissuer/core/fee/charge.ts'
import type { MovementKind } from '@openissuer/core/ledger/movement.ts'
import type { SpendScope } from '@openissuer/core/limits/merchant-controls.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'

/** A page of a list with the number of all rows that match. */
export type Page<T> = { readonly rows: readonly T[]; readonly total: number }

/** Both bounds are inclusive instants compared with the creation time. `offset` and `limit` count rows. */
export type Window = {
  readonly from: Temporal.Instant
  readonly to: Temporal.Instant
  readonly offset: number
  readonly limit: number
}

export type ContactFilter = Window & { readonly partnerId: bigint; readonly contactId?: bigint | undefined }

export type DeliveryAddressFilter = Window & {
  readonly partnerId: bigint
  readonly deliveryAddressId?: bigint | undefined
}

export type CardFilter = Window & {
  readonly partnerId: bigint
  readonly cardId?: bigint | undefined
  readonly cardholderId?: bigint | undefined
  readonly uniqueNo?: string | undefined
}

export type CardholderFilter = Window & {
  readonly partnerId: bigint
  readonly cardholderId?: bigint | undefined
  readonly uniqueNo?: string | undefined
}

export type CardholderTransferFilter = Window & {
  readonly partnerId: bigint
  readonly cardholderId?: bigint | undefined
  readonly transferId?: bigint | undefined
  readonly uniqueNo?: string | undefined
}

/** What a merchant's list of consumptions shows. */
export type ConsumptionFilter = Window & {
  readonly partnerId: bigint
  readonly cardId?: bigint | undefined
  readonly cardholderId?: bigint | undefined
  /** of an authorization, of an event or of a fee; no two of them have the same */
  readonly consumptionId?: bigint | undefined
}

/**
 * An authorization with what has become of it; or an event that stands by itself, beside the authorization that it
 * follows, if any; or a fee for the card itself.
 */
export type Consumption = {
  readonly id: bigint
  readonly card: Card
  readonly authorization: Authorization | null
  /** it is an authorization that its partner is being asked about */
  readonly inQuestion: boolean
  readonly event: AuthorizationEvent | null
  readonly fee: CardFee | null
}

/** What a card's statement shows: authorizations, and the events that moved money or let a hold lapse. */
export type CardRecordFilter = Window & {
  readonly partnerId: bigint
  readonly cardToken?: string | undefined
  /** of the authorization or of the event; no two of them have the same */
  readonly recordId?: bigint | undefined
  /** authorizations for these purposes; none for an empty list */
  readonly purposes: readonly Purpose[]
  /** false leaves declined authorizations out */
  readonly declined: boolean
  readonly eventKinds: readonly ShownEventKind[]
}

export type ShownEventKind = Extract<
  EventKind,
  'clearing' | 'clearing-correction' | 'refund' | 'refund-reversal' | 'expiry'
>

export type CardRecord =
  | { readonly kind: 'authorization'; readonly authorization: Authorization }
  | {
      readonly kind: 'event'
      readonly event: AuthorizationEvent
      readonly card: AuthorizedCard
      /** null where the event follows none */
      readonly authorization: Authorization | null
    }

/** Lines of the rate table; either currency may be left open. */
export type ExchangeRateFilter = {
  readonly base?: Currency | undefined
  readonly quote?: Currency | undefined
  readonly offset: number
  readonly limit: number
}

/** What a statement shows: sides of entries on the partner's own accounts, or those of its cards. */
export type MovementFilter = Window & {
  readonly partnerId: bigint
  readonly view: 'partner' | 'card'
  readonly cardToken?: string | undefined
  readonly accountId?: bigint | undefined
  readonly orderNo?: string | undefined
  readonly currency?: string | undefined
  readonly movementId?: bigint | undefined
  /** all kinds when not given */
  readonly kinds?: readonly MovementKind[] | undefined
}

/** Limits or controls of one scope, or of all; in the order of their ids. */
export type SpendRuleFilter = {
  readonly partnerId: bigint
  readonly scope: SpendScope | null
  readonly offset: number
  readonly limit: number
}
