/** Callbacks of the KeySecure Open Platform: signed with HMAC-SHA256 under the API secret (`Sign-Version` V1). */
import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { CardStatus } from '../keysecure/cards.ts'
import type { ConsumptionType, FeeType, MerchantInfo } from '../keysecure/consumptions.ts'
import type { CommonStatus } from '../keysecure/resource.ts'
import { type HeaderSource, headerOf } from './headers.ts'
import { parseRawJson, type RawJson } from './raw-json.ts'
import { textOf, WebhookError } from './webhook-error.ts'

/** `id` is the same in every repetition. It and `action` are not covered by the signature. */
export type KeySecureCallback = AuthCallback | ConsumptionCallback | CardUpdateCallback

/** May this authorization stand? The answer has to be there within 800 ms. */
export type AuthCallback = {
  readonly id: string
  readonly action: 'Auth'
  readonly data: Purchase & { readonly status: 'Pending' }
}

/** A consumption as it is now: created, changed, or complete with its fees. */
export type ConsumptionCallback = {
  readonly id: string
  readonly action: 'Consumption'
  readonly data: Purchase & {
    /** what this one undoes; empty for none */
    readonly consume_relate_no: string
    /** the sum of `fee_detail` */
    readonly fee: string
    readonly remark: string
    readonly detail: string
    readonly fee_detail: readonly { readonly fee_type: FeeType; readonly amount: string }[]
    readonly status: CommonStatus
  }
}

export type CardUpdateCallback = {
  readonly id: string
  readonly action: 'Card_update'
  readonly data: {
    readonly card_no: string
    readonly before_status: CardStatus
    readonly after_status: CardStatus
    readonly reason: string
    /** Unix milliseconds */
    readonly time: number
  }
}

/** Amounts are decimal text in major units, exactly as the message has them. */
export type Purchase = {
  readonly consume_no: string
  readonly card_no: string
  readonly cardholder_no: string
  readonly type: ConsumptionType
  /** in the card's currency */
  readonly amount: string
  /** in the merchant's currency */
  readonly local_amount: string
  readonly local_currency: string
  readonly merchant_info: MerchantInfo
  /** Unix milliseconds */
  readonly time: number
}

export type ReceivedCallback = {
  /** the body as it came: JSON that was parsed before has lost what the signature is over */
  readonly body: string | Uint8Array
  readonly headers: HeaderSource
}

export type CallbackKeys = {
  readonly apiKey: string
  readonly apiSecret: string
  /** how far `Timestamp` may be from now, either way; 60,000 for `Auth` and 300,000 for the others unless said */
  readonly toleranceMs?: number
  /** milliseconds since 1970 */
  readonly now?: () => number
}

const TOLERANCE_MS = { Auth: 60_000, Consumption: 300_000, Card_update: 300_000 }

type Action = KeySecureCallback['action']

/**
 * What a callback says, once it is certain that the platform has said it.
 *
 * The signed text does not show where one value ends and the next begins, nor the action. So whatever the signature leaves
 * open is held against the documented form: the members of each action, their types, and the words that they may hold.
 *
 * @throws WebhookError `too-large`, `malformed`, `bad-signature`, `stale`, `unknown-action`
 */
export function verifyKeySecureCallback({ body, headers }: ReceivedCallback, keys: CallbackKeys): KeySecureCallback {
  const message = parseRawJson(textOf(body))
  const data = message?.members.get('data')
  if (message === undefined || data?.kind !== 'object') throw malformed()
  const timestamp = headerOf(headers, 'timestamp') ?? ''
  if (!isSigned(data, timestamp, headers, keys)) {
    throw new WebhookError('bad-signature', 'The signature is not that of the API secret.')
  }
  const id = message.members.get('id')
  const action = message.members.get('action')
  if (id?.kind !== 'string' || action?.kind !== 'string') throw malformed()
  if (!isAction(action.plain)) throw new WebhookError('unknown-action', 'The action is not known.')
  const { now = Date.now, toleranceMs = TOLERANCE_MS[action.plain] } = keys
  if (Math.abs(now() - Number(timestamp)) > toleranceMs) {
    throw new WebhookError('stale', 'The callback was signed too long ago, or ahead of time.')
  }
  return READERS[action.plain](id.plain, new Fields(data))
}

function isAction(text: string): text is Action {
  return Object.hasOwn(TOLERANCE_MS, text)
}

/** A member of the same name would take the place of what is signed of the headers. */
const SIGNED_HEADERS = ['appId', 'timestamp']

function isSigned(
  data: RawJson,
  timestamp: string,
  headers: HeaderSource,
  { apiKey, apiSecret }: CallbackKeys,
): boolean {
  const given = headerOf(headers, 'signature') ?? ''
  const version = headerOf(headers, 'sign-version') ?? 'V1'
  if (version !== 'V1' || !/^\d{13}$/.test(timestamp) || SIGNED_HEADERS.some(name => data.members.has(name)))
    return false
  const text = signedText(apiKey, timestamp, data)
  const expected = createHmac('sha256', apiSecret).update(text, 'utf8').digest('hex')
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given, 'latin1'), Buffer.from(expected, 'latin1'))
  )
}

/** `name=value` pairs in the order of their code units, joined with `&`; texts without quotes, members that are null left out. */
function signedText(apiKey: string, timestamp: string, data: RawJson): string {
  const given = [...data.members].filter(([, member]) => member.text !== 'null')
  const pairs: [string, string][] = [
    ...given.map(([name, { plain }]): [string, string] => [name, plain]),
    ['appId', apiKey],
    ['timestamp', timestamp],
  ]
  return pairs
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const CONSUMPTION_TYPES: readonly ConsumptionType[] = [
  'Open_card',
  'Consumption',
  'Atm',
  'Manage_fee',
  'Reversal',
  'Refund',
]
const COMMON_STATUSES: readonly CommonStatus[] = ['Pending', 'Success', 'Fail']
const CARD_STATUSES: readonly CardStatus[] = ['Pending', 'ToActivate', 'Activated', 'Frozen', 'Delete', 'Fail']

const READERS: { readonly [A in Action]: (id: string, fields: Fields) => Extract<KeySecureCallback, { action: A }> } = {
  Auth: (id, fields) => ({
    id,
    action: 'Auth',
    data: { ...purchaseOf(fields), status: fields.oneOf('status', ['Pending']) },
  }),
  Consumption: (id, fields) => ({
    id,
    action: 'Consumption',
    data: {
      ...purchaseOf(fields),
      consume_relate_no: fields.text('consume_relate_no'),
      fee: fields.amount('fee'),
      remark: fields.text('remark'),
      detail: fields.text('detail'),
      fee_detail: fields.rows('fee_detail').map(row => ({
        // a fee of a new kind is no reason to lose the message
        fee_type: row.text('fee_type') as FeeType,
        amount: row.amount('amount'),
      })),
      status: fields.oneOf('status', COMMON_STATUSES),
    },
  }),
  Card_update: (id, fields) => ({
    id,
    action: 'Card_update',
    data: {
      card_no: fields.text('card_no'),
      before_status: fields.oneOf('before_status', CARD_STATUSES),
      after_status: fields.oneOf('after_status', CARD_STATUSES),
      reason: fields.text('reason'),
      time: fields.time('time'),
    },
  }),
}

function purchaseOf(fields: Fields): Purchase {
  const merchant = fields.object('merchant_info')
  return {
    consume_no: fields.text('consume_no'),
    card_no: fields.text('card_no'),
    cardholder_no: fields.text('cardholder_no'),
    type: fields.oneOf('type', CONSUMPTION_TYPES),
    amount: fields.amount('amount'),
    local_amount: fields.amount('local_amount'),
    local_currency: fields.text('local_currency'),
    merchant_info: {
      merchant_name: merchant.text('merchant_name'),
      merchant_mcc: merchant.text('merchant_mcc'),
      city: merchant.text('city'),
      country: merchant.text('country'),
    },
    time: fields.time('time'),
  }
}

/** Members of an object, each of the type that is asked for, or else `malformed`. */
class Fields {
  readonly #members: ReadonlyMap<string, RawJson>

  constructor({ members }: RawJson) {
    this.#members = members
  }

  /** null and absent are an empty text: the platform leaves out what is null. */
  text(name: string): string {
    const member = this.#members.get(name)
    if (member === undefined || member.text === 'null') return ''
    if (member.kind !== 'string') throw malformed()
    return member.plain
  }

  oneOf<const T extends string>(name: string, words: readonly T[]): T {
    const text = this.text(name)
    const word = words.find(each => each === text)
    if (word === undefined) throw malformed()
    return word
  }

  amount(name: string): string {
    const member = this.#members.get(name)
    if (member?.kind !== 'number' || !/^-?\d{1,18}(?:\.\d{1,12})?$/.test(member.text)) throw malformed()
    return member.text
  }

  time(name: string): number {
    const member = this.#members.get(name)
    if (member?.kind !== 'number' || !/^\d{1,15}$/.test(member.text)) throw malformed()
    return Number(member.text)
  }

  object(name: string): Fields {
    const member = this.#members.get(name)
    if (member?.kind !== 'object') throw malformed()
    return new Fields(member)
  }

  rows(name: string): readonly Fields[] {
    const member = this.#members.get(name)
    if (member?.kind !== 'array' || member.items.some(item => item.kind !== 'object')) throw malformed()
    return member.items.map(item => new Fields(item))
  }
}

function malformed(): WebhookError {
  return new WebhookError('malformed', 'The body is not a callback of the documented form.')
}
