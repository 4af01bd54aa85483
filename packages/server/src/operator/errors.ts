import type { DomainErrorCode } from '@openissuer/core/errors.ts'

/** The HTTP status of each domain error on the Operator API; the code itself is on the wire as it is. */
const STATUS: Record<DomainErrorCode, 400 | 404 | 409 | 422 | 503> = {
  'missing-field': 400,
  'invalid-field': 400,
  'invalid-amount': 400,
  'unknown-currency': 422,
  'no-exchange-rate': 422,
  'duplicate-exchange-rate': 409,
  'duplicate-request': 409,
  'duplicate-order': 409,
  'duplicate-cardholder': 409,
  'duplicate-limit': 409,
  'partner-not-found': 404,
  'cardholder-not-found': 404,
  'card-not-found': 404,
  'limit-not-found': 404,
  'spend-limit-not-found': 404,
  'merchant-control-not-found': 404,
  'account-not-found': 404,
  'program-not-found': 404,
  'cardholder-already-approved': 409,
  'cardholder-under-review': 409,
  'cardholder-rejected': 409,
  'kyc-unavailable': 422,
  'card-status-conflict': 409,
  'card-form-not-offered': 422,
  'card-has-no-balance': 422,
  'limit-above-ceiling': 422,
  'insufficient-funds': 422,
  'authorization-not-found': 404,
  'authorization-closed': 409,
  'reversal-exceeds-hold': 422,
  'clearing-not-found': 404,
  'correction-below-refunded': 422,
  'refund-exceeds-cleared': 422,
  'refund-not-found': 404,
  'reversal-exceeds-refund': 422,
  'webhook-endpoint-not-found': 404,
  'webhook-delivery-not-found': 404,
  'webhook-endpoint-disabled': 409,
  'clock-goes-back': 409,
  'card-numbers-exhausted': 503,
}

export function statusOf(code: DomainErrorCode): number {
  return STATUS[code]
}
