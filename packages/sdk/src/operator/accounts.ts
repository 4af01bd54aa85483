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

  retrieve(partnerId: string, accountId: string, options?: OperatorCallOptions): Promise<Account> {
    return this.get(path`/partners/${partnerId}/accounts/${accountId}`, {}, options)
  }

  /** One more account for a partner. */
  open(partnerId: string, account: OpenAccount, options?: OperatorCallOptions): Promise<OpenedAccount> {
    return this.post(path`/partners/${partnerId}/accounts`, account, options)
  }
}
