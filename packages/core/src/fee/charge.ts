/** Which fees of a plan something costs: pure, so that whoever charges them only has to post what comes out. */
import type { Purpose } from '../authorization/authorization.ts'
import type { Amount } from '../money/amount.ts'
import { divideRounded } from '../money/rounding.ts'
import type { Allowance, FeeTerms } from './fee-plan.ts'

export type FeeKind =
  | 'issue'
  | 'purchase'
  | 'cross-border'
  | 'small-purchase'
  | 'cash'
  | 'refund'
  | 'cancel'
  | 'decline'
  | 'verification'
  | 'management'

/** What has happened. Amounts are minor units of the card's currency; those of a correction are its difference. */
export type Chargeable =
  | { readonly kind: 'cleared'; readonly purpose: Purpose; readonly minor: bigint; readonly crossBorder: boolean }
  | {
      readonly kind: 'clearing-corrected'
      readonly purpose: Purpose
      readonly minor: bigint
      readonly crossBorder: boolean
    }
  | { readonly kind: 'refunded' | 'cancelled'; readonly minor: bigint }
  | { readonly kind: 'declined' | 'verified' }

/** `minor` is below zero where a fee is given back. `free` says how often it costs nothing. */
export type Charge = { readonly kind: FeeKind; readonly minor: bigint; readonly free: Allowance | null }

/** A fee as it was charged; with zero where it was one of the free ones. Such records are never changed. */
export type CardFee = {
  readonly partnerId: bigint
  readonly feeId: bigint
  readonly cardId: bigint
  readonly accountId: bigint
  readonly kind: FeeKind
  readonly amount: Amount
  /** the authorization, or the event that follows none, that it belongs to; null for a fee that stands by itself */
  readonly aboutId: bigint | null
  /** what it was charged for, once */
  readonly eventId: bigint
  readonly entryId: bigint | null
  readonly createdAt: Temporal.Instant
}

export function chargesFor(happened: Chargeable, terms: FeeTerms): readonly Charge[] {
  return chargesOf(happened, terms).filter(({ minor }) => minor !== 0n)
}

function chargesOf(happened: Chargeable, terms: FeeTerms): readonly Charge[] {
  switch (happened.kind) {
    case 'cleared':
      return happened.purpose === 'cash' ? [cashFee(happened, terms)] : purchaseFees(happened, terms)
    case 'clearing-corrected':
      return [happened.purpose === 'cash' ? cashRate(happened.minor, terms) : purchaseRate(happened, terms)]
    case 'refunded':
      return [charge('refund', rated(happened.minor, terms.refundPpm))]
    case 'cancelled':
      return [charge('cancel', happened.minor >= terms.cancelFromMinor ? terms.cancelMinor : 0n)]
    case 'declined':
      return [charge('decline', terms.declineMinor, terms.declineFree)]
    case 'verified':
      return [charge('verification', terms.verificationMinor)]
    default:
      return happened satisfies never
  }
}

type Spending = { readonly minor: bigint; readonly crossBorder: boolean }

function purchaseFees(spent: Spending, terms: FeeTerms): readonly Charge[] {
  const isSmall = spent.minor < terms.smallBelowMinor
  return [purchaseRate(spent, terms), charge('small-purchase', isSmall ? terms.smallMinor : 0n, terms.smallFree)]
}

function purchaseRate({ minor, crossBorder }: Spending, terms: FeeTerms): Charge {
  return crossBorder
    ? charge('cross-border', rated(minor, terms.crossBorderPpm))
    : charge('purchase', rated(minor, terms.purchasePpm))
}

function cashFee({ minor }: Spending, terms: FeeTerms): Charge {
  const byRate = cashRate(minor, terms)
  return byRate.minor < terms.cashLeastMinor ? charge('cash', terms.cashLeastMinor) : byRate
}

function cashRate(minor: bigint, { cashPpm }: FeeTerms): Charge {
  return charge('cash', rated(minor, cashPpm))
}

const PPM = 1_000_000n

function rated(minor: bigint, ppm: number): bigint {
  return divideRounded(minor * BigInt(ppm), PPM, 'half-up')
}

function charge(kind: FeeKind, minor: bigint, free: Allowance | null = null): Charge {
  return { kind, minor, free: free?.period === 'none' ? null : free }
}
