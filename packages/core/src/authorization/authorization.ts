import type { Amount } from '../money/amount.ts'
import type { Check } from './decide.ts'
import type { DeclineReason } from './decline-reason.ts'

/** A decided authorization and what has become of it. Amounts are positive: the cardholder pays. */
export type Authorization = {
  readonly partnerId: bigint
  readonly authorizationId: bigint
  readonly card: AuthorizedCard
  readonly transactionAmount: Amount
  readonly billingAmount: Amount
  readonly merchant: Merchant
  /** six digits that the acquirer hears with an approval (DE 38); null when declined */
  readonly approvalCode: string | null
  /** null when approved */
  readonly declineReason: DeclineReason | null
  readonly trace: readonly Check[]
  /** what is still reserved, billing currency */
  readonly held: Amount
  /** what clearings have posted so far, billing currency */
  readonly cleared: Amount
  readonly fee: Amount
  readonly createdAt: Temporal.Instant
}

/** What a reader of authorizations needs to know of the card. */
export type AuthorizedCard = {
  readonly cardId: bigint
  readonly token: string
  readonly bin: string
  readonly lastFour: string
  readonly remark: string | null
}

/** The card acceptor as the network message names it. */
export type Merchant = {
  /** DE 42, kept as sent, trailing blanks included */
  readonly id: string | null
  readonly name: string | null
  /** DE 18, four digits */
  readonly mcc: string | null
  /** ISO 3166-1 alpha-2 */
  readonly country: string | null
  readonly city: string | null
  /** DE 32 */
  readonly acquirerId: string | null
}
