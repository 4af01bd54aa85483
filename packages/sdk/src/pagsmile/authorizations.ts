import type { Page, PagsmileCallOptions } from './call.ts'
import { Resource, type TimeQuery } from './resource.ts'

export type DataType = 'cardAuthorization' | 'cardSettlement' | 'cardAuthorizationExpired'

/** An authorization, a settlement or an expiry; amounts in major units, debits negative. */
export type AuthorizationRecord = {
  readonly auth_id: string
  readonly data_type: DataType
  readonly card_pan: string | null
  readonly card_token: string
  readonly transaction_id: string | null
  readonly transaction_type: number
  /** 1 open, 2 processed, 3 failed */
  readonly process_status: number
  readonly original_auth_id: string | null
  /** 1 approved, 2 declined, 3 reversed, 4 expired */
  readonly auth_status: number | null
  readonly auth_code: string | null
  /** ISO 8583 DE 39 */
  readonly response_code: string | null
  /** 1 fully, 2 partly settled, 3 released; null before */
  readonly settle_status: number | null
  readonly acquirer_id: string | null
  readonly mcc_code: string | null
  readonly merchant_id: string | null
  readonly merchant_name: string | null
  readonly note: string | null
  readonly transaction_amount: string
  readonly transaction_currency: string
  readonly transaction_country_code: string | null
  readonly bill_amount: string
  readonly bill_currency: string
  readonly fee: string
  readonly settled_amount: string
  /** six decimals; null within one currency */
  readonly base_exchange_rate: string | null
  readonly create_time: string
  readonly card_remark?: string | null
}

/** 31 days at most. */
export type AuthorizationQuery = TimeQuery & {
  readonly card_token?: string
  readonly auth_id?: string
  readonly data_type?: DataType
  readonly transaction_id?: string
  readonly transaction_type?: number
}

/** Newest first. */
export class Authorizations extends Resource {
  list(query: AuthorizationQuery, options?: PagsmileCallOptions): Promise<Page<AuthorizationRecord>> {
    return this.page('/issuing/card/query-card-authorizations', query, options)
  }

  listAll(
    query: Omit<AuthorizationQuery, 'page_num' | 'page_size'>,
    options?: PagsmileCallOptions,
  ): AsyncIterable<AuthorizationRecord> {
    return this.all(query, (each: AuthorizationQuery) => this.list(each, options))
  }
}
