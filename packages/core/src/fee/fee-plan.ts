/** What cards of a program cost besides what is bought with them. */
import type { Currency } from '../money/currency.ts'

/** A named price list. Amounts are minor units of its currency; rates are millionths of an amount. */
export type FeePlan = {
  readonly planId: bigint
  readonly name: string
  readonly currency: Currency
  readonly terms: FeeTerms
  readonly createdAt: Temporal.Instant
}

export type FeeTerms = {
  /** for making a card */
  readonly issueMinor: bigint
  /** on purchases in the plan's currency */
  readonly purchasePpm: number
  /** on purchases in any other currency, instead */
  readonly crossBorderPpm: number
  /** purchases below this pay `smallMinor`; zero for none */
  readonly smallBelowMinor: bigint
  readonly smallMinor: bigint
  readonly smallFree: Allowance
  readonly refundPpm: number
  /** for a purchase that is cancelled in full and was at least `cancelFromMinor` */
  readonly cancelMinor: bigint
  readonly cancelFromMinor: bigint
  readonly declineMinor: bigint
  readonly declineFree: Allowance
  /** on cash withdrawals, at least `cashLeastMinor` */
  readonly cashPpm: number
  readonly cashLeastMinor: bigint
  /** for a verification without an amount, as a wallet asks for */
  readonly verificationMinor: bigint
  readonly management: ManagementFee
}

/** How often something is free: `forever` counts over the life of the card, `day` over the last `days` days. */
export type Allowance = {
  readonly period: 'none' | 'forever' | 'day'
  readonly count: number
  readonly days: number
}

/** Charged at the start of each cycle, unless what was spent in the one before reached `waiverFrom`. */
export type ManagementFee = {
  readonly cycle: 'none' | 'month' | 'year'
  readonly minor: bigint
  /** what the waiver looks at: minor units spent, or the number of purchases and withdrawals */
  readonly waiver: 'none' | 'amount' | 'count'
  readonly waiverFrom: bigint
  /** a card that cannot pay is closed after the second try */
  readonly closesUnpaid: boolean
}

const NEVER: Allowance = { period: 'none', count: 0, days: 0 }

/** A plan that costs nothing. */
export const FREE_TERMS: FeeTerms = {
  issueMinor: 0n,
  purchasePpm: 0,
  crossBorderPpm: 0,
  smallBelowMinor: 0n,
  smallMinor: 0n,
  smallFree: NEVER,
  refundPpm: 0,
  cancelMinor: 0n,
  cancelFromMinor: 0n,
  declineMinor: 0n,
  declineFree: NEVER,
  cashPpm: 0,
  cashLeastMinor: 0n,
  verificationMinor: 0n,
  management: { cycle: 'none', minor: 0n, waiver: 'none', waiverFrom: 0n, closesUnpaid: true },
}
