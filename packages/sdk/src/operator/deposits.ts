import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Money, Resource } from './resource.ts'

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

/** Money that partners say they have sent. */
export class Deposits extends Resource {
  /** Newest first, at most 100. */
  async list(
    partnerId: string,
    { open = false }: { readonly open?: boolean } = {},
    options?: OperatorCallOptions,
  ): Promise<readonly Deposit[]> {
    const query = open ? { open } : {}
    const answer = await this.get<{ deposits: Deposit[] }>(path`/partners/${partnerId}/deposits`, query, options)
    return answer.deposits
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
