/**
 * Notifications: what Pagsmile posts to a partner's webhook. Envelope and fields (docs); plain JSON, not encrypted, as an
 * empty `sign_type` says (docs); the sender does not authenticate itself.
 */
import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { nameOf } from '@openissuer/core/cardholder/cardholder.ts'
import { unreachable } from '@openissuer/core/errors.ts'
import type { CardOfEvent, DomainEvent, Happening } from '@openissuer/core/event/domain-event.ts'
import { formatDecimal } from '@openissuer/core/money/amount.ts'
import { type TObject, Type } from 'typebox'
import { openPassword } from '../../app/challenge-cardholder.ts'
import type { Ports, Vault } from '../../app/ports.ts'
import type { Message, ShownMessage, TellingTime, WebhookDialect } from '../../app/webhook-ports.ts'
import {
  AmountText,
  CardToken,
  CurrencyText,
  IdNumber,
  MaskedPan,
  nullable,
  numberFor,
  TimeText,
  Token,
} from './answers.ts'
import { ApplicationStatus } from './applications.ts'
import { CardRecordRow, encodeRecord } from './authorizations.ts'
import { formatDateTime } from './dates.ts'
import {
  APPLY_CARD_SCHEME,
  AUDIT_STATUSES,
  CARD_SCHEMES,
  CARD_STATUSES,
  CARD_TYPES,
  NOTIFY_TYPES,
  ORDER_PROCESSING,
  ORDER_STATUSES,
  REJECTION_CODE_OTHER,
} from './dictionary.ts'
import { idNumber } from './ids.ts'

/** 10 s, 1 min, 5 min, 30 min, 2 h, 6 h, 24 h, each from the try before (docs; from which try, proposed). */
const RETRY_DELAYS_MS = [10, 60, 300, 1_800, 7_200, 21_600, 86_400].map(seconds => seconds * 1_000)

/** (proposed) */
const TIMEOUT_MS = 10_000

/** `desc` and `remark` (docs). */
const TEXT_LENGTH_MAX = 128

export function pagsmileNotifications({
  storage,
  vault,
}: Pick<Ports, 'storage'> & Pick<Telling, 'vault'>): WebhookDialect {
  return {
    kinds: Object.keys(NOTIFY_TYPES) as (keyof typeof NOTIFY_TYPES)[],
    retryDelaysMs: RETRY_DELAYS_MS,
    timeoutMs: TIMEOUT_MS,
    async teller(partnerId, credential) {
      const app = await storage.read.pagsmileApp(credential)
      if (app === undefined || app.partnerId !== partnerId) return undefined
      const tell = (event: DomainEvent, { product }: TellingTime) =>
        notificationOf(event, { partnerNo: app.partnerNo, at: product, vault })
      return { tell, show: (event, at) => unsigned(tell(withoutPassword(event), at)) }
    },
    // whatever the body says (proposed)
    acknowledges: status => status === 200,
  }
}

function unsigned(message: Message | undefined): ShownMessage | undefined {
  return message && { ...message, signature: null }
}

function withoutPassword(event: DomainEvent): DomainEvent {
  const { happening } = event
  return happening.kind === 'one-time-password'
    ? { ...event, happening: { ...happening, password: happening.password && { clear: HIDDEN } } }
    : event
}

const HIDDEN = '******'

/** What `biz_data` of each `notify_type` holds. */
export const NOTIFICATION_DATA = {
  1: Type.Object({
    order_no: Type.String(),
    card_token: CardToken,
    card_pan: Type.String({ description: 'masked; empty until the card is made' }),
    card_scheme: numberFor(CARD_SCHEMES),
    card_type: numberFor(CARD_TYPES),
    is_share_card: Type.Boolean(),
    order_count: Type.Integer(),
    order_status: ApplicationStatus,
    holder_id: nullable(IdNumber),
    holder_name: Type.String(),
  }),
  2: Type.Object({
    card_token: Token,
    card_pan: MaskedPan,
    pre_status: numberFor(CARD_STATUSES),
    status: numberFor(CARD_STATUSES),
    desc: Type.String({ maxLength: TEXT_LENGTH_MAX }),
  }),
  3: Type.Object({
    holder_id: IdNumber,
    pre_status: numberFor(AUDIT_STATUSES),
    status: numberFor(AUDIT_STATUSES),
    codes: Type.Array(Type.String()),
    remark: Type.String({ maxLength: TEXT_LENGTH_MAX }),
  }),
  4: CardRecordRow,
  6: Type.Object({
    validation_value: Type.String({ description: 'the password' }),
    amount: AmountText,
    currency: CurrencyText,
    card_token: Token,
    card_pan: MaskedPan,
    created_seconds: Type.Integer({ description: 'Unix seconds' }),
    merchant_name: Type.String(),
  }),
} as const satisfies Readonly<Record<(typeof NOTIFY_TYPES)[keyof typeof NOTIFY_TYPES], TObject>>

/** The envelope of a notification around its business data. */
export function notificationSchema(type: keyof typeof NOTIFICATION_DATA) {
  const empty = Type.Literal('')
  return Type.Object({
    partner_id: Type.String(),
    app_id: empty,
    timestamp: TimeText,
    version: Type.Literal('1.0'),
    random_key: Type.Union([empty, Type.Null()]),
    sign_type: empty,
    request_id: Type.String({ pattern: '^IC[0-9]+$', description: 'the same in every repetition' }),
    notify_type: Type.Literal(type),
    biz_data: NOTIFICATION_DATA[type],
  })
}

type Telling = {
  readonly partnerNo: string
  /** when it is sent; a repetition has the same `request_id` (proposed) and a new `timestamp` */
  readonly at: Temporal.Instant
  readonly vault: Pick<Vault, 'openSecret'>
}

export function notificationOf(event: DomainEvent, { partnerNo, at, vault }: Telling): Message | undefined {
  const { happening } = event
  if (happening.kind === 'card-load' || happening.kind === 'card-fee') return undefined
  const bizData =
    happening.kind === 'one-time-password' ? passwordOf(event, happening, at, vault) : bizDataOf(happening)
  if (bizData === undefined) return undefined
  const envelope = {
    partner_id: partnerNo,
    // empty in every example (docs)
    app_id: '',
    timestamp: formatDateTime(at),
    version: '1.0',
    random_key: '',
    sign_type: '',
    request_id: requestIdOf(event),
    notify_type: NOTIFY_TYPES[happening.kind],
    biz_data: bizData,
  }
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(envelope) }
}

/** `IC` and 19 digits (docs). */
function requestIdOf({ eventId }: DomainEvent): string {
  return `IC1${eventId.toString().padStart(18, '0')}`
}

/** @returns undefined for a reversal that came before what it reverses: there is nothing to show yet */
function bizDataOf(
  happening: Exclude<Happening, { kind: 'card-load' | 'card-fee' | 'one-time-password' }>,
): object | undefined {
  switch (happening.kind) {
    case 'card-application':
      return applicationOf(happening)
    case 'card-status':
      return {
        ...cardOf(happening.card),
        pre_status: CARD_STATUSES[happening.before],
        status: CARD_STATUSES[happening.after],
        desc: shortened(happening.reason ?? ''),
      }
    case 'cardholder-verification':
      return {
        holder_id: idNumber(happening.cardholderId),
        pre_status: AUDIT_STATUSES[happening.before],
        status: AUDIT_STATUSES[happening.after],
        codes: codesOf(happening),
        remark: shortened(happening.rejection ?? ''),
      }
    // what its partner is asked about is told once it is decided (proposed)
    case 'authorization':
      return happening.inQuestion ? undefined : encodeRecord(happening)
    case 'partner-decision':
      return encodeRecord({ kind: 'authorization', authorization: happening.authorization })
    case 'reversal':
      // of what the partner has declined: its decision has told it
      return happening.event.effect?.declineReason == null ? authorizationAnew(happening) : undefined
    case 'increment':
      return authorizationAnew(happening)
    case 'expiry':
    case 'clearing':
    case 'clearing-correction':
    case 'refund':
    case 'refund-reversal':
      return encodeRecord({ ...happening, kind: 'event' })
    default:
      return unreachable(happening)
  }
}

/** What changes an authorization and has no row of its own shows that one anew (proposed). */
function authorizationAnew({ authorization }: Extract<Happening, { event: unknown }>) {
  return authorization === null ? undefined : encodeRecord({ kind: 'authorization', authorization })
}

/** Those that the operator has given; a refusal without any is of the other kind (proposed). */
function codesOf({ codes, rejection }: Extract<Happening, { kind: 'cardholder-verification' }>): readonly string[] {
  if (codes.length > 0 || rejection === null) return codes
  return [REJECTION_CODE_OTHER]
}

/**
 * Token and PAN stay empty where no card was made, and while a physical one is being made; that it is made is a change of
 * its status (proposed).
 */
function applicationOf({ application, cardholder, card }: Extract<Happening, { kind: 'card-application' }>) {
  const { terms } = application
  const made = card !== null && card.status !== 'pending'
  return {
    order_no: application.orderNo,
    card_token: made ? card.token : '',
    card_pan: made ? maskedPanOf(card) : '',
    card_scheme: card === null ? APPLY_CARD_SCHEME : CARD_SCHEMES[card.network],
    card_type: CARD_TYPES[terms.form],
    is_share_card: terms.funding.kind === 'shared',
    order_count: 1,
    order_status: card === null || made ? ORDER_STATUSES[application.status] : ORDER_PROCESSING,
    holder_id: cardholder === null ? null : idNumber(cardholder.cardholderId),
    holder_name: cardholder === null ? '' : (nameOf(cardholder) ?? ''),
  }
}

/** @returns undefined where the password passes no more, so that a late repetition does not carry it about (proposed) */
function passwordOf(
  { partnerId, eventId, createdAt }: DomainEvent,
  { card, password, amount, merchantName }: Extract<Happening, { kind: 'one-time-password' }>,
  at: Temporal.Instant,
  vault: Pick<Vault, 'openSecret'>,
) {
  if (password === null) return undefined
  if ('sealed' in password && Temporal.Instant.compare(at, password.expiresAt) >= 0) return undefined
  return {
    validation_value:
      'clear' in password ? password.clear : openPassword(vault, { partnerId, challengeId: eventId }, password.sealed),
    amount: formatDecimal(amount, 2),
    currency: amount.currency,
    ...cardOf(card),
    created_seconds: Math.floor(createdAt.epochMilliseconds / 1_000),
    merchant_name: merchantName ?? '',
  }
}

function cardOf(card: CardOfEvent) {
  return { card_token: card.token, card_pan: maskedPanOf(card) }
}

/** Cut by code points, so that no half of a character is left. */
function shortened(text: string): string {
  return Array.from(text).slice(0, TEXT_LENGTH_MAX).join('')
}
