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

  protected post<T>(path: string, body?: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('POST', path, body === undefined ? {} : { body }, options)
  }

  /** For what is another call when it arrives again, its key notwithstanding: it is not repeated. */
  protected postOnce<T>(path: string, body: object, options?: OperatorCallOptions): Promise<T> {
    return this.#call.json('POST', path, { body, repeatable: false }, options)
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

  protected download(path: string, options?: OperatorCallOptions): Promise<Uint8Array> {
    return this.#call.bytes(path, options)
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** Decimal text in major units with the currency's decimals. */
export type Money = { readonly amount: string; readonly currency: string }
