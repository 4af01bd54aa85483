import { byOffset } from '../paging.ts'
import type { KeySecureCall } from './call.ts'

/** What all nouns of the KeySecure API share: the means to call, out of sight of whoever looks at the client. */
export abstract class Resource {
  readonly #call: KeySecureCall

  constructor(call: KeySecureCall) {
    this.#call = call
  }

  protected get call(): KeySecureCall {
    return this.#call
  }
}

const SIZE_MAX = 100

/** Every row of a list, page by page. */
export function allPages<Q extends PageQuery, T>(
  query: Omit<Q, keyof PageQuery>,
  list: (query: Q) => Promise<readonly T[]>,
): AsyncIterable<T> {
  return byOffset(SIZE_MAX, ({ offset }) => list({ ...query, page: offset / SIZE_MAX, size: SIZE_MAX } as Q))
}

/** `page` from 0; `size` 10 unless said, at most 100 */
export type PageQuery = { readonly page?: number; readonly size?: number }

/**
 * Of the creation, in the client's time zone: `yyyy-MM-dd` or `yyyy-MM-dd HH:mm:ss`. A day as the end is included; 90 days
 * at most.
 */
export type WindowQuery = PageQuery & { readonly start_time: string; readonly end_time: string }

export type Rows<T> = { readonly list: readonly T[] }

export type CardType = 'Virtual' | 'Physical'
export type CommonStatus = 'Pending' | 'Success' | 'Fail'
export type Organization = 'Visa' | 'MasterCard' | 'UnionPay' | 'Discover'
