import type { CallOptions } from '../options.ts'
import { path } from '../path.ts'
import type { CardholderAccount } from './accounts.ts'
import type { Card } from './cards.ts'
import { allPages, Resource, type Rows, type WindowQuery } from './resource.ts'

export type CardholderApplication = {
  /** only when a known cardholder applies again */
  readonly cardholder_no?: string
  /** your own, never used before */
  readonly cardholder_unique_no: string
  /** of the KYC provider */
  readonly sumsub_share_token: string
}

export type CardholderStatus = 'Pending' | 'In_progress' | 'Approved' | 'Rejected'

export type CardholderRow = {
  readonly cardholder_no: string
  readonly cardholder_unique_no: string
  readonly email: string
  readonly fail_reason: string
  readonly status: CardholderStatus
  /** creation, Unix milliseconds */
  readonly time: number
}

export type Cardholder = Omit<CardholderRow, 'fail_reason'> & {
  /** USD */
  readonly total_balance: string
  readonly card_list: readonly Omit<Card, 'cardholder_no'>[]
  readonly account_list: readonly CardholderAccount[]
}

export type CardholderQuery = WindowQuery & {
  readonly cardholder_no?: string
  readonly cardholder_unique_no?: string
}

export class Cardholders extends Resource {
  /** Not repeated when its answer is lost: look for `cardholder_unique_no` in the list. */
  apply(
    application: CardholderApplication,
    options?: CallOptions,
  ): Promise<{ readonly cardholder_no: string; readonly cardholder_unique_no: string }> {
    return this.call.postOnce('/v1/cardholder/apply', application, options)
  }

  /** One page, newest first. */
  async list(query: CardholderQuery, options?: CallOptions): Promise<readonly CardholderRow[]> {
    return (await this.call.post<Rows<CardholderRow>>('/v1/cardholder/list', query, options)).list
  }

  listAll(query: Omit<CardholderQuery, 'page' | 'size'>, options?: CallOptions): AsyncIterable<CardholderRow> {
    return allPages(query, (each: CardholderQuery) => this.list(each, options))
  }

  retrieve(cardholderNo: string, options?: CallOptions): Promise<Cardholder> {
    return this.call.get(path`/v1/cardholder/${cardholderNo}/info`, options)
  }
}
