import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Money, type Page, type PageQuery, Resource } from './resource.ts'

export type OpenAccount = {
  readonly kind: 'partner-funding' | 'shared'
  readonly currency: string
  /** 1 to 100 characters */
  readonly name?: string
}

export type OpenedAccount = Required<OpenAccount> & { readonly accountId: string }

export type AccountKind =
  | 'bank'
  | 'partner-funding'
  | 'reserve'
  | 'card'
  | 'shared'
  | 'cardholder'
  | 'fee-income'
  | 'network-settlement'

type Posted = {
  readonly debits: Money
  readonly credits: Money
  /** on the normal side */
  readonly balance: Money
}

type PostedTo = Posted & {
  readonly kind: AccountKind
  readonly normalSide: 'debit' | 'credit'
  readonly currency: string
}

/** What was posted up to an instant. `totals` and `kinds` are of all accounts, and null on the pages after the first. */
export type TrialBalance = {
  readonly at: string
  readonly totals:
    | readonly {
        readonly currency: string
        readonly debits: Money
        readonly credits: Money
        readonly equal: boolean
      }[]
    | null
  readonly kinds: readonly (PostedTo & { readonly accounts: number })[] | null
  readonly accounts: readonly (PostedTo & {
    readonly accountId: string
    readonly name: string
    readonly cardholderId: string | null
  })[]
  readonly nextCursor: string | null
}

export type TrialBalanceQuery = {
  /** ISO 8601 with an offset, inclusive; now unless given */
  readonly at?: string
  readonly currency?: string
}

/** `available` is what is on it less what open authorizations hold, on its normal side. */
export type Account = {
  readonly accountId: string
  readonly kind: AccountKind
  readonly normalSide: 'debit' | 'credit'
  readonly name: string
  readonly currency: string
  readonly cardholderId: string | null
  readonly balance: Money
  readonly held: Money
  readonly available: Money
}

export type AccountQuery = { readonly kind?: AccountKind; readonly currency?: string; readonly cardholderId?: string }

export class Accounts extends Resource {
  /** One page, newest first. */
  list(partnerId: string, query: AccountQuery & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<Account>> {
    return this.page(path`/partners/${partnerId}/accounts`, 'accounts', query, options)
  }

  listAll(partnerId: string, query: AccountQuery = {}, options?: OperatorCallOptions): AsyncIterable<Account> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  /** One page of accounts, by id; a page that is asked for with a cursor is of the instant of the first one. */
  trialBalance(
    partnerId: string,
    query: TrialBalanceQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<TrialBalance> {
    return this.get(path`/partners/${partnerId}/trial-balance`, query, options)
  }

  retrieve(partnerId: string, accountId: string, options?: OperatorCallOptions): Promise<Account> {
    return this.get(path`/partners/${partnerId}/accounts/${accountId}`, {}, options)
  }

  /** One more account for a partner. */
  open(partnerId: string, account: OpenAccount, options?: OperatorCallOptions): Promise<OpenedAccount> {
    return this.post(path`/partners/${partnerId}/accounts`, account, options)
  }
}
