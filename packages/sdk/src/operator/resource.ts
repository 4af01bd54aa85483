import { byCursor } from '../paging.ts'
import type { ServerSentEvent } from '../server-sent-events.ts'
import type { OperatorCall, OperatorCallOptions } from './call.ts'

/** What all nouns of the Operator API share: the means to call, out of sight of whoever looks at the client. */
export abstract class Resource {
  readonly #call: OperatorCall

  constructor(call: OperatorCall) {
    this.#call = call
  }

  protected get<T>(path: string, query: Query = {}, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('GET', path, { query }, options)
  }

  /** A page of a list whose rows the answer calls `name`. */
  protected async page<T>(path: string, name: string, query: Query, options?: OperatorCallOptions): Promise<Page<T>> {
    const answer = await this.get<{ readonly nextCursor: string | null } & Record<string, unknown>>(
      path,
      query,
      options,
    )
    return { rows: answer[name] as readonly T[], nextCursor: answer.nextCursor }
  }

  /** Every row of a list, page by page. */
  protected all<T>(list: (page: PageQuery) => Promise<Page<T>>): AsyncIterable<T> {
    return byCursor(cursor => list({ limit: PAGE_MAX, cursor }))
  }

  protected post<T>(path: string, body?: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('POST', path, body === undefined ? {} : { body }, options)
  }

  /** For what is another call when it arrives again, its key notwithstanding: it is not repeated. */
  protected postOnce<T>(path: string, body: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('POST', path, { body, repeatable: false }, options)
  }

  /** For what holds a secret: the API keeps no answer, so a call that may have arrived is not repeated. */
  protected postUnrecorded<T>(path: string, body: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('POST', path, { body, repeatable: false, keyed: false }, options)
  }

  protected deleteUnrecorded<T>(path: string, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('DELETE', path, { repeatable: false, keyed: false }, options)
  }

  protected put<T>(path: string, body: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('PUT', path, { body }, options)
  }

  protected patch<T>(path: string, body: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('PATCH', path, { body }, options)
  }

  protected delete<T>(path: string, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('DELETE', path, {}, options)
  }

  protected events(path: string, query: Query, options?: OperatorCallOptions): AsyncGenerator<ServerSentEvent, void> {
    return this.#call.events(path, query, options)
  }

  protected download(path: string, options?: OperatorCallOptions): Promise<Uint8Array> {
    return this.#call.bytes(path, options)
  }
}

const PAGE_MAX = 200

/** Newest first; `nextCursor` leads to the next page and is null on the last. */
export type Page<T> = { readonly rows: readonly T[]; readonly nextCursor: string | null }

/** `limit` is 50 unless given, at most 200; `cursor` is the `nextCursor` of the page before. */
export type PageQuery = { readonly limit?: number; readonly cursor?: string | undefined }

/** ISO 8601 with an offset, both included. */
export type PeriodQuery = { readonly from?: string; readonly to?: string }

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Decimal text in major units with the currency's decimals. */
export type Money = { readonly amount: string; readonly currency: string }
