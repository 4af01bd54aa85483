/**
 * What a Pagsmile client reads when something is refused. The vendor documents one error, `invalid-signature` (seed);
 * the others take their codes from the code page of the vendor's sibling API, assigned to situations by us (proposed).
 */
import type { DomainError, DomainErrorCode } from '@openissuer/core/errors.ts'

export type WireError = {
  readonly httpStatus: 400 | 404 | 429 | 500
  readonly code: keyof typeof MESSAGES
  readonly subCode: string
  readonly subMsg: string
}

const MESSAGES = {
  '20000': 'Service Currently Unavailable',
  '40001': 'Missing Required Arguments',
  '40002': 'Business Failed',
  '40004': 'Method not supported',
  '40005': 'MediaType not supported',
} as const

/** Carries a wire error from where a request is refused to the error handler. */
export class PagsmileError extends Error {
  readonly wire: WireError

  constructor(wire: WireError) {
    super(`${wire.subCode}: ${wire.subMsg}`)
    this.name = 'PagsmileError'
    this.wire = wire
  }
}

/** The body of an error, its four fields in the documented order. Errors are never encrypted. */
export function errorBody(error: WireError): string {
  return JSON.stringify(refusalBody(error))
}

export function refusalBody({ code, subCode, subMsg }: WireError) {
  return { code, msg: MESSAGES[code], sub_code: subCode, sub_msg: subMsg }
}

export const METHOD_NOT_SUPPORTED = wireError('40004', 'method-not-supported', 'method not supported')
export const PATH_NOT_FOUND = wireError('40004', 'method-not-supported', 'not found', 404)
export const MEDIA_TYPE_NOT_SUPPORTED = wireError('40005', 'mediatype-not-supported', 'media type not supported')
export const BODY_TOO_LARGE = businessError('parameters-error', 'request body too large')
export const INVALID_ACCOUNT = businessError('invalid-account', 'invalid partner or app')
export const MERCHANT_STATUS_ABNORMAL = businessError('merchant-status-abnormal', 'merchant status abnormal')
export const MISSING_SIGNATURE_CONFIG = businessError('missing-signature-config', 'missing signature config')
/** The one answer to everything that can be wrong between the RSA ciphertext and the JSON inside `biz_data`. */
export const INVALID_SIGNATURE = businessError('invalid-signature', 'invalid signature')
/** Before decryption, for a sender that failed too often (proposed; the status is that of a sibling API). */
export const TOO_MANY_FAILURES = wireError('40002', 'too-many-requests', 'too many requests', 429)
export const INVALID_AMOUNT = businessError('invalid-amount', 'invalid amount')
export const SERVICE_UNAVAILABLE = wireError('20000', 'SYS-0001', 'service currently unavailable', 500)

/** A field of the envelope is missing or empty. */
export const missingArgument = (field: string) => wireError('40001', 'missing-argument', `${field} is required`)

/** A field of the business data is missing, null or empty. */
export const mandatoryData = (field: string) => businessError('mandatory-data', `${field} is required`)

/**
 * @param field dotted path, such as `holder.address.line`
 * @param reason where the field alone does not show it
 */
export const parametersError = (field: string, reason?: string) =>
  businessError('parameters-error', reason === undefined ? `invalid ${field}` : `invalid ${field}: ${reason}`)

export const dataNotFound = (what: string) => businessError('data-not-found', `${what} not found`)

export function wireErrorOf({ code, field }: DomainError): WireError {
  const error = WIRE_ERRORS[code]
  return typeof error === 'function' ? error(field === undefined ? undefined : WIRE_FIELDS[field]) : error
}

/** Names of offending inputs, domain to wire. */
const WIRE_FIELDS: Readonly<Record<string, string>> = {
  amount: 'amount',
  url: 'webhook_url',
  currency: 'currency',
  dailyCount: 'daily_transactions',
  singleAmount: 'single_amount',
  dailyAmount: 'daily_amount',
  monthlyAmount: 'monthly_amount',
  totalAmount: 'total_amount',
  payAccount: 'pay_account_num',
  sharedAccount: 'shared_account_num',
  payeeAccount: 'payee_account_num',
  payerAccount: 'payment_account_num',
  receiverAccount: 'receive_account_num',
  creditAccount: 'topup_account_num',
  creditCurrency: 'topup_currency',
  content: 'file_content',
  fileName: 'file_name',
  count: 'order_count',
  cardholderIds: 'holder_ids',
}

const HOLDER_NOT_AVAILABLE = businessError('invalid-user', 'cardholder not available')

const WIRE_ERRORS: Record<DomainErrorCode, WireError | ((field: string | undefined) => WireError)> = {
  'missing-field': field => mandatoryData(field ?? 'a field'),
  'invalid-field': field => parametersError(field ?? 'parameters'),
  'invalid-amount': INVALID_AMOUNT,
  'unknown-currency': field => parametersError(field ?? 'currency'),
  'no-exchange-rate': field => parametersError(field ?? 'currency'),
  'duplicate-exchange-rate': businessError('processing-error', 'processing error'),
  'duplicate-request': businessError('duplicate-request', 'request_id already used'),
  'duplicate-order': businessError('dublicate-order', 'order_no already exists'),
  'duplicate-cardholder': businessError('dublicate-data', 'cardholder already exists'),
  'duplicate-limit': businessError('dublicate-data', 'card limit already exists'),
  'partner-not-found': INVALID_ACCOUNT,
  'cardholder-not-found': dataNotFound('cardholder'),
  'card-not-found': dataNotFound('card'),
  'application-not-found': dataNotFound('order'),
  'delivery-address-not-found': dataNotFound('delivery address'),
  'contact-not-found': dataNotFound('card contact'),
  'limit-not-found': dataNotFound('card limit'),
  'spend-limit-not-found': dataNotFound('spend limit'),
  'merchant-control-not-found': dataNotFound('merchant control'),
  'account-not-found': field => dataNotFound(field ?? 'account'),
  'deposit-not-found': dataNotFound('order'),
  'deposit-closed': businessError('processing-error', 'deposit is closed'),
  'program-not-found': parametersError('card_bin'),
  'cardholder-already-approved': HOLDER_NOT_AVAILABLE,
  'cardholder-under-review': HOLDER_NOT_AVAILABLE,
  'cardholder-rejected': HOLDER_NOT_AVAILABLE,
  'cardholder-disabled': HOLDER_NOT_AVAILABLE,
  'document-not-found': dataNotFound('document'),
  'kyc-unavailable': HOLDER_NOT_AVAILABLE,
  'card-status-conflict': businessError('invalid-card-status', 'card status does not allow this operation'),
  'card-already-bound': businessError('dublicate-data', 'card has a cardholder already'),
  'card-of-other-cardholder': businessError('data-not-found', 'card not found'),
  'card-not-physical': businessError('parameters-error', 'card is not physical'),
  'last-four-mismatch': businessError('parameters-error', 'card number does not match'),
  'security-code-mismatch': businessError('parameters-error', 'cvv does not match'),
  'pin-not-acceptable': businessError('parameters-error', 'invalid pin'),
  'card-form-not-offered': parametersError('card_type'),
  'card-has-no-balance': businessError('parameters-error', 'a share card has no balance of its own'),
  'fee-plan-not-found': businessError('data-not-found', 'fee plan not found'),
  'duplicate-fee-plan': businessError('dublicate-data', 'fee plan already exists'),
  'limit-above-ceiling': businessError('exceed-amount-limit', 'exceeds the default card limit'),
  'insufficient-funds': businessError('insufficient-balance', 'insufficient balance'),
  'insufficient-reserve': businessError('insufficient-balance', 'insufficient balance'),
  'duplicate-transfer': businessError('dublicate-order', 'order_no already exists'),
  'consumption-not-found': businessError('data-not-found', 'transaction not found'),
  'authorization-not-found': dataNotFound('authorization'),
  'authorization-closed': businessError('processing-error', 'authorization is closed'),
  'reversal-exceeds-hold': INVALID_AMOUNT,
  'clearing-not-found': dataNotFound('settlement'),
  'correction-below-refunded': INVALID_AMOUNT,
  'refund-exceeds-cleared': INVALID_AMOUNT,
  'refund-not-found': dataNotFound('refund'),
  'reversal-exceeds-refund': INVALID_AMOUNT,
  'duplicate-webhook': businessError('dublicate-data', 'webhook already exists'),
  'webhook-endpoint-not-found': businessError('data-not-found', 'webhook not found'),
  'webhook-delivery-not-found': businessError('data-not-found', 'webhook not found'),
  'webhook-endpoint-disabled': businessError('processing-error', 'webhook is disabled'),
  'clock-goes-back': businessError('processing-error', 'processing error'),
  'card-numbers-exhausted': businessError('gen-card-token-fail', 'no card number available'),
}

function businessError(subCode: string, subMsg: string): WireError {
  return wireError('40002', subCode, subMsg)
}

function wireError(
  code: WireError['code'],
  subCode: string,
  subMsg: string,
  httpStatus: WireError['httpStatus'] = 400,
): WireError {
  return { httpStatus, code, subCode, subMsg }
}
