import type { Amount } from '../money/amount.ts'
import type { Currency } from '../money/currency.ts'

/** Money that a partner says it has sent to the issuer's bank. Only the issuer can say that it has arrived. */
export type DepositOrder = {
  readonly partnerId: bigint
  readonly depositId: bigint
  readonly orderNo: string
  readonly status: DepositStatus
  /** what is credited */
  readonly accountId: bigint
  readonly payAmount: Amount
  readonly creditCurrency: Currency
  /** null until it is known: the money may arrive in another currency than the account's */
  readonly creditAmount: Amount | null
  readonly payer: Payer
  readonly memo: string | null
  readonly rejection: string | null
  readonly createdAt: Temporal.Instant
}

/** Who sends the money, as far as the partner said; `expectedOn` is a calendar date `yyyy-MM-dd`. */
export type Payer = {
  readonly account: string | null
  readonly bank: string | null
  readonly expectedOn: string | null
}

/** `completed` and `failed` are final. */
export type DepositStatus = 'awaiting-confirmation' | 'in-review' | 'completed' | 'failed'
