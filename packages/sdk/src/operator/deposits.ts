import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Money, type Page, type PageQuery, Resource } from './resource.ts'

export type Deposit = {
  readonly depositId: string
  readonly orderNo: string
  /** the last two are final */
  readonly status: 'awaiting-confirmation' | 'in-review' | 'completed' | 'failed'
  readonly accountId: string
  readonly payAmount: Money
  readonly creditCurrency: string
  /** null until it is known */
  readonly creditAmount: Money | null
  readonly payer: {
    readonly account: string | null
    readonly bank: string | null
    /** `yyyy-MM-dd` */
    readonly expectedOn: string | null
  }
  readonly memo: string | null
  readonly rejection: string | null
  readonly createdAt: string
}

/** `open`: only those that somebody still has to decide. */
export type DepositQuery = { readonly open?: boolean }

/** Money that partners say they have sent. */
export class Deposits extends Resource {
  /** One page, newest first. */
  list(
    partnerId: string,
    { open = false, ...page }: DepositQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<Page<Deposit>> {
    const query = open ? { open, ...page } : page
    return this.page(path`/partners/${partnerId}/deposits`, 'deposits', query, options)
  }

  listAll(partnerId: string, query: DepositQuery = {}, options?: OperatorCallOptions): AsyncIterable<Deposit> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  /** @param credited needed where it was announced in another currency than the account's */
  confirm(partnerId: string, depositId: string, credited?: Money, options?: OperatorCallOptions): Promise<Deposit> {
    const body = credited === undefined ? {} : { credited }
    return this.post(path`/partners/${partnerId}/deposits/${depositId}/confirm`, body, options)
  }

  review(partnerId: string, depositId: string, options?: OperatorCallOptions): Promise<Deposit> {
    return this.post(path`/partners/${partnerId}/deposits/${depositId}/review`, undefined, options)
  }

  /** @param reason 1 to 256 characters */
  reject(partnerId: string, depositId: string, reason: string, options?: OperatorCallOptions): Promise<Deposit> {
    return this.post(path`/partners/${partnerId}/deposits/${depositId}/reject`, { reason }, options)
  }
}
