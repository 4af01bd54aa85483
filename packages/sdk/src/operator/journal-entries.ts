import { path } from '../path.ts'
import type { AccountKind } from './accounts.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Money, type Page, type PageQuery, type PeriodQuery, Resource } from './resource.ts'

export type JournalEntryKind =
  | 'deposit'
  | 'card-load'
  | 'card-unload'
  | 'card-closure'
  | 'transfer'
  | 'clearing'
  | 'clearing-correction'
  | 'refund'
  | 'refund-reversal'
  | 'fee'
  | 'card-fee'

export type JournalEntry = {
  readonly entryId: string
  readonly kind: JournalEntryKind
  readonly cardId: string | null
  readonly cardToken: string | null
  readonly orderNo: string | null
  readonly memo: string | null
  readonly createdAt: string
  /** debits equal credits in each currency */
  readonly postings: readonly {
    readonly accountId: string
    readonly accountKind: AccountKind
    readonly side: 'debit' | 'credit'
    /** positive */
    readonly amount: Money
    readonly balanceAfter: Money
  }[]
}

export type JournalEntryQuery = PeriodQuery & {
  readonly accountId?: string
  readonly cardToken?: string
  readonly kind?: JournalEntryKind
  readonly orderNo?: string
}

/** What moved a partner's money. */
export class JournalEntries extends Resource {
  /** One page, newest first. */
  list(
    partnerId: string,
    query: JournalEntryQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<Page<JournalEntry>> {
    return this.page(path`/partners/${partnerId}/journal-entries`, 'entries', query, options)
  }

  listAll(
    partnerId: string,
    query: JournalEntryQuery = {},
    options?: OperatorCallOptions,
  ): AsyncIterable<JournalEntry> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  retrieve(partnerId: string, entryId: string, options?: OperatorCallOptions): Promise<JournalEntry> {
    return this.get(path`/partners/${partnerId}/journal-entries/${entryId}`, {}, options)
  }
}
