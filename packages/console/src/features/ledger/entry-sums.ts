/** What a journal entry comes to. Amounts stay decimal text; those of one currency have the same decimals. */
import type { JournalEntry, Money } from '@openissuer/sdk/operator.ts'
import { sumOf } from '../../lib/money.ts'

export type Posting = JournalEntry['postings'][number]

/** One side of an entry, each currency by itself; both sides come to the same. */
export function sumsOf(entry: JournalEntry, side: Posting['side'] = 'debit'): readonly Money[] {
  const ofSide = entry.postings.filter(posting => posting.side === side)
  return [...Map.groupBy(ofSide, ({ amount }) => amount.currency).values()].map(postings =>
    sumOf(postings.map(({ amount }) => amount)),
  )
}

/** What an entry did to one account. */
export function postingsOf(entry: JournalEntry, accountId: string): readonly Posting[] {
  return entry.postings.filter(posting => posting.accountId === accountId)
}

/** The accounts on the other side, each once. */
export function counterAccounts(entry: JournalEntry, accountId: string): readonly Posting[] {
  const sides = new Set(postingsOf(entry, accountId).map(({ side }) => side))
  const others = entry.postings.filter(posting => posting.accountId !== accountId && !sides.has(posting.side))
  return [...new Map(others.map(posting => [posting.accountId, posting])).values()]
}
