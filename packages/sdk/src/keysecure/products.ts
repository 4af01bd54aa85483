import type { CallOptions } from '../options.ts'
import { allPages, type CardType, type Organization, type PageQuery, Resource, type Rows } from './resource.ts'

/** Amounts are decimal text in major units, rates decimal fractions; empty where there is no fee plan. */
export type FeeDetail = {
  readonly consume_rate: string
  readonly open_cost: string
  readonly cross_consume_rate: string
  readonly small_consume_threshold: string
  readonly small_consume_deduct: string
  readonly free_small_consume_count: number
  readonly free_small_excuse_type: string
  readonly free_small_excuse_days: number
  readonly refund_rate: string
  /** the vendor's own spelling */
  readonly consume_cancle_fee: string
  readonly consume_cancel_threshold: string
  readonly decline_fee: string
  readonly decline_fee_free_count: number
  readonly decline_fee_free_type: string
  readonly decline_fee_free_days: number
  readonly atm_rate: string
  readonly atm_min_fee: string
  readonly apple_pay_fee: string
  readonly manage_fee_type: string
  readonly manage_fee: string
  readonly management_fee_free_type: string
  readonly free_management_fee_threshold: string
}

export type SpendCeilings = {
  /** of a single purchase */
  readonly limit_balance: string
  readonly limit_week_balance: string
  readonly limit_atm_day_balance: string
  readonly limit_atm_month_balance: string
}

export type CardPackage = {
  readonly package_no: string
  readonly package_en_name: string
  readonly package_cn_name: string
  readonly card_bin: string
  readonly card_bin_no: string
  readonly organization: Organization
  readonly package_type: CardType
  readonly en_desc: string
  readonly cn_desc: string
  readonly en_tag_list: readonly string[]
  readonly cn_tag_list: readonly string[]
  readonly consumption_limit: SpendCeilings
  readonly fee_detail: FeeDetail
}

export type CardBin = {
  readonly card_bin_no: string
  readonly card_bin: string
  readonly organization: Organization
  readonly support_physical: boolean
  readonly support_virtual: boolean
  readonly currencies: readonly string[]
  readonly balance_limit: SpendCeilings
}

export type PackageQuery = PageQuery & { readonly type?: CardType; readonly package_no?: string }
export type BinQuery = PageQuery & { readonly card_bin_no?: string }

/** What cards are ordered of: packages in CREDIT_EXTENSION mode, BINs in AUTHORIZATION mode. */
export class Products extends Resource {
  async listPackages(query: PackageQuery = {}, options?: CallOptions): Promise<readonly CardPackage[]> {
    return (await this.call.post<Rows<CardPackage>>('/v1/card/package/list', query, options)).list
  }

  listAllPackages(query: Omit<PackageQuery, 'page' | 'size'> = {}, options?: CallOptions): AsyncIterable<CardPackage> {
    return allPages(query, (each: PackageQuery) => this.listPackages(each, options))
  }

  async listBins(query: BinQuery = {}, options?: CallOptions): Promise<readonly CardBin[]> {
    return (await this.call.post<Rows<CardBin>>('/v1/card/support/bins', query, options)).list
  }

  listAllBins(query: Omit<BinQuery, 'page' | 'size'> = {}, options?: CallOptions): AsyncIterable<CardBin> {
    return allPages(query, (each: BinQuery) => this.listBins(each, options))
  }
}
