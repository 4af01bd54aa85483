/** How refusals reach the KeySecure wire: a code of the dictionary, and the field at fault where there is one. */
import type { DomainError, DomainErrorCode } from '@openissuer/core/errors.ts'
import { type FailureCode, statusText } from './dictionary.ts'

/** A call that is answered with a failure code. `field` is the wire's name, dotted when nested. */
export class KeysecureError extends Error {
  readonly code: FailureCode
  readonly field: string | undefined

  constructor(code: FailureCode, field?: string) {
    super(`${code} ${statusText(code, 'en_US', field)}`)
    this.name = 'KeysecureError'
    this.code = code
    this.field = field
  }
}

/**
 * Total: a new domain error does not compile until it has its code here. What no implemented call can meet yet has the
 * nearest code. A full BIN is `System error`: the caller can do nothing about it and may well succeed later.
 */
export const CODE_OF_DOMAIN_ERROR: Readonly<Record<DomainErrorCode, FailureCode>> = {
  'missing-field': 1004,
  'invalid-field': 1004,
  'invalid-amount': 3005,
  'unknown-currency': 1004,
  'no-exchange-rate': 1004,
  'duplicate-exchange-rate': 1001,
  'duplicate-request': 1017,
  'duplicate-order': 4002,
  'duplicate-cardholder': 2001,
  'duplicate-limit': 1004,
  'partner-not-found': 1021,
  'cardholder-not-found': 2002,
  'card-not-found': 4001,
  'application-not-found': 4001,
  'delivery-address-not-found': 1004,
  'contact-not-found': 1004,
  'limit-not-found': 1004,
  'spend-limit-not-found': 1004,
  'merchant-control-not-found': 1004,
  'account-not-found': 3001,
  'deposit-not-found': 1004,
  'deposit-closed': 1004,
  'program-not-found': 4003,
  'cardholder-already-approved': 2003,
  'cardholder-under-review': 2004,
  'cardholder-rejected': 2005,
  'cardholder-disabled': 2005,
  'document-not-found': 1004,
  'kyc-unavailable': 2006,
  'card-status-conflict': 4005,
  'card-already-bound': 4005,
  'card-of-other-cardholder': 4006,
  'card-not-physical': 4017,
  'last-four-mismatch': 4007,
  'security-code-mismatch': 4008,
  'pin-not-acceptable': 4016,
  'card-form-not-offered': 4011,
  'card-has-no-balance': 3001,
  'fee-plan-not-found': 1004,
  'duplicate-fee-plan': 1004,
  'limit-above-ceiling': 1004,
  'insufficient-funds': 3002,
  'insufficient-reserve': 3004,
  'duplicate-transfer': 3003,
  'consumption-not-found': 4009,
  'authorization-not-found': 1004,
  'authorization-closed': 1004,
  'reversal-exceeds-hold': 3005,
  'clearing-not-found': 1004,
  'correction-below-refunded': 3005,
  'refund-exceeds-cleared': 3005,
  'refund-not-found': 1004,
  'reversal-exceeds-refund': 3005,
  'duplicate-webhook': 1004,
  'webhook-endpoint-not-found': 1004,
  'webhook-delivery-not-found': 1004,
  'webhook-endpoint-disabled': 1004,
  'clock-goes-back': 1001,
  'card-numbers-exhausted': 1001,
}

/** The domain's field names that a 1004 may name on the wire; others stay inside. */
const WIRE_FIELDS: Readonly<Record<string, string>> = { uniqueNo: 'cardholder_unique_no' }

export function fromDomainError(error: DomainError): KeysecureError {
  const code = CODE_OF_DOMAIN_ERROR[error.code]
  const field = code === 1004 && error.field !== undefined ? WIRE_FIELDS[error.field] : undefined
  return new KeysecureError(code, field)
}
