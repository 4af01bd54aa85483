import type { DeclineReason } from './decline-reason.ts'

/**
 * Transaction amounts that a sandbox declines for a reason each, in minor units of whatever currency. The last two digits
 * are the response code (DE 39) of the reason, the digit before them tells reasons with the same code apart: in USD
 * 9,900.51 is `insufficient-funds`, in JPY 990,051. A row is never changed, as test suites rely on it.
 */
export const MAGIC_AMOUNTS: Readonly<Record<DeclineReason, bigint>> = {
  'partner-declined': 990_005n,
  'reversed-before-arrival': 990_012n,
  'unknown-card': 990_014n,
  'card-lost': 990_041n,
  'insufficient-funds': 990_051n,
  'card-expired': 990_054n,
  'expiry-mismatch': 990_154n,
  'pin-mismatch': 990_055n,
  'no-exchange-rate': 990_057n,
  'merchant-blocked': 990_157n,
  'mcc-blocked': 990_257n,
  'authentication-failed': 990_059n,
  'single-amount-exceeded': 990_061n,
  'daily-amount-exceeded': 990_161n,
  'monthly-amount-exceeded': 990_261n,
  'total-amount-exceeded': 990_361n,
  'spend-limit-amount-exceeded': 990_461n,
  'card-not-active': 990_062n,
  'country-blocked': 990_162n,
  'daily-count-exceeded': 990_065n,
  'spend-limit-count-exceeded': 990_165n,
  'cvv2-mismatch': 990_082n,
  'issuer-overloaded': 990_091n,
  'issuer-unavailable': 990_191n,
  'partner-unavailable': 990_291n,
}

const REASONS = new Map(
  Object.entries(MAGIC_AMOUNTS).map(([reason, minor]): [bigint, DeclineReason] => [minor, reason as DeclineReason]),
)

/** The reason that a sandbox declines so many minor units for; null for an amount that is like any other. */
export function magicReason(minor: bigint): DeclineReason | null {
  return REASONS.get(minor) ?? null
}
