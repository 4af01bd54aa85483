import type { CallOptions } from '../options.ts'
import { path } from '../path.ts'
import { allPages, type CommonStatus, Resource, type Rows, type WindowQuery } from './resource.ts'

export type ConsumptionType = 'Open_card' | 'Consumption' | 'Atm' | 'Manage_fee' | 'Reversal' | 'Refund'

export type FeeType =
  | 'Consume_fee'
  | 'Apple_auth_fee'
  | 'Auth_fee'
  | 'Atm_fee'
  | 'Exchange_fee'
  | 'Decline_fee'
  | 'Small_fee'
  | 'Refund_fee'
  | 'Cancel_fee'

/** Amounts are decimal text in major units. */
export type ConsumptionRow = {
  readonly consume_no: string
  readonly card_no: string
  readonly type: ConsumptionType
  /** in the card's currency */
  readonly amount: string
  readonly status: CommonStatus
  /** creation, Unix milliseconds */
  readonly time: number
}

export type MerchantInfo = {
  readonly merchant_name: string
  readonly merchant_mcc: string
  readonly city: string
  readonly country: string
}

export type Consumption = ConsumptionRow & {
  /** what this one undoes; empty for none */
  readonly consume_relate_no: string
  readonly cardholder_no: string
  /** in the merchant's currency */
  readonly local_amount: string
  readonly local_currency: string
  /** the sum of `fee_list` */
  readonly fee: string
  readonly fee_list: readonly { readonly fee_type: FeeType; readonly amount: string }[]
  readonly merchant_info: MerchantInfo
  readonly remark: string
  readonly detail: string
}

export type ConsumptionQuery = WindowQuery & {
  readonly cardholder_no?: string
  readonly consume_no?: string
  readonly card_no?: string
}

/** What cards were used for. */
export class Consumptions extends Resource {
  /** One page, newest first. */
  async list(query: ConsumptionQuery, options?: CallOptions): Promise<readonly ConsumptionRow[]> {
    return (await this.call.post<Rows<ConsumptionRow>>('/v1/card/consume/list', query, options)).list
  }

  listAll(query: Omit<ConsumptionQuery, 'page' | 'size'>, options?: CallOptions): AsyncIterable<ConsumptionRow> {
    return allPages(query, (each: ConsumptionQuery) => this.list(each, options))
  }

  retrieve(consumeNo: string, options?: CallOptions): Promise<Consumption> {
    return this.call.get(path`/v1/card/consume/${consumeNo}/info`, options)
  }
}
