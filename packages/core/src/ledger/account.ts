import type { Amount } from '../money/amount.ts'
import type { Currency } from '../money/currency.ts'

/**
 * The chart of accounts. Money that partners and cardholders own is a liability of the issuer (normal side credit);
 * what the issuer holds at its bank is an asset (normal side debit).
 */
export const ACCOUNT_KINDS = {
  bank: 'debit',
  'partner-funding': 'credit',
  reserve: 'credit',
  card: 'credit',
  shared: 'credit',
  cardholder: 'credit',
  'fee-income': 'credit',
  'network-settlement': 'credit',
} as const

export type AccountKind = keyof typeof ACCOUNT_KINDS

export type Side = 'debit' | 'credit'

/**
 * `balance` is what is posted, on the account's normal side; `held` is reserved by open holds.
 * Available money is their difference.
 */
export type Account = {
  readonly partnerId: bigint
  readonly accountId: bigint
  readonly kind: AccountKind
  readonly name: string
  readonly currency: Currency
  readonly cardholderId: bigint | null
  readonly balance: Amount
  readonly held: Amount
}

export function sideOf(kind: AccountKind): Side {
  return ACCOUNT_KINDS[kind]
}
