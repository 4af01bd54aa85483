import { byOffset } from '../paging.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type NewExchangeRate = {
  readonly base: string
  readonly quote: string
  /** units of `quote` for one of `base`, decimal text of at most 12 significant digits */
  readonly rate: string
  /** ISO 8601 with an offset; now unless said */
  readonly validFrom?: string
  /** where the rate is from; `operator` unless said */
  readonly source?: string
}

export type ExchangeRate = Required<NewExchangeRate>

export type ExchangeRatePage = {
  /** of all pages */
  readonly total: number
  readonly exchangeRates: readonly ExchangeRate[]
  /** what converts, asked for with both currencies; null where nothing does */
  readonly valid: {
    readonly at: string
    readonly rate: string
    /** the line is of the other direction, and `rate` is printed from its exact inverse */
    readonly inverse: boolean
    readonly line: ExchangeRate
  } | null
}

export type ExchangeRateQuery = {
  readonly base?: string
  readonly quote?: string
  /** when `valid` is to convert; now unless said */
  readonly at?: string
}

const PAGE_MAX = 999

/** The rate table. Lines are added and never changed. */
export class ExchangeRates extends Resource {
  /** @throws ConflictError `duplicate-exchange-rate` for another rate of the same pair and instant */
  add(rate: NewExchangeRate, options?: OperatorCallOptions): Promise<ExchangeRate> {
    return this.post('/exchange-rates', rate, options)
  }

  /** One page, newest first; 100 lines unless said, at most 999. */
  list(
    query: ExchangeRateQuery & { readonly limit?: number; readonly offset?: number } = {},
    options?: OperatorCallOptions,
  ): Promise<ExchangeRatePage> {
    return this.get('/exchange-rates', query, options)
  }

  listAll(query: Omit<ExchangeRateQuery, 'at'> = {}, options?: OperatorCallOptions): AsyncIterable<ExchangeRate> {
    return byOffset(PAGE_MAX, async page => (await this.list({ ...query, ...page }, options)).exchangeRates)
  }
}
