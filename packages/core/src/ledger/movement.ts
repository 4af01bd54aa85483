import type { AuthorizedCard } from '../authorization/authorization.ts'
import type { Amount } from '../money/amount.ts'
import type { AccountKind } from './account.ts'
import type { JournalEntryKind } from './journal-entry.ts'

/**
 * One account's side of a journal entry, as a statement shows it. A transfer is named by its direction, and the load
 * that comes with a new card by itself.
 */
export type Movement = {
  readonly movementId: bigint
  /** the same movement as the other account sees it, where both are shown to somebody */
  readonly relatedId: bigint | null
  readonly kind: MovementKind
  readonly account: MovementAccount
  readonly card: AuthorizedCard | null
  /** null where the card has no cardholder yet, or only a KYC provider knows the name */
  readonly cardholderName: string | null
  readonly orderNo: string | null
  readonly memo: string | null
  /** what the account got; negative where it gave */
  readonly amount: Amount
  /** the account's balance after it */
  readonly balance: Amount
  /** in the merchant's currency, signed like the amount; the same as the amount where no merchant is involved */
  readonly transactionAmount: Amount
  readonly merchantName: string | null
  readonly createdAt: Temporal.Instant
}

export type MovementAccount = {
  readonly accountId: bigint
  readonly kind: AccountKind
  readonly name: string
}

export const MOVEMENT_KINDS = [
  'deposit',
  'transfer-out',
  'transfer-in',
  'first-load',
  'card-load',
  'card-unload',
  'card-closure',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'fee',
] as const satisfies readonly (JournalEntryKind | 'transfer-out' | 'transfer-in' | 'first-load')[]

export type MovementKind = (typeof MOVEMENT_KINDS)[number]
