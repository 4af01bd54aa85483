/**
 * Callbacks: what the platform posts to a merchant (docs), signed with HMAC-SHA256 (`Sign-Version` V1, docs). Amounts are
 * JSON numbers whose text counts: `100.00` stays `100.00`, as the signature is over the text.
 */
import { createHmac } from 'node:crypto'
import type { CardStatus } from '@openissuer/core/card/card.ts'
import { unreachable } from '@openissuer/core/errors.ts'
import type { CardOfEvent, DomainEvent, Happening, HappeningKind } from '@openissuer/core/event/domain-event.ts'
import { type Amount, formatDecimal } from '@openissuer/core/money/amount.ts'
import { Type } from 'typebox'
import { keysecureSecretContext } from '../../app/create-partner.ts'
import type { Ports } from '../../app/ports.ts'
import type { Message, ShownMessage, WebhookDialect } from '../../app/webhook-ports.ts'
import {
  authorizationRecord,
  type ConsumptionRecord,
  eventRecord,
  feeRecord,
  feeTotal,
  merchantInfoOf,
  standsAlone,
} from './consumption-record.ts'
import { CARD_STATUS_OF, COMMON_STATUSES, CONSUMPTION_TYPES } from './dictionary.ts'
import { cardholderNoOf, cardNoOf, notificationNoOf } from './ids.ts'

/** 15 s, 1 min, 5 min, 15 min, 1 h, 6 h, 24 h (proposed), each from the try before. */
const RETRY_DELAYS_MS = [15, 60, 300, 900, 3_600, 21_600, 86_400].map(seconds => seconds * 1_000)

/** (proposed) */
const TIMEOUT_MS = 5_000

/** Money that moves and states that change; this wire has no callback for the others. */
const KINDS: readonly HappeningKind[] = [
  'card-application',
  'card-status',
  'authorization',
  'partner-decision',
  'increment',
  'reversal',
  'expiry',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'card-fee',
]

/** The merchant of a callback; empty texts where the message named none. */
export const MerchantInfo = Type.Object({
  merchant_name: Type.String(),
  merchant_mcc: Type.String(),
  city: Type.String(),
  country: Type.String(),
})

/** What `data` of each callback holds. */
export const CALLBACK_DATA = {
  Consumption: Type.Object({
    consume_no: Type.String(),
    consume_relate_no: Type.String({ description: 'of the original; empty where there is none' }),
    card_no: Type.String(),
    cardholder_no: Type.String(),
    type: Type.Enum([...CONSUMPTION_TYPES]),
    amount: Type.Number({ description: 'in the currency of the card' }),
    local_amount: Type.Number(),
    local_currency: Type.String(),
    fee: Type.Number(),
    remark: Type.String(),
    detail: Type.String(),
    fee_detail: Type.Array(Type.Object({ fee_type: Type.String(), amount: Type.Number() })),
    merchant_info: MerchantInfo,
    status: Type.Enum([...COMMON_STATUSES]),
    time: Type.Integer({ description: 'Unix milliseconds' }),
  }),
  Card_update: Type.Object({
    card_no: Type.String(),
    before_status: Type.Enum([...new Set(Object.values(CARD_STATUS_OF))]),
    after_status: Type.Enum([...new Set(Object.values(CARD_STATUS_OF))]),
    reason: Type.String(),
    time: Type.Integer({ description: 'Unix milliseconds' }),
  }),
}

export type Signer = { readonly apiKey: string; readonly apiSecret: string }

export function keysecureCallbacks({ storage, vault }: Pick<Ports, 'storage' | 'vault'>): WebhookDialect {
  return {
    kinds: KINDS,
    retryDelaysMs: RETRY_DELAYS_MS,
    timeoutMs: TIMEOUT_MS,
    async teller(partnerId, apiKey) {
      const credential = await storage.read.keysecureCredential(apiKey)
      if (credential === undefined || credential.partnerId !== partnerId) return undefined
      const apiSecret = vault.openSecret(keysecureSecretContext(apiKey), credential.apiSecret)
      const signer = { apiKey, apiSecret }
      return {
        tell: (event, { wall }) => callbackOf(event, signer, wall),
        show: (event, { wall }) => shownCallback(event, signer, wall),
      }
    },
    acknowledges: (status, answer) => status === 200 && saysZero(answer),
  }
}

/** HTTP 200 and `code` 0 (docs). */
function saysZero(answer: string): boolean {
  try {
    const parsed: unknown = JSON.parse(answer)
    return typeof parsed === 'object' && parsed !== null && 'code' in parsed && parsed.code === 0
  } catch {
    return false
  }
}

/** @param at real time, as the receiver compares it with its own clock */
export function callbackOf(event: DomainEvent, signer: Signer, at: Temporal.Instant): Message | undefined {
  const told = contentOf(event)
  return told && signed(notificationNoOf(event.eventId, event.createdAt), told.action, told.data, signer, at)
}

function shownCallback(event: DomainEvent, signer: Signer, at: Temporal.Instant): ShownMessage | undefined {
  const told = contentOf(event)
  const message = callbackOf(event, signer, at)
  return (
    told &&
    message && {
      ...message,
      signature: {
        scheme: 'HMAC-SHA256 under the API secret, in hex',
        header: 'Signature',
        over: signedText(signer.apiKey, String(at.epochMilliseconds), told.data),
      },
    }
  )
}

/** A value of the wire; a number is its text. */
export type WireValue = string | NumberText | readonly WireValue[] | WireObject
export type WireObject = { readonly [name: string]: WireValue }

/** A JSON number as it is written. */
export class NumberText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Headers and body (docs); `appId` is the API key and the secret its API secret (proposed). */
export function signed(
  id: string,
  action: 'Auth' | 'Consumption' | 'Card_update',
  data: WireObject,
  { apiKey, apiSecret }: Signer,
  at: Temporal.Instant,
): Message {
  const timestamp = String(at.epochMilliseconds)
  return {
    headers: {
      'content-type': 'application/json',
      Timestamp: timestamp,
      Signature: signatureOf({ apiKey, apiSecret }, timestamp, data),
      'Sign-Version': 'V1',
      Timezone: 'UTC+8',
    },
    body: jsonText({ id, action, data }),
  }
}

/** Lower-case hexadecimal digits. */
export function signatureOf({ apiKey, apiSecret }: Signer, timestamp: string, data: WireObject): string {
  return createHmac('sha256', apiSecret)
    .update(signedText(apiKey, timestamp, data))
    .digest('hex')
}

/**
 * `key=value` pairs joined with `&`, in the order of their code units (docs). Texts stand as they are, everything else as
 * its JSON text; what `data` names like one of the two public pairs replaces it.
 */
export function signedText(apiKey: string, timestamp: string, data: WireObject): string {
  const pairs = new Map([
    ['appId', apiKey],
    ['timestamp', timestamp],
  ])
  for (const [name, value] of Object.entries(data)) {
    pairs.set(name, typeof value === 'string' ? value : jsonText(value))
  }
  const names = [...pairs.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  return names.map(name => `${name}=${pairs.get(name)}`).join('&')
}

/** Compact JSON in the order of the keys, as body and signature have to agree on it (proposed). */
function jsonText(value: WireValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value instanceof NumberText) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`)
    .join(',')}}`
}

type Content = { readonly action: 'Consumption' | 'Card_update'; readonly data: WireObject }

/** @returns undefined for what this wire does not tell */
function contentOf({ happening, createdAt }: DomainEvent): Content | undefined {
  switch (happening.kind) {
    case 'card-application':
      return applicationOf(happening, createdAt)
    case 'card-status':
      return cardUpdate(happening.card, happening.before, happening.after, happening.reason ?? '', createdAt)
    case 'authorization': {
      const record = authorizationRecord(happening.authorization, [], happening.inQuestion)
      return consumption(record, happening.card, createdAt)
    }
    case 'partner-decision':
      return consumption(authorizationRecord(happening.authorization, []), happening.card, createdAt)
    case 'card-fee':
      return feeContent(happening)
    case 'increment':
    case 'reversal':
    case 'expiry':
    case 'clearing':
    case 'clearing-correction':
    case 'refund':
    case 'refund-reversal':
      return laterContent(happening, createdAt)
    case 'cardholder-verification':
    case 'one-time-password':
    case 'card-load':
      return undefined
    default:
      return unreachable(happening)
  }
}

// Cards

/** The card that an application has led to (docs: `Card_update` after a card was applied for). */
function applicationOf(
  { card, cardholder }: Extract<Happening, { kind: 'card-application' }>,
  createdAt: Temporal.Instant,
): Content | undefined {
  if (card === null) return undefined
  return cardUpdate({ ...card, cardholder }, 'pending', card.status, '', createdAt)
}

/** @returns undefined where the wire knows one word for both states */
function cardUpdate(
  card: Pick<CardOfEvent, 'cardId' | 'createdAt' | 'cardholder'>,
  before: CardStatus,
  after: CardStatus,
  reason: string,
  createdAt: Temporal.Instant,
): Content | undefined {
  const [beforeStatus, afterStatus] = [CARD_STATUS_OF[before], CARD_STATUS_OF[after]]
  if (beforeStatus === afterStatus) return undefined
  return {
    action: 'Card_update',
    data: {
      card_no: cardNoOf(card),
      before_status: beforeStatus,
      after_status: afterStatus,
      reason,
      time: timeOf(createdAt),
    },
  }
}

// Consumptions

/** What becomes of an authorization shows that one anew (docs: again when fees are complete); the rest stands alone. */
function laterContent(
  { kind, event, authorization, card, fees }: Extract<Happening, { event: unknown }>,
  createdAt: Temporal.Instant,
): Content | undefined {
  // what the merchant has declined gives nothing back: its decision tells that the purchase itself has failed
  if (kind === 'reversal' && event.effect?.declineReason != null) return undefined
  if (authorization !== null && !standsAlone(event)) {
    return consumption(authorizationRecord(authorization, fees), card, createdAt)
  }
  // nothing to undo has arrived yet
  if (authorization === null && kind === 'reversal') return undefined
  return consumption(eventRecord(event, authorization, fees), card, createdAt)
}

/** A fee that was charged for a decision shows its consumption anew; one for the card is a consumption of its own. */
function feeContent({ fee, authorization, card }: Extract<Happening, { kind: 'card-fee' }>): Content {
  const record = authorization === null ? feeRecord(fee) : authorizationRecord(authorization, [fee])
  return consumption(record, card, fee.createdAt)
}

/** Fields in the order of the example (docs). */
function consumption(record: ConsumptionRecord, card: CardOfEvent, createdAt: Temporal.Instant): Content {
  return {
    action: 'Consumption',
    data: {
      consume_no: record.no,
      consume_relate_no: record.relateNo,
      card_no: cardNoOf(card),
      // a card that its partner ordered without a holder, through the other dialect
      cardholder_no: card.cardholder === null ? '' : cardholderNoOf(card.cardholder),
      type: record.type,
      amount: numberOf(record.amount),
      local_amount: numberOf(record.local),
      local_currency: record.local.currency,
      fee: numberOf(feeTotal(record)),
      remark: '',
      detail: '',
      fee_detail: record.fees.map(fee => ({ fee_type: fee.type, amount: numberOf(fee.amount) })),
      merchant_info: merchantInfoOf(record.merchant),
      status: record.status,
      time: timeOf(createdAt),
    },
  }
}

/** Two decimals at least, as in every example. */
function numberOf(amount: Amount): NumberText {
  return new NumberText(formatDecimal(amount, 2))
}

function timeOf(instant: Temporal.Instant): NumberText {
  return new NumberText(String(instant.epochMilliseconds))
}
