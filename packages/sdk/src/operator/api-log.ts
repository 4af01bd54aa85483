import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

export type Dialect = 'pagsmile' | 'keysecure'

/** A call that a client has made. */
export type LoggedCall = {
  readonly callId: string
  /** when it was answered, ISO 8601 */
  readonly at: string
  readonly dialect: Dialect
  /** null where nobody could be found for it */
  readonly partnerId: string | null
  /** app id or API key */
  readonly credential: string | null
  readonly method: string
  readonly path: string
  /** the client's own id of the call */
  readonly requestId: string | null
  /** HTTP */
  readonly status: number
  /** of the dialect */
  readonly code: string
  readonly subCode: string | null
  readonly latencyMs: number
  readonly address: string
}

/** Bodies in clear and masked: what is secret, and what the dialect does not know, is not shown. */
export type LoggedCallWithBodies = LoggedCall & { readonly request: unknown; readonly answer: unknown }

export type ApiLogFilter = {
  readonly dialect?: Dialect
  readonly partnerId?: string
  /** code or sub code of the answer */
  readonly code?: string
  /** a part of it */
  readonly path?: string
}

/** The newest calls of each dialect, as far as the process that answers remembers: 500 of each, and 100 whose sender is not proved. */
export class ApiLog extends Resource {
  /** One page, newest first. */
  list(query: ApiLogFilter & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<LoggedCall>> {
    return this.page('/api-log', 'calls', query, options)
  }

  listAll(query: ApiLogFilter = {}, options?: OperatorCallOptions): AsyncIterable<LoggedCall> {
    return this.all(page => this.list({ ...query, ...page }, options))
  }

  retrieve(callId: string, options?: OperatorCallOptions): Promise<LoggedCallWithBodies> {
    return this.get(path`/api-log/${callId}`, {}, options)
  }
}
