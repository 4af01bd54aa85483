import type { Amount } from '../money/amount.ts'
import type { Currency } from '../money/currency.ts'
import type { Side } from './account.ts'

/** Postings that balance per currency. Entries are never changed: a correction is a new entry. */
export type JournalEntry = {
  readonly partnerId: bigint
  readonly entryId: bigint
  readonly kind: JournalEntryKind
  /** the card that the movement is about, if it is about one */
  readonly cardId: bigint | null
  /** the partner's order number, where a partner asked for the movement */
  readonly orderNo: string | null
  readonly memo: string | null
  readonly postings: readonly Posting[]
  readonly createdAt: Temporal.Instant
}

/**
 * `deposit`: money arrives at the bank; `card-load`: funding account to card, `card-unload`: back again, `card-closure`:
 * back when the card is closed; `transfer`: between the partner's own accounts. The others follow network messages:
 * `clearing` and `refund` between card and network, `clearing-correction` and `refund-reversal` undo them in part or in
 * full, `fee` is what the card pays the issuer for a clearing by the terms of its program, `card-fee` what it or its
 * partner pays by a fee plan.
 */
export const JOURNAL_ENTRY_KINDS = [
  'deposit',
  'card-load',
  'card-unload',
  'card-closure',
  'transfer',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'fee',
  'card-fee',
] as const

export type JournalEntryKind = (typeof JOURNAL_ENTRY_KINDS)[number]

/** One account, one side. `amount` is positive, `side` says the direction. */
export type Posting = { readonly accountId: bigint; readonly side: Side; readonly amount: Amount }

export class UnbalancedEntryError extends Error {}

/**
 * Checks what every entry must satisfy: at least two postings, all positive, each on an account of its own, debits equal
 * credits in each currency.
 * @throws UnbalancedEntryError naming the first rule that is broken; it is a bug of the caller
 */
export function assertBalanced(entry: Pick<JournalEntry, 'kind' | 'postings'>): void {
  if (entry.postings.length < 2) throw new UnbalancedEntryError(`${entry.kind}: fewer than two postings`)
  const difference = new Map<Currency, bigint>()
  const accounts = new Set<bigint>()
  for (const { accountId, side, amount } of entry.postings) {
    if (accounts.has(accountId)) throw new UnbalancedEntryError(`${entry.kind}: two postings to account ${accountId}`)
    accounts.add(accountId)
    if (amount.minor <= 0n) throw new UnbalancedEntryError(`${entry.kind}: a posting is not positive`)
    const signed = side === 'debit' ? amount.minor : -amount.minor
    difference.set(amount.currency, (difference.get(amount.currency) ?? 0n) + signed)
  }
  for (const [currency, minor] of difference) {
    if (minor !== 0n) throw new UnbalancedEntryError(`${entry.kind}: ${currency} is off by ${minor} minor units`)
  }
}
