import { byOffset } from '../paging.ts'
import type { Page, PagsmileCall, PagsmileCallOptions } from './call.ts'

/** What all nouns of the Pagsmile API share: the means to call, out of sight of whoever looks at the client. */
export abstract class Resource {
  readonly #call: PagsmileCall

  constructor(call: PagsmileCall) {
    this.#call = call
  }

  protected get partnerId(): string {
    return this.#call.partnerId
  }

  protected async query<T>(path: string, bizData: object, options?: PagsmileCallOptions): Promise<T> {
    return (await this.#call.query<T>(path, bizData, options)).data
  }

  protected async page<T>(path: string, bizData: object, options?: PagsmileCallOptions): Promise<Page<T>> {
    const { total, data } = await this.#call.query<readonly T[] | undefined>(path, bizData, options)
    return { total, rows: data ?? [] }
  }

  /** Every row of a list, page by page. */
  protected all<Q extends PageQuery, T>(
    query: Omit<Q, keyof PageQuery>,
    list: (query: Q) => Promise<Page<T>>,
  ): AsyncIterable<T> {
    return byOffset(PAGE_SIZE_MAX, async ({ offset }) => {
      const page = { page_num: offset / PAGE_SIZE_MAX + 1, page_size: PAGE_SIZE_MAX }
      return (await list({ ...query, ...page } as Q)).rows
    })
  }

  protected change<T>(path: string, bizData: object, options?: PagsmileCallOptions): Promise<T> {
    return this.#call.change<T>(path, bizData, options)
  }
}

const PAGE_SIZE_MAX = 30

/** `page_num` from 1; `page_size` 10 unless said, at most 30 */
export type PageQuery = { readonly page_num?: number; readonly page_size?: number }

/** `yyyy-MM-dd HH:mm:ss` in UTC, both included */
export type TimeQuery = PageQuery & { readonly start_date: string; readonly end_date: string }

/** `yyyy-MM-dd`, both days included; 31 days at most */
export type DayQuery = PageQuery & { readonly start_date: string; readonly end_date: string }
