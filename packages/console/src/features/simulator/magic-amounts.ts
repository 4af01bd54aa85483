/**
 * Amounts that a sandbox declines, by reason, in minor units of whatever currency: for whoever can only choose an amount. They are those
 * of docs/authorization.md, and a test compares them with the server's.
 */
import type { DeclineReason } from '@openissuer/sdk/operator.ts'
import { movePoint } from '../../lib/decimal.ts'

export const MAGIC_AMOUNTS: Readonly<Record<DeclineReason, string>> = {
  'partner-declined': '990005',
  'reversed-before-arrival': '990012',
  'unknown-card': '990014',
  'card-lost': '990041',
  'insufficient-funds': '990051',
  'card-expired': '990054',
  'expiry-mismatch': '990154',
  'pin-mismatch': '990055',
  'no-exchange-rate': '990057',
  'merchant-blocked': '990157',
  'mcc-blocked': '990257',
  'authentication-failed': '990059',
  'single-amount-exceeded': '990061',
  'daily-amount-exceeded': '990161',
  'monthly-amount-exceeded': '990261',
  'total-amount-exceeded': '990361',
  'spend-limit-amount-exceeded': '990461',
  'card-not-active': '990062',
  'country-blocked': '990162',
  'daily-count-exceeded': '990065',
  'spend-limit-count-exceeded': '990165',
  'cvv2-mismatch': '990082',
  'issuer-overloaded': '990091',
  'issuer-unavailable': '990191',
  'partner-unavailable': '990291',
}

export const DECLINE_REASONS = Object.keys(MAGIC_AMOUNTS).toSorted() as DeclineReason[]

/** In major units of a currency; of dollars where it is none that is known. */
export function magicAmount(reason: DeclineReason, currency: string): string {
  return movePoint(MAGIC_AMOUNTS[reason], -decimalsOf(currency))
}

function decimalsOf(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  } catch {
    // the field is still being written
    return 2
  }
}
