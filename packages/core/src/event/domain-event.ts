/** What partners hear of: a change as it was made, whatever has become of its subject since. */
import type { Authorization, AuthorizedCard } from '../authorization/authorization.ts'
import type { AuthorizationEvent, EventKind } from '../authorization/event.ts'
import type { CardApplication } from '../card/application.ts'
import type { Card, CardStatus } from '../card/card.ts'
import type { Cardholder, Verification } from '../cardholder/cardholder.ts'
import type { CardFee } from '../fee/charge.ts'
import type { Amount } from '../money/amount.ts'

/** `eventId` is the same in every telling of the event, to every listener and in every repetition. */
export type DomainEvent = {
  readonly partnerId: bigint
  readonly eventId: bigint
  readonly createdAt: Temporal.Instant
  readonly happening: Happening
}

export type Happening =
  | {
      readonly kind: 'card-application'
      readonly application: CardApplication
      /** null where the card has none yet */
      readonly cardholder: Cardholder | null
      /** as it was made; null when the application has failed */
      readonly card: Card | null
    }
  | {
      readonly kind: 'card-status'
      readonly card: CardOfEvent
      readonly before: CardStatus
      readonly after: CardStatus
      readonly reason: string | null
    }
  | {
      readonly kind: 'cardholder-verification'
      readonly cardholderId: bigint
      readonly before: Verification
      readonly after: Verification
      /** why verification was refused */
      readonly rejection: string | null
      /** numbered faults, in the numbering of the partner's dialect */
      readonly codes: readonly string[]
    }
  | {
      readonly kind: 'authorization'
      readonly card: CardOfEvent
      /** as it was decided, while it is in question as the issuer has decided it */
      readonly authorization: Authorization
      /** its partner decides it, and has not yet: a `partner-decision` follows */
      readonly inQuestion: boolean
    }
  | {
      readonly kind: 'partner-decision'
      readonly card: CardOfEvent
      /** as it was answered in the end */
      readonly authorization: Authorization
    }
  | {
      readonly kind: LaterEventKind
      readonly card: CardOfEvent
      readonly event: AuthorizationEvent
      /** as it was after the event; null where the event follows none */
      readonly authorization: Authorization | null
      /** what a plan has charged by then about the authorization and the event */
      readonly fees: readonly CardFee[]
    }
  | {
      /** charged by itself, or for a decision after it; fees for later events come with those */
      readonly kind: 'card-fee'
      readonly card: CardOfEvent
      readonly fee: CardFee
      /** as it was answered; null for a fee that stands by itself */
      readonly authorization: Authorization | null
    }
  | {
      readonly kind: 'one-time-password'
      readonly card: CardOfEvent
      readonly password: OneTimePassword
      readonly amount: Amount
      readonly merchantName: string | null
    }
  | {
      readonly kind: 'card-load'
      readonly card: CardOfEvent
      readonly amount: Amount
      readonly entryId: bigint
    }

/** Sealed by the vault; in clear in examples only; null when it was answered, and is kept no more. */
export type OneTimePassword =
  | { readonly sealed: Uint8Array; readonly expiresAt: Temporal.Instant }
  | { readonly clear: string }
  | null

/** A decision, and an advice as well, is announced as `authorization`; what follows it under its own name. */
export type LaterEventKind = Exclude<EventKind, 'authorization' | 'advice'>

export type HappeningKind = Happening['kind']

export const HAPPENING_KINDS: readonly HappeningKind[] = [
  'card-application',
  'card-status',
  'cardholder-verification',
  'authorization',
  'partner-decision',
  'increment',
  'reversal',
  'expiry',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'one-time-password',
  'card-load',
  'card-fee',
]

/** A card and its owner with the days they were made on, which some numbers of theirs begin with. */
export type CardOfEvent = AuthorizedCard & {
  readonly createdAt: Temporal.Instant
  /** null where the card has none yet */
  readonly cardholder: Pick<Cardholder, 'cardholderId' | 'createdAt'> | null
}
