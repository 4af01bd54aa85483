import type { RecordedUse } from '../limits/recorded-use.ts'
import type { Amount } from '../money/amount.ts'
import type { Check } from './decide.ts'
import type { DeclineReason } from './decline-reason.ts'
import type { ThreeDs } from './three-ds.ts'

/** A decided authorization and what has become of it. Amounts are positive: the cardholder pays. */
export type Authorization = {
  readonly partnerId: bigint
  readonly authorizationId: bigint
  readonly accountId: bigint
  readonly card: AuthorizedCard
  readonly purpose: Purpose
  readonly entryMode: EntryMode | null
  /** null where the message said nothing of it */
  readonly threeDs: ThreeDs | null
  readonly transactionAmount: Amount
  readonly billingAmount: Amount
  /** decimal text, from the transaction to the billing amount, mark-up included; null where neither needed one or there was none */
  readonly conversionRate: string | null
  readonly merchant: Merchant
  /** six digits that the acquirer hears with an approval (DE 38); null when declined */
  readonly approvalCode: string | null
  /** null when approved */
  readonly declineReason: DeclineReason | null
  readonly trace: readonly Check[]
  /**
   * what was approved, increments included, billing currency: less than was asked after a partial approval, zero when
   * declined
   */
  readonly approved: Amount
  /** what is still reserved, billing currency */
  readonly held: Amount
  /** what reversals have released, billing currency */
  readonly reversed: Amount
  /** what has lapsed unused, billing currency */
  readonly expired: Amount
  /** what clearings and their corrections have posted so far, billing currency */
  readonly cleared: Amount
  /** what refunds have given back of it, less reversed refunds, billing currency */
  readonly refunded: Amount
  /** what clearings have cost the card besides, billing currency */
  readonly fee: Amount
  /** what the decision used of spend limits */
  readonly limitUse: readonly RecordedUse[]
  /** `closed`: nothing is reserved any more and nothing will be */
  readonly status: AuthorizationStatus
  /** when the hold lapses; null where there never was one */
  readonly expiresAt: Temporal.Instant | null
  readonly createdAt: Temporal.Instant
}

export type AuthorizationStatus = 'open' | 'closed'

/**
 * What the message is about. `refund` is the authorization of a credit; `verification` (amount zero) and
 * `balance-inquiry` move nothing.
 */
export type Purpose = 'purchase' | 'cash' | 'refund' | 'verification' | 'balance-inquiry'

export const PURPOSES: readonly Purpose[] = ['purchase', 'cash', 'refund', 'verification', 'balance-inquiry']

/** How the card was presented (DE 22). */
export type EntryMode = 'chip' | 'contactless' | 'magstripe' | 'ecommerce' | 'manual' | 'recurring'

export const ENTRY_MODES: readonly EntryMode[] = [
  'chip',
  'contactless',
  'magstripe',
  'ecommerce',
  'manual',
  'recurring',
]

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
