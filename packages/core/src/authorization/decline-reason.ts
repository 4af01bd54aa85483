/**
 * Why an authorization is declined: our reason, the response code that the network hears (ISO 8583:1987 DE 39) and one
 * sentence that is safe to show to a cardholder. Wire formats derive their codes from the reason or the response code.
 */
export const DECLINE_REASONS = {
  'card-expired': { responseCode: '54', sentence: 'The card has expired.' },
  'card-lost': { responseCode: '41', sentence: 'The card was reported lost.' },
  'card-not-active': { responseCode: '62', sentence: 'The card is not active.' },
  'expiry-mismatch': { responseCode: '54', sentence: 'The expiry date does not match the card.' },
  'cvv2-mismatch': { responseCode: '82', sentence: 'The security code does not match the card.' },
  'pin-mismatch': { responseCode: '55', sentence: 'The PIN is wrong.' },
  // 59, suspected fraud: whoever pays could not prove to be the cardholder
  'authentication-failed': { responseCode: '59', sentence: 'The identity check for the purchase was not passed.' },
  'merchant-blocked': { responseCode: '57', sentence: 'The card may not be used at this merchant.' },
  'mcc-blocked': { responseCode: '57', sentence: 'The card may not be used for this kind of business.' },
  'country-blocked': { responseCode: '62', sentence: 'The card may not be used in this country.' },
  'single-amount-exceeded': {
    responseCode: '61',
    sentence: 'The purchase is larger than the card allows for a single purchase.',
  },
  'daily-count-exceeded': {
    responseCode: '65',
    sentence: 'The card has reached its number of purchases for today.',
  },
  'daily-amount-exceeded': { responseCode: '61', sentence: "The purchase does not fit the card's limit for today." },
  'monthly-amount-exceeded': {
    responseCode: '61',
    sentence: "The purchase does not fit the card's limit for this month.",
  },
  'total-amount-exceeded': { responseCode: '61', sentence: "The purchase does not fit the card's total limit." },
  'spend-limit-count-exceeded': {
    responseCode: '65',
    sentence: 'One of the spending limits of the card has reached its number of purchases.',
  },
  'spend-limit-amount-exceeded': {
    responseCode: '61',
    sentence: 'The purchase does not fit one of the spending limits of the card.',
  },
  'unknown-card': { responseCode: '14', sentence: 'The card number is not known.' },
  'reversed-before-arrival': {
    responseCode: '12',
    sentence: 'The merchant cancelled the purchase before it reached the issuer.',
  },
  'no-exchange-rate': { responseCode: '57', sentence: 'The card cannot be used in this currency.' },
  'issuer-overloaded': { responseCode: '91', sentence: 'The issuer has too much to do; try again.' },
  'issuer-unavailable': { responseCode: '91', sentence: 'The issuer cannot be reached; try again.' },
  'partner-declined': { responseCode: '05', sentence: 'The company behind the card has declined the purchase.' },
  'partner-unavailable': {
    responseCode: '91',
    sentence: 'The company behind the card did not answer in time.',
  },
  'insufficient-funds': { responseCode: '51', sentence: 'There is not enough money available for the purchase.' },
} as const

export type DeclineReason = keyof typeof DECLINE_REASONS

export const APPROVED_RESPONSE_CODE = '00'
