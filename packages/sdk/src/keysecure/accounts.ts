import type { CallOptions } from '../options.ts'
import { path } from '../path.ts'
import { allPages, type CommonStatus, Resource, type Rows, type WindowQuery } from './resource.ts'

/** Amounts are decimal text in major units. */
export type CardholderAccount = {
  readonly cardholder_no: string
  readonly symbol: string
  readonly symbol_chain: string
  readonly balance: string
  readonly usd_balance: string
  readonly bonus_balance: string
  readonly usd_bonus_balance: string
}

export type NewTransfer = {
  readonly cardholder_no: string
  /** your own, never used before */
  readonly transfer_unique_no: string
  /** `In`: to the cardholder; `Out`: back */
  readonly type: 'In' | 'Out'
  /** what is moved: above zero, at most 2 decimals */
  readonly balance: string
}

export type TransferResult = {
  readonly transfer_no: string
  readonly transfer_unique_no: string
  readonly before_balance: string
  readonly after_balance: string
}

export type Transfer = NewTransfer &
  TransferResult & {
    readonly symbol: string
    readonly status: CommonStatus
    /** Unix milliseconds */
    readonly time: number
  }

export type TransferQuery = WindowQuery & {
  readonly cardholder_no?: string
  readonly transfer_no?: string
  readonly transfer_unique_no?: string
}

/** Money of cardholders; CREDIT_EXTENSION mode. */
export class Accounts extends Resource {
  /** Moves money at once. Not repeated when its answer is lost: look for `transfer_unique_no` in the list. */
  transfer(transfer: NewTransfer, options?: CallOptions): Promise<TransferResult> {
    return this.call.postOnce('/v1/account/transfer', transfer, options)
  }

  async ofCardholder(cardholderNo: string, options?: CallOptions): Promise<readonly CardholderAccount[]> {
    return (await this.call.get<Rows<CardholderAccount>>(path`/v1/account/${cardholderNo}/info`, options)).list
  }

  /** One page, newest first. */
  async listTransfers(query: TransferQuery, options?: CallOptions): Promise<readonly Transfer[]> {
    return (await this.call.post<Rows<Transfer>>('/v1/account/transfer/list', query, options)).list
  }

  listAllTransfers(query: Omit<TransferQuery, 'page' | 'size'>, options?: CallOptions): AsyncIterable<Transfer> {
    return allPages(query, (each: TransferQuery) => this.listTransfers(each, options))
  }
}
