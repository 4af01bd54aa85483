/**
 * The one catalogue of domain errors: what the issuer refuses, in words that belong to no wire format.
 * Every dialect holds a total `Record<DomainErrorCode, …>` to its own wire error; `docs/errors.md` mirrors this table.
 */
export const DOMAIN_ERRORS = {
  'missing-field': 'A required field is missing or empty.',
  'invalid-field': 'A field has a value that is not allowed.',
  'invalid-amount': 'The amount is zero, negative, too large or has more decimals than its currency.',
  'unknown-currency': 'The currency is not known or not the one of the account.',
  'no-exchange-rate': 'There is no rate from the transaction currency to the billing currency.',
  'duplicate-exchange-rate': 'The currencies have another rate from the same instant on.',
  'duplicate-request': 'The request id was used before with another content.',
  'duplicate-order': 'The order number or unique card number was used before.',
  'duplicate-cardholder': 'A cardholder with this identity document or number exists already.',
  'duplicate-limit': 'The card has a limit already.',
  'partner-not-found': 'The partner does not exist.',
  'cardholder-not-found': 'The cardholder does not exist.',
  'card-not-found': 'The card does not exist.',
  'application-not-found': 'There is no such application for a card.',
  'delivery-address-not-found': 'The delivery address does not exist.',
  'contact-not-found': 'The contact does not exist.',
  'limit-not-found': 'The card limit does not exist.',
  'spend-limit-not-found': 'The spend limit does not exist.',
  'merchant-control-not-found': 'The merchant control does not exist.',
  'account-not-found': 'The account does not exist.',
  'deposit-not-found': 'The deposit does not exist.',
  'deposit-closed': 'The deposit was confirmed or rejected before.',
  'program-not-found': 'The card program does not exist or is not open to this partner.',
  'cardholder-already-approved': 'The cardholder has passed verification already.',
  'cardholder-under-review': 'The verification of the cardholder is not finished.',
  'cardholder-rejected': 'The verification of the cardholder has failed.',
  'cardholder-disabled': 'The cardholder is disabled.',
  'document-not-found': 'The document does not exist.',
  'kyc-unavailable': 'The cardholder data behind the verification token cannot be read.',
  'card-status-conflict': 'The status of the card does not allow this operation.',
  'card-already-bound': 'The card has a cardholder already.',
  'card-of-other-cardholder': 'The card does not belong to this cardholder.',
  'card-not-physical': 'Only a physical card can be treated like this.',
  'last-four-mismatch': 'The last four digits are not those of the card.',
  'security-code-mismatch': 'The security code is not that of the card.',
  'pin-not-acceptable': 'The PIN is not six digits, or three in a row are equal or follow each other.',
  'card-form-not-offered': 'The card program does not offer cards of this form.',
  'card-has-no-balance': 'The card spends from a shared account and has no balance of its own.',
  'fee-plan-not-found': 'The fee plan does not exist.',
  'duplicate-fee-plan': 'There is a fee plan of this name.',
  'limit-above-ceiling': 'The limit is higher than the card program allows.',
  'insufficient-funds': 'The account does not hold enough available money.',
  'insufficient-reserve': 'The reserve of the partner does not hold enough available money.',
  'duplicate-transfer': 'The transfer number was used before.',
  'consumption-not-found': 'There is no such consumption.',
  'authorization-not-found': 'The authorization does not exist.',
  'authorization-closed': 'The authorization holds nothing any more.',
  'reversal-exceeds-hold': 'The reversal is larger than what the authorization still holds.',
  'clearing-not-found': 'The clearing does not exist.',
  'correction-below-refunded': 'The clearing cannot be corrected to less than what was refunded of it.',
  'refund-exceeds-cleared': 'The refund is larger than what was cleared and is not refunded yet.',
  'refund-not-found': 'The refund does not exist.',
  'reversal-exceeds-refund': 'The reversal is larger than what is left of the refund.',
  'duplicate-webhook': 'There is a webhook endpoint for this kind of event already.',
  'webhook-endpoint-not-found': 'The webhook endpoint does not exist.',
  'webhook-delivery-not-found': 'The webhook delivery does not exist.',
  'webhook-endpoint-disabled': 'The webhook endpoint is disabled.',
  'clock-goes-back': 'The clock only moves forward.',
  'card-numbers-exhausted': 'No free card number was found under the BIN of the card program.',
} as const

export type DomainErrorCode = keyof typeof DOMAIN_ERRORS

export const DOMAIN_ERROR_CODES = Object.keys(DOMAIN_ERRORS) as DomainErrorCode[]

/** A refusal of a command: it changed nothing. `field` is the domain's name of the offending input, if there is one. */
export class DomainError extends Error {
  readonly code: DomainErrorCode
  readonly field: string | undefined

  constructor(code: DomainErrorCode, field?: string) {
    super(field === undefined ? DOMAIN_ERRORS[code] : `${DOMAIN_ERRORS[code]} (${field})`)
    this.name = 'DomainError'
    this.code = code
    this.field = field
  }
}

/** Closes a `switch` over a union: a new member stops compiling here. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`)
}
