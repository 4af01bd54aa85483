/** `openissuer simulate`: plays the card network. Every verb is a row of a table; its options name the fields of the call. */
import type { Command } from 'commander'
import { withConnection } from '../connection.ts'
import { example } from '../example.ts'
import type { Terminal } from '../terminal.ts'

export type Verb = {
  readonly about: string
  readonly fields: readonly FieldName[]
  /** that the call cannot do without, beyond the name of a card or an original */
  readonly required?: readonly FieldName[]
  readonly example: string
}

/** Where the value of an option goes in the body: `merchant.name` is a member of `merchant`. */
type Field = { readonly flag: string; readonly path: string; readonly about: string }

const FIELDS = {
  card: {
    flag: '--card <token>',
    path: 'cardToken',
    about: 'the card by its token; the newest unless something is named',
  },
  pan: { flag: '--pan <pan>', path: 'pan', about: 'the card by its number; others on this machine can see it' },
  authorization: {
    flag: '--authorization <id>',
    path: 'authorizationId',
    about: 'the authorization it follows; the newest unless something is named',
  },
  originalKey: { flag: '--original-key <key>', path: 'originalKey', about: 'the --key of the original, with its card' },
  clearing: { flag: '--clearing <eventId>', path: 'clearingId', about: 'the clearing that was wrong' },
  refund: { flag: '--refund <eventId>', path: 'refundId', about: 'the refund that is taken back' },
  amount: { flag: '--amount <amount>', path: 'amount', about: 'major units: 12.34' },
  currency: { flag: '--currency <code>', path: 'currency', about: 'ISO 4217' },
  billingAmount: {
    flag: '--billing-amount <amount>',
    path: 'billingAmount',
    about: "as the network has converted it into the card's currency",
  },
  purpose: {
    flag: '--purpose <purpose>',
    path: 'purpose',
    about: 'purchase (the default), cash, refund, verification, balance-inquiry',
  },
  entryMode: {
    flag: '--entry-mode <mode>',
    path: 'entryMode',
    about: 'chip, contactless, magstripe, ecommerce, manual, recurring',
  },
  merchantId: { flag: '--merchant-id <id>', path: 'merchant.id', about: 'at most 32 characters' },
  merchantName: { flag: '--merchant <name>', path: 'merchant.name', about: 'name of the merchant' },
  mcc: { flag: '--mcc <code>', path: 'merchant.mcc', about: 'merchant category, 4 digits' },
  country: { flag: '--country <code>', path: 'merchant.country', about: 'of the merchant, ISO 3166-1 alpha-2' },
  city: { flag: '--city <name>', path: 'merchant.city', about: 'of the merchant' },
  acquirer: { flag: '--acquirer <id>', path: 'merchant.acquirerId', about: 'at most 13 characters' },
  expiry: { flag: '--expiry <YYMM>', path: 'cardData.expiry', about: 'compared with the card' },
  cvv2: { flag: '--cvv2 <digits>', path: 'cardData.cvv2', about: 'compared with the card' },
  pin: { flag: '--pin <digits>', path: 'cardData.pin', about: 'compared with the card' },
  threeDsResult: {
    flag: '--3ds-result <result>',
    path: 'threeDs.result',
    about: 'authenticated, attempted, failed, unavailable, not-performed',
  },
  threeDsEci: { flag: '--3ds-eci <eci>', path: 'threeDs.eci', about: '05, 06, 07; with Mastercard 02, 01, 00' },
  threeDsVersion: { flag: '--3ds-version <version>', path: 'threeDs.version', about: '2.1.0, 2.2.0, 2.3.1' },
  threeDsId: { flag: '--3ds-transaction <uuid>', path: 'threeDs.dsTransactionId', about: 'of the directory server' },
  challenge: {
    flag: '--challenge <id>',
    path: 'threeDsChallenge.challengeId',
    about: 'answers a challenge, instead of --3ds-…',
  },
  password: { flag: '--password <digits>', path: 'threeDsChallenge.password', about: 'what the cardholder typed' },
  partial: { flag: '--partial-approval', path: 'partialApproval', about: 'the merchant accepts less' },
  advice: { flag: '--advice', path: 'advice', about: 'it has happened already: recorded, never declined' },
  forceDecline: {
    flag: '--force-decline <reason>',
    path: 'forceDecline',
    about: 'declined for this reason, whatever limits and money say',
  },
  final: { flag: '--final', path: 'final', about: 'no other clearing is expected' },
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof FIELDS

const MERCHANT: readonly FieldName[] = ['merchantId', 'merchantName', 'mcc', 'country', 'city', 'acquirer']
const ORIGINAL: readonly FieldName[] = ['authorization', 'originalKey', 'card', 'pan']
const POSTING: readonly FieldName[] = [...ORIGINAL, 'amount', 'currency', 'billingAmount', ...MERCHANT]

export const VERBS = {
  authorization: {
    about: 'a request for money, decided as it would be for real',
    fields: [
      'card',
      'pan',
      'amount',
      'currency',
      'billingAmount',
      'purpose',
      'entryMode',
      ...MERCHANT,
      'expiry',
      'cvv2',
      'pin',
      'threeDsResult',
      'threeDsEci',
      'threeDsVersion',
      'threeDsId',
      'challenge',
      'password',
      'partial',
      'advice',
      'forceDecline',
    ],
    required: ['amount'],
    example: 'openissuer simulate authorization --card 450620141926 --amount 12.34 --merchant "Blue Bikes" --mcc 5940',
  },
  'three-ds-challenge': {
    about: 'asks the cardholder for a one-time password, which the partner hears',
    fields: ['card', 'pan', 'amount', 'currency', ...MERCHANT],
    required: ['amount'],
    example: 'openissuer simulate three-ds-challenge --card 450620141926 --amount 12.34 --merchant "Blue Bikes"',
  },
  increment: {
    about: 'more money on an open authorization',
    fields: [...ORIGINAL, 'amount', 'currency'],
    required: ['amount'],
    example: 'openissuer simulate increment --authorization 100000000002 --amount 5.00',
  },
  reversal: {
    about: 'gives back what is held, or a part of it',
    fields: [...ORIGINAL, 'amount', 'currency'],
    example: 'openissuer simulate reversal --authorization 100000000002 --amount 5.00',
  },
  expiry: {
    about: 'lets the hold lapse now, due or not',
    fields: ['authorization'],
    example: 'openissuer simulate expiry --authorization 100000000002',
  },
  clearing: {
    about: 'the merchant claims the money',
    fields: [...POSTING, 'final'],
    required: ['amount'],
    example: 'openissuer simulate clearing --authorization 100000000002 --amount 12.34 --final',
  },
  'clearing-correction': {
    about: 'what a clearing should have been',
    fields: ['clearing', 'originalKey', 'card', 'pan', 'amount'],
    required: ['amount'],
    example: 'openissuer simulate clearing-correction --clearing 100000000007 --amount 10.00',
  },
  refund: {
    about: 'the merchant gives money back',
    fields: POSTING,
    required: ['amount'],
    example: 'openissuer simulate refund --authorization 100000000002 --amount 2.00',
  },
  'refund-reversal': {
    about: 'takes a refund back, or what is left of it',
    fields: ['refund', 'originalKey', 'card', 'pan', 'amount'],
    example: 'openissuer simulate refund-reversal --refund 100000000009',
  },
  duplicate: {
    about: 'the message of an authorization once more',
    fields: ORIGINAL,
    example: 'openissuer simulate duplicate --authorization 100000000002',
  },
  'out-of-order-pair': {
    about: 'a reversal first and its authorization after it',
    fields: ['card', 'pan', 'amount', 'currency', 'purpose', 'entryMode', 'advice', ...MERCHANT],
    required: ['amount'],
    example: 'openissuer simulate out-of-order-pair --card 450620141926 --amount 12.50',
  },
} as const satisfies Record<string, Verb>

export type VerbName = keyof typeof VERBS

/** Verbs whose call needs a currency; the others take that of the card. */
const WITH_CURRENCY: readonly VerbName[] = ['authorization', 'three-ds-challenge', 'out-of-order-pair']

export function define(simulate: Command, terminal: Terminal): void {
  example(simulate, VERBS.authorization.example)
  for (const [name, verb] of Object.entries(VERBS) as [VerbName, Verb][]) {
    const command = simulate.command(name).description(verb.about)
    for (const each of new Set(verb.fields)) {
      const { flag, about } = FIELDS[each]
      const isRequired = verb.required?.includes(each) === true
      if (each === 'currency' && WITH_CURRENCY.includes(name)) command.option(flag, about, 'USD')
      else if (isRequired) command.requiredOption(flag, about)
      else command.option(flag, about)
    }
    command.option('--key <key>', 'the match key of the message: repeated, it is the same message again')
    example(withConnection(command), verb.example).action(async (options: Record<string, unknown>) => {
      const { simulateMessage } = await import('../operator/simulate.ts')
      await simulateMessage(terminal, name, bodyOf(command, verb.fields), options)
    })
  }
}

/** The body of the call: each option that was given at its place. */
function bodyOf(command: Command, fields: readonly FieldName[]): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const name of new Set(fields)) {
    const { flag, path } = FIELDS[name]
    const option = command.options.find(each => each.flags === flag)
    const value: unknown = option === undefined ? undefined : command.getOptionValue(option.attributeName())
    if (value === undefined) continue
    const [outer = '', inner] = path.split('.')
    if (inner === undefined) body[outer] = value
    else body[outer] = { ...(body[outer] as object | undefined), [inner]: value }
  }
  return body
}
