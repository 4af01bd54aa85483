import { byOffset } from '../paging.ts'
import { path } from '../path.ts'
import type { EntryMode } from './authorizations.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type SpendScope = { readonly kind: 'card' | 'cardholder' | 'account' | 'program'; readonly id: string }

/** A card may be named by its token where a scope is given. */
export type NewSpendScope = SpendScope | { readonly kind: 'card'; readonly cardToken: string }

export type MccCategory =
  | 'airline'
  | 'car-rental'
  | 'lodging'
  | 'cruise'
  | 'fuel'
  | 'cash'
  | 'quasi-cash'
  | 'gambling'
  | 'other'

/** Lists are never empty; a field that is absent lets any merchant pass. */
export type MerchantList = {
  /** codes and ranges: `5411`, `3000-3299` */
  readonly mccs?: readonly string[]
  readonly mccCategories?: readonly MccCategory[]
  readonly merchantIds?: readonly string[]
  /** ISO 3166-1 alpha-2 */
  readonly countries?: readonly string[]
}

export type SpendFilter = MerchantList & {
  /** of the transaction */
  readonly currencies?: readonly string[]
  readonly entryModes?: readonly EntryMode[]
}

export type SpendWindow =
  | {
      readonly kind: 'fixed'
      readonly unit: 'day' | 'week' | 'month' | 'year'
      /** IANA name */
      readonly zone: string
      /** 1 (Monday, unless said) to 7; for weeks only */
      readonly weekStart?: number
    }
  | { readonly kind: 'rolling'; readonly unit: 'hour' | 'day'; readonly length: number }
  | { readonly kind: 'lifetime' }

/** At least one of `maxAmount` (major units) and `maxCount` is set. */
export type CreateSpendLimit = {
  readonly name: string
  readonly scope: NewSpendScope
  readonly window: SpendWindow
  readonly currency: string
  readonly maxAmount?: string | null
  readonly maxCount?: number | null
  readonly filter?: SpendFilter
  readonly policy?: UsagePolicy
}

export type UsagePolicy = 'standard' | 'refunds-return' | 'cleared-spend'

export type SpendLimit = {
  readonly limitId: string
  readonly partnerId: string
  readonly name: string
  readonly scope: SpendScope
  readonly window: SpendWindow
  readonly currency: string
  readonly maxAmount: string | null
  readonly maxCount: number | null
  readonly filter: SpendFilter
  readonly policy: UsagePolicy
}

/** With what is used of the window around now. */
export type SpendLimitInUse = SpendLimit & {
  readonly use: {
    readonly window: { readonly from: string; readonly to: string | null; readonly zone: string | null }
    readonly count: number
    readonly amount: string
    readonly remainingCount: number | null
    readonly remainingAmount: string | null
  }
}

/** null takes a threshold away. What was counted stays. */
export type SpendLimitChanges = {
  readonly name?: string
  readonly maxAmount?: string | null
  readonly maxCount?: number | null
}

/** Both or none; then a page. */
export type ScopeQuery = { readonly scopeKind?: SpendScope['kind']; readonly scopeId?: string }
export type OffsetPage = { readonly offset?: number /** 50 unless said, at most 100 */; readonly limit?: number }

export const SCOPED_PAGE_MAX = 100

export class SpendLimits extends Resource {
  create(partnerId: string, limit: CreateSpendLimit, options?: OperatorCallOptions): Promise<SpendLimit> {
    return this.post(path`/partners/${partnerId}/spend-limits`, limit, options)
  }

  retrieve(partnerId: string, limitId: string, options?: OperatorCallOptions): Promise<SpendLimitInUse> {
    return this.get(path`/partners/${partnerId}/spend-limits/${limitId}`, {}, options)
  }

  /** One page, in the order in which they object. */
  async list(
    partnerId: string,
    query: ScopeQuery & OffsetPage = {},
    options?: OperatorCallOptions,
  ): Promise<readonly SpendLimitInUse[]> {
    const limits = path`/partners/${partnerId}/spend-limits`
    return (await this.get<{ spendLimits: SpendLimitInUse[] }>(limits, query, options)).spendLimits
  }

  listAll(partnerId: string, scope: ScopeQuery = {}, options?: OperatorCallOptions): AsyncIterable<SpendLimitInUse> {
    return byOffset(SCOPED_PAGE_MAX, page => this.list(partnerId, { ...scope, ...page }, options))
  }

  update(
    partnerId: string,
    limitId: string,
    changes: SpendLimitChanges,
    options?: OperatorCallOptions,
  ): Promise<SpendLimit> {
    return this.patch(path`/partners/${partnerId}/spend-limits/${limitId}`, changes, options)
  }

  remove(
    partnerId: string,
    limitId: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly limitId: string; readonly removed: true }> {
    return this.delete(path`/partners/${partnerId}/spend-limits/${limitId}`, options)
  }
}
