/** Every message that the simulator can send, as data: what it follows and which fields it takes. The forms are made from this. */
import type { SimulationCall } from '@openissuer/sdk/operator.ts'

/** What a message is about: a card, or something that an earlier message has made. */
export type Subject = 'card' | 'authorization' | 'authorization-or-card' | 'clearing' | 'refund' | 'none'

export type Call = {
  readonly label: string
  /** one sentence on what it stands for */
  readonly lead: string
  readonly subject: Subject
  /** paths in the body, besides those of the subject */
  readonly fields: readonly FieldName[]
  readonly required: readonly FieldName[]
}

export type Field = {
  readonly label: string
  readonly group: FieldGroupName
  readonly kind: 'text' | 'decimal' | 'choice' | 'switch'
  readonly choices?: readonly string[]
  readonly placeholder?: string
  readonly description?: string
}

export const FIELD_GROUPS = ['Message', 'Merchant', 'Card data', '3-D Secure', 'Behaviour'] as const

export type FieldGroupName = (typeof FIELD_GROUPS)[number]

const PURPOSES = ['purchase', 'cash', 'refund', 'verification', 'balance-inquiry']
const ENTRY_MODES = ['chip', 'contactless', 'magstripe', 'ecommerce', 'manual', 'recurring']
const THREE_DS_RESULTS = ['authenticated', 'attempted', 'failed', 'unavailable', 'not-performed']

/** By path in the body. */
export const FIELDS = {
  amount: { label: 'Amount', group: 'Message', kind: 'decimal', placeholder: '24.90' },
  currency: { label: 'Currency', group: 'Message', kind: 'text', placeholder: 'That of the card' },
  purpose: { label: 'Purpose', group: 'Message', kind: 'choice', choices: PURPOSES },
  entryMode: { label: 'Entry mode', group: 'Message', kind: 'choice', choices: ENTRY_MODES },
  billingAmount: {
    label: 'Billing amount',
    group: 'Behaviour',
    kind: 'decimal',
    description: "In the card's currency, as the network has converted it; else the rate table converts",
  },
  final: { label: 'Final: no other clearing is expected', group: 'Message', kind: 'switch' },
  'merchant.name': { label: 'Name', group: 'Merchant', kind: 'text' },
  'merchant.mcc': { label: 'MCC', group: 'Merchant', kind: 'text', placeholder: '5411' },
  'merchant.country': { label: 'Country', group: 'Merchant', kind: 'text', placeholder: 'US' },
  'merchant.city': { label: 'City', group: 'Merchant', kind: 'text' },
  'merchant.id': { label: 'Id', group: 'Merchant', kind: 'text' },
  'merchant.acquirerId': { label: 'Acquirer id', group: 'Merchant', kind: 'text' },
  'cardData.expiry': { label: 'Expiry', group: 'Card data', kind: 'text', placeholder: 'YYMM' },
  'cardData.cvv2': { label: 'CVV2', group: 'Card data', kind: 'text' },
  'cardData.pin': { label: 'PIN', group: 'Card data', kind: 'text' },
  'threeDs.result': { label: 'Result', group: '3-D Secure', kind: 'choice', choices: THREE_DS_RESULTS },
  'threeDs.eci': {
    label: 'ECI',
    group: '3-D Secure',
    kind: 'choice',
    choices: ['05', '06', '07', '02', '01', '00'],
    description: 'Must say the same as the result; 02, 01 and 00 with Mastercard',
  },
  'threeDs.version': { label: 'Version', group: '3-D Secure', kind: 'choice', choices: ['2.1.0', '2.2.0', '2.3.1'] },
  'threeDs.dsTransactionId': { label: 'Directory server transaction', group: '3-D Secure', kind: 'text' },
  'threeDsChallenge.challengeId': {
    label: 'Challenge',
    group: '3-D Secure',
    kind: 'text',
    description: 'Instead of a result: the answer to a challenge decides',
  },
  'threeDsChallenge.password': {
    label: 'Password of the challenge',
    group: '3-D Secure',
    kind: 'text',
    description: 'Told to the partner by a webhook',
  },
  partialApproval: { label: 'Partial approval: the merchant accepts less', group: 'Behaviour', kind: 'switch' },
  advice: { label: 'Advice: it has happened, nobody declines it', group: 'Behaviour', kind: 'switch' },
  forceDecline: { label: 'Force a decline', group: 'Behaviour', kind: 'choice' },
  action: {
    label: 'What it does',
    group: 'Message',
    kind: 'choice',
    choices: ['advance', 'set', 'freeze', 'resume'],
  },
  by: { label: 'By', group: 'Message', kind: 'text', placeholder: 'P1D', description: 'ISO 8601: PT10S, P7DT1H' },
  to: { label: 'To', group: 'Message', kind: 'text', placeholder: '2026-12-01T00:00:00Z' },
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof FIELDS

const MERCHANT = [
  'merchant.name',
  'merchant.mcc',
  'merchant.country',
  'merchant.city',
  'merchant.id',
  'merchant.acquirerId',
] as const satisfies readonly FieldName[]

const AUTHORIZATION_FIELDS = [
  'amount',
  'currency',
  'purpose',
  'entryMode',
  ...MERCHANT,
  'cardData.expiry',
  'cardData.cvv2',
  'cardData.pin',
  'threeDs.result',
  'threeDs.eci',
  'threeDs.version',
  'threeDs.dsTransactionId',
  'threeDsChallenge.challengeId',
  'threeDsChallenge.password',
  'partialApproval',
  'advice',
  'forceDecline',
  'billingAmount',
] as const satisfies readonly FieldName[]

export const CALLS: Readonly<Record<SimulationCall, Call>> = {
  authorizations: {
    label: 'Authorize',
    lead: 'A merchant asks whether the card may pay.',
    subject: 'card',
    fields: AUTHORIZATION_FIELDS,
    required: ['amount', 'currency'],
  },
  'three-ds-challenges': {
    label: 'Challenge the cardholder',
    lead: 'An access control server asks for a one-time password, which the partner hears by a webhook.',
    subject: 'card',
    fields: ['amount', 'currency', 'merchant.name'],
    required: ['amount', 'currency'],
  },
  increments: {
    label: 'Increment',
    lead: 'The merchant asks for more on the same authorization.',
    subject: 'authorization',
    fields: ['amount', 'currency'],
    required: ['amount'],
  },
  reversals: {
    label: 'Reverse',
    lead: 'The merchant gives back what is held, or a part; without an amount all of it.',
    subject: 'authorization',
    fields: ['amount', 'currency'],
    required: [],
  },
  expiries: {
    label: 'Expire',
    lead: 'The hold lapses now, due or not.',
    subject: 'authorization',
    fields: [],
    required: [],
  },
  clearings: {
    label: 'Clear',
    lead: 'The purchase is presented and money is posted; without an authorization on the card alone.',
    subject: 'authorization-or-card',
    fields: ['amount', 'currency', 'final', ...MERCHANT, 'billingAmount'],
    required: ['amount'],
  },
  'clearing-corrections': {
    label: 'Correct a clearing',
    lead: 'The network says what a clearing should have been.',
    subject: 'clearing',
    fields: ['amount'],
    required: ['amount'],
  },
  refunds: {
    label: 'Refund',
    lead: 'The merchant gives money back; without an authorization on the card alone.',
    subject: 'authorization-or-card',
    fields: ['amount', 'currency', ...MERCHANT, 'billingAmount'],
    required: ['amount'],
  },
  'refund-reversals': {
    label: 'Reverse a refund',
    lead: 'A refund is taken back; without an amount all that is left.',
    subject: 'refund',
    fields: ['amount'],
    required: [],
  },
  duplicates: {
    label: 'Resend (duplicate)',
    lead: 'The message of an authorization once more, as from a network that has not heard the answer. Nothing changes.',
    subject: 'authorization',
    fields: [],
    required: [],
  },
  'out-of-order-pairs': {
    label: 'Out-of-order pair',
    lead: 'A reversal first, and the authorization that it reverses after it.',
    subject: 'card',
    fields: ['amount', 'currency', 'purpose', 'entryMode', ...MERCHANT, 'advice'],
    required: ['amount', 'currency'],
  },
  clock: {
    label: 'Move the clock',
    lead: 'The product’s clock moves for everybody, and what falls due on the way is run.',
    subject: 'none',
    fields: ['action', 'by', 'to'],
    required: ['action'],
  },
}

export const CALL_NAMES = Object.keys(CALLS) as SimulationCall[]

/** The field of the body that names what a call follows; with `authorization-or-card` it may be left out. */
export const SUBJECT_FIELDS = {
  authorization: 'authorizationId',
  'authorization-or-card': 'authorizationId',
  clearing: 'clearingId',
  refund: 'refundId',
} as const

export type SubjectField = (typeof SUBJECT_FIELDS)[keyof typeof SUBJECT_FIELDS]

export function subjectFieldOf(call: SimulationCall): SubjectField | undefined {
  const { subject } = CALLS[call]
  return subject === 'card' || subject === 'none' ? undefined : SUBJECT_FIELDS[subject]
}
