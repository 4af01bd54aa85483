import type { Page, PagsmileCallOptions } from './call.ts'
import { Resource } from './resource.ts'
import type { Transaction, TransactionQuery } from './transactions.ts'

export type AccountBalance = {
  readonly account_num: string
  readonly account_name: string
  readonly currency: string
  readonly balance: string
  readonly available_balance: string
  readonly block_amount: string
}

export type AccountTransaction = Transaction & { readonly account_token: string }

export type AccountTransactionQuery = TransactionQuery & { readonly account_num?: string }

export type NewDeposit = {
  /** your own, never used before */
  readonly order_no: string
  /** major units */
  readonly pay_amount: string
  readonly pay_currency: string
  /** the first funding account of `topup_currency` unless said */
  readonly topup_account_num?: string
  readonly topup_currency: string
  readonly reference?: string
  readonly payment?: {
    readonly account_num?: string
    readonly bank_name?: string
    /** `yyyy-MM-dd` */
    readonly arrive_date?: string
  }
}

export type AnnouncedDeposit = { readonly order_id: number; readonly topup_id: number; readonly order_no: string }

export type Deposit = {
  readonly topup_id: number
  readonly order_no: string
  /** 1 completed, 4 awaiting confirmation, 8 failed, 11 in review */
  readonly order_status: number
  readonly pay_currency: string
  readonly pay_amount: string
  readonly topup_currency: string
  /** null until it is known */
  readonly topup_amount: string | null
  readonly create_time: string
}

export type Transfer = {
  /** your own, never used before */
  readonly order_no: string
  readonly payment_account_num: string
  readonly receive_account_num: string
  /** major units */
  readonly amount: string
  readonly currency: string
  readonly reference?: string
}

/** Issuing accounts of the partner. */
export class Accounts extends Resource {
  balances(
    query: { readonly account_num?: string } = {},
    options?: PagsmileCallOptions,
  ): Promise<readonly AccountBalance[]> {
    return this.query('/issuing/partner/query-balance', { partner_id: this.partnerId, ...query }, options)
  }

  listTransactions(query: AccountTransactionQuery, options?: PagsmileCallOptions): Promise<Page<AccountTransaction>> {
    return this.page('/issuing/partner/query-transactions', query, options)
  }

  listAllTransactions(
    query: Omit<AccountTransactionQuery, 'page_num' | 'page_size'>,
    options?: PagsmileCallOptions,
  ): AsyncIterable<AccountTransaction> {
    return this.all(query, (each: AccountTransactionQuery) => this.listTransactions(each, options))
  }

  /** Announces money that was sent; it is credited when it has arrived. */
  announceDeposit(deposit: NewDeposit, options?: PagsmileCallOptions): Promise<AnnouncedDeposit> {
    return this.change('/issuing/partner/create-topup', deposit, options)
  }

  retrieveDeposit(orderNo: string, options?: PagsmileCallOptions): Promise<Deposit> {
    return this.query('/issuing/partner/query-topup-result', { order_no: orderNo }, options)
  }

  /** Between two accounts of the partner. */
  transfer(transfer: Transfer, options?: PagsmileCallOptions): Promise<{ readonly transaction_id: string }> {
    return this.change('/issuing/partner/transfer', transfer, options)
  }
}
