import type { PagsmileCallOptions } from './call.ts'
import { Resource } from './resource.ts'

/** USD in major units, above zero and not above the program's ceilings. */
export type LimitValues = {
  readonly daily_transactions: number
  readonly single_amount: string
  readonly daily_amount: string
  readonly monthly_amount: string
  /** over the card's life; none unless said */
  readonly total_amount?: string
}

export type Limit = Omit<LimitValues, 'total_amount'> & {
  readonly limit_id: number
  readonly card_token: string
  readonly total_amount: string | null
  readonly create_time: string
}

/** null where the card has no limit. */
export type RemainingLimit = {
  readonly card_token: string
  readonly account_num: string
  readonly daily_used_transactions: number
  readonly daily_used_amount: string
  readonly monthly_used_amount: string
  readonly total_used_amount: string
  readonly daily_remaining_transactions: number | null
  readonly daily_remaining_amount: string | null
  readonly monthly_remaining_amount: string | null
  readonly total_remaining_amount: string | null
  readonly total_remaining_limit: string | null
}

export class Limits extends Resource {
  /** The highest limits that a card may have; of the default BIN unless one is named. */
  defaults(
    query: { readonly card_bin?: string } = {},
    options?: PagsmileCallOptions,
  ): Promise<Omit<LimitValues, 'total_amount'>> {
    return this.query('/issuing/card/query-default-limit', { partner_id: this.partnerId, ...query }, options)
  }

  create(
    limit: LimitValues & { readonly card_token: string },
    options?: PagsmileCallOptions,
  ): Promise<{ readonly limit_id: number }> {
    return this.change('/issuing/card/create-limit', limit, options)
  }

  update(
    limit: LimitValues & { readonly limit_id: number | string; readonly card_token: string },
    options?: PagsmileCallOptions,
  ): Promise<void> {
    return this.change('/issuing/card/update-limit', limit, options)
  }

  retrieve(
    name: { readonly limit_id: number | string } | { readonly card_token: string },
    options?: PagsmileCallOptions,
  ): Promise<Limit> {
    return this.query('/issuing/card/query-limit', name, options)
  }

  /** @param query `stat_date`: `yyyy-MM-dd`, a day of UTC; today unless said */
  remaining(
    query: { readonly card_token: string; readonly stat_date?: string },
    options?: PagsmileCallOptions,
  ): Promise<RemainingLimit> {
    return this.query('/issuing/card/query-remaining-limit', query, options)
  }
}
