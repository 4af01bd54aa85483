import type { Page, PagsmileCallOptions } from './call.ts'
import { type DayQuery, Resource } from './resource.ts'

/** A row of a ledger; amounts in major units. */
export type Transaction = {
  readonly transaction_id: string
  readonly order_no: string | null
  readonly card_token: string | null
  /** 100 deposit, 121 and 122 top-up, 123 and 124 return, 152 settlement, 155 refund, … */
  readonly transaction_type: number
  /** 0 pending, 1 success, 2 failed, 3 reversed */
  readonly transaction_status: number
  readonly account_num: string
  readonly account_name: string | null
  readonly bill_currency: string
  readonly bill_amount: string
  readonly bill_fee: string
  readonly balance_change: string
  readonly balance: string
  readonly transaction_amount: string
  readonly transaction_currency: string
  readonly exchange_rate: string | null
  readonly reference: string | null
  readonly transaction_desc: string | null
  readonly merchant_info: string | null
  readonly related_transaction_id: string | null
  /** `yyyy-MM-dd` */
  readonly business_date: string
  readonly create_time: string
}

export type TransactionQuery = DayQuery & {
  readonly order_no?: string
  readonly card_token?: string
  readonly transaction_status?: number
  readonly transaction_type?: number
  readonly currency?: string
}

/** The ledger of cards; that of issuing accounts is under `accounts`. */
export class Transactions extends Resource {
  list(query: TransactionQuery, options?: PagsmileCallOptions): Promise<Page<Transaction>> {
    return this.page('/issuing/card/query-card-transactions', query, options)
  }

  listAll(
    query: Omit<TransactionQuery, 'page_num' | 'page_size'>,
    options?: PagsmileCallOptions,
  ): AsyncIterable<Transaction> {
    return this.all(query, (each: TransactionQuery) => this.list(each, options))
  }

  retrieve(
    name: { readonly order_no: string } | { readonly transaction_id: string },
    options?: PagsmileCallOptions,
  ): Promise<Transaction> {
    return this.query('/issuing/card/query-card-transaction-detail', name, options)
  }
}
