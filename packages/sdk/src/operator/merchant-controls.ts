import { byOffset } from '../paging.ts'
import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'
import {
  type MerchantList,
  type NewSpendScope,
  type OffsetPage,
  SCOPED_PAGE_MAX,
  type ScopeQuery,
  type SpendScope,
} from './spend-limits.ts'

/** Where cards may be used; what is in both lists is refused. */
export type CreateMerchantControl = {
  readonly name: string
  readonly scope: NewSpendScope
  readonly allow?: MerchantList
  readonly block?: MerchantList
}

export type MerchantControl = {
  readonly controlId: string
  readonly partnerId: string
  readonly name: string
  readonly scope: SpendScope
  readonly allow: MerchantList | null
  readonly block: MerchantList | null
}

/** To change a control, create the new one and remove the old. */
export class MerchantControls extends Resource {
  create(partnerId: string, control: CreateMerchantControl, options?: OperatorCallOptions): Promise<MerchantControl> {
    return this.post(path`/partners/${partnerId}/merchant-controls`, control, options)
  }

  retrieve(partnerId: string, controlId: string, options?: OperatorCallOptions): Promise<MerchantControl> {
    return this.get(path`/partners/${partnerId}/merchant-controls/${controlId}`, {}, options)
  }

  /** One page, in the order in which they object. */
  async list(
    partnerId: string,
    query: ScopeQuery & OffsetPage = {},
    options?: OperatorCallOptions,
  ): Promise<readonly MerchantControl[]> {
    const controls = path`/partners/${partnerId}/merchant-controls`
    return (await this.get<{ merchantControls: MerchantControl[] }>(controls, query, options)).merchantControls
  }

  listAll(partnerId: string, scope: ScopeQuery = {}, options?: OperatorCallOptions): AsyncIterable<MerchantControl> {
    return byOffset(SCOPED_PAGE_MAX, page => this.list(partnerId, { ...scope, ...page }, options))
  }

  remove(
    partnerId: string,
    controlId: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly controlId: string; readonly removed: true }> {
    return this.delete(path`/partners/${partnerId}/merchant-controls/${controlId}`, options)
  }
}
