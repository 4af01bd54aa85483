import type { RecordedUse } from '../limits/recorded-use.ts'
import type { Amount } from '../money/amount.ts'
import type { AuthorizationStatus, Merchant } from './authorization.ts'
import type { Check } from './decide.ts'
import type { DeclineReason } from './decline-reason.ts'

/** One processed network message, or the lapse of a hold. Events are never changed; the decision itself is the first. */
export type AuthorizationEvent = {
  readonly partnerId: bigint
  readonly eventId: bigint
  /** null where the message follows no authorization: forced, unlinked, or reversed before its original has arrived */
  readonly authorizationId: bigint | null
  /** the event that this one undoes or corrects: the clearing of a correction, the refund of a refund reversal */
  readonly originalEventId: bigint | null
  readonly cardId: bigint
  readonly accountId: bigint
  readonly kind: EventKind
  /** what the network repeats the message under, unique per partner */
  readonly matchKey: string
  /** SHA-256 of the message: the same key with another one is a conflict */
  readonly inputHash: Uint8Array
  /** in the merchant's currency; positive, but for a correction the difference that it makes */
  readonly transactionAmount: Amount
  /** in the account's currency, signed like the transaction amount */
  readonly billingAmount: Amount
  /** the journal entry that moved the money, if money was moved */
  readonly entryId: bigint | null
  /** null for the decision, whose own record says all */
  readonly effect: Effect | null
  readonly createdAt: Temporal.Instant
}

export const EVENT_KINDS = [
  'authorization',
  'advice',
  'increment',
  'reversal',
  'expiry',
  'clearing',
  'refund',
  'refund-reversal',
  'clearing-correction',
] as const

export type EventKind = (typeof EVENT_KINDS)[number]

/** What a message did, enough to recompute holds and usage and to answer a repetition of it. */
export type Effect = {
  /** change of the hold, minor units */
  readonly hold: bigint
  readonly usage: readonly DayUsage[]
  /** what it used of spend limits and gave back */
  readonly limitUse: readonly RecordedUse[]
  /** decimal text, from the transaction to the billing amount, mark-up included; null within one currency */
  readonly conversionRate: string | null
  /** what the card paid the issuer besides; negative where a correction gives a part of it back */
  readonly fee: Amount
  /** basis points that the fee was worked out with */
  readonly feeBps: number
  readonly feeEntryId: bigint | null
  /** a clearing after which no other is expected */
  readonly final: boolean
  /** posted although neither a hold nor available money covered it */
  readonly forced: boolean
  /** the match key of the message that this one names */
  readonly originalKey: string | null
  /** of an increment; on a reversal, why the partner had the whole authorization declined */
  readonly declineReason: DeclineReason | null
  readonly approvalCode: string | null
  readonly trace: readonly Check[]
  /** the card acceptor, where there is no authorization that names it */
  readonly merchant: Merchant | null
  /** the sums of the authorization after this message */
  readonly after: Sums | null
}

export type Sums = {
  readonly status: AuthorizationStatus
  readonly approved: Amount
  readonly held: Amount
  readonly reversed: Amount
  readonly expired: Amount
  readonly cleared: Amount
  readonly refunded: Amount
}

/** A change of what a card has used on one UTC day (`2026-05-22`): number of purchases and minor units. */
export type DayUsage = { readonly day: string; readonly count: number; readonly minor: bigint }
