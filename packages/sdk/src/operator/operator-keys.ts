import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

/** Each may do all that the ones before it may. `reveal` sees PANs and manages keys. */
export type OperatorRole = 'read-only' | 'operator' | 'reveal'

export type OperatorKey = {
  readonly keyId: string
  readonly name: string
  readonly role: OperatorRole
  readonly createdAt: string
  /** null while it opens the door */
  readonly revokedAt: string | null
}

/** Keys of the people and programs that run the platform; only role `reveal` may manage them. */
export class OperatorKeys extends Resource {
  /** One page, newest first. */
  list(query: PageQuery = {}, options?: OperatorCallOptions): Promise<Page<OperatorKey>> {
    return this.page('/operator-keys', 'operatorKeys', query, options)
  }

  listAll(options?: OperatorCallOptions): AsyncIterable<OperatorKey> {
    return this.all(page => this.list(page, options))
  }

  /** `operatorKey` is shown this once. Where the answer was lost, revoke what `list` shows and make another one. */
  create(
    key: { readonly name: string; readonly role: OperatorRole },
    options?: OperatorCallOptions,
  ): Promise<OperatorKey & { readonly operatorKey: string }> {
    return this.postUnrecorded('/operator-keys', key, options)
  }

  /** Its sessions end too. The last key of role `reveal` is refused with `last-reveal-key`. */
  revoke(keyId: string, options?: OperatorCallOptions): Promise<OperatorKey> {
    return this.post(path`/operator-keys/${keyId}/revoke`, undefined, options)
  }
}
