import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

/** So many free of charge: `day` in each run of `days` days. */
export type Allowance = {
  readonly period: 'none' | 'forever' | 'day'
  readonly count: number
  readonly days: number
}

export type ManagementFee = {
  readonly cycle: 'none' | 'month' | 'year'
  readonly amount: string
  readonly waiver: 'none' | 'amount' | 'count'
  /** an amount or a number of purchases, as the waiver says */
  readonly waiverFrom: string
  readonly closesUnpaid: boolean
}

/** Amounts in major units of the plan's currency, rates as decimal fractions with at most six decimals: `0.02` is 2 %. */
export type FeeTerms = {
  readonly issue: string
  readonly purchaseRate: string
  readonly crossBorderRate: string
  readonly smallBelow: string
  readonly small: string
  readonly smallFree: Allowance
  readonly refundRate: string
  readonly cancel: string
  readonly cancelFrom: string
  readonly decline: string
  readonly declineFree: Allowance
  readonly cashRate: string
  readonly cashLeast: string
  readonly verification: string
  readonly management: ManagementFee
}

type Some<T, Required extends keyof T> = Pick<T, Required> & Partial<T>

/** What is not named is free. */
export type CreateFeePlan = {
  readonly name: string
  readonly currency: string
  readonly terms: Partial<Omit<FeeTerms, 'smallFree' | 'declineFree' | 'management'>> & {
    readonly smallFree?: Some<Allowance, 'period'>
    readonly declineFree?: Some<Allowance, 'period'>
    readonly management?: Some<ManagementFee, 'cycle'>
  }
}

export type FeePlan = {
  readonly feePlanId: string
  readonly name: string
  readonly currency: string
  readonly terms: FeeTerms
  readonly createdAt: string
}

/** Price lists. A plan is never changed: other prices are another plan. */
export class FeePlans extends Resource {
  create(plan: CreateFeePlan, options?: OperatorCallOptions): Promise<FeePlan> {
    return this.post('/fee-plans', plan, options)
  }

  /** One page, newest first. */
  list(query: PageQuery = {}, options?: OperatorCallOptions): Promise<Page<FeePlan>> {
    return this.page('/fee-plans', 'feePlans', query, options)
  }

  listAll(options?: OperatorCallOptions): AsyncIterable<FeePlan> {
    return this.all(page => this.list(page, options))
  }

  retrieve(feePlanId: string, options?: OperatorCallOptions): Promise<FeePlan> {
    return this.get(path`/fee-plans/${feePlanId}`, {}, options)
  }
}
