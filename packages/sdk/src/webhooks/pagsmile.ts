/**
 * Notifications of Pagsmile: plain JSON. The sender does not authenticate itself, so an address that nobody else knows is all
 * that tells the platform from anyone; ask the API before you act on what moves money.
 */
import { isRecord } from '../json.ts'
import type { AuthorizationRecord } from '../pagsmile/authorizations.ts'
import { textOf, WebhookError } from './webhook-error.ts'

type Head = {
  /** the same in every repetition */
  readonly request_id: string
  readonly partner_id: string
  /** when it was sent, `yyyy-MM-dd HH:mm:ss` in UTC */
  readonly timestamp: string
}

export type PagsmileWebhook = Head &
  (
    | { readonly kind: 'card-application'; readonly notify_type: 1; readonly biz_data: CardApplicationNotice }
    | { readonly kind: 'card-status'; readonly notify_type: 2; readonly biz_data: CardStatusNotice }
    | { readonly kind: 'holder-audit'; readonly notify_type: 3; readonly biz_data: HolderAuditNotice }
    | { readonly kind: 'authorization'; readonly notify_type: 4; readonly biz_data: AuthorizationRecord }
    | { readonly kind: 'one-time-password'; readonly notify_type: 6; readonly biz_data: OneTimePasswordNotice }
    /** of a type that this version does not know */
    | { readonly kind: 'unknown'; readonly notify_type: number; readonly biz_data: Readonly<Record<string, unknown>> }
  )

export type CardApplicationNotice = {
  readonly order_no: string
  /** empty where no card was made, or not yet */
  readonly card_token: string
  readonly card_pan: string
  readonly card_scheme: number
  readonly card_type: number
  readonly is_share_card?: boolean
  readonly order_count: number
  /** 3 being made, 5 completed, 8 failed */
  readonly order_status: number
  readonly holder_id: number | null
  readonly holder_name: string
}

export type CardStatusNotice = {
  readonly card_token: string
  readonly card_pan: string
  readonly pre_status: number
  readonly status: number
  readonly desc?: string
}

export type HolderAuditNotice = {
  readonly holder_id: number
  readonly pre_status: number
  readonly status: number
  /** why it was refused */
  readonly codes?: readonly string[]
  readonly remark?: string
}

export type OneTimePasswordNotice = {
  readonly validation_value: string
  readonly card_token: string
  readonly card_pan: string
  /** major units */
  readonly amount: string
  readonly currency: string
  /** Unix seconds */
  readonly created_seconds: number
  readonly merchant_name?: string
}

type Shape = Readonly<Record<string, 'string' | 'number'>>

/** What a receiver relies on; everything else may be missing in one version of the API or another. */
const KINDS: Readonly<Record<number, { readonly kind: PagsmileWebhook['kind']; readonly needs: Shape }>> = {
  1: { kind: 'card-application', needs: { order_no: 'string', card_token: 'string', order_status: 'number' } },
  2: { kind: 'card-status', needs: { card_token: 'string', pre_status: 'number', status: 'number' } },
  3: { kind: 'holder-audit', needs: { holder_id: 'number', pre_status: 'number', status: 'number' } },
  4: {
    kind: 'authorization',
    needs: {
      auth_id: 'string',
      data_type: 'string',
      card_token: 'string',
      bill_amount: 'string',
      bill_currency: 'string',
    },
  },
  6: { kind: 'one-time-password', needs: { validation_value: 'string', card_token: 'string', amount: 'string' } },
}

/**
 * @param body as it came
 * @param expected with `partnerId`, a message for another partner is refused
 * @throws WebhookError `too-large`, `malformed`, `encrypted`, `other-partner`
 */
export function parsePagsmileWebhook(
  body: string | Uint8Array,
  expected: { readonly partnerId?: string } = {},
): PagsmileWebhook {
  const message = objectOf(textOf(body))
  if (typeof message['sign_type'] === 'string' && message['sign_type'] !== '') {
    throw new WebhookError('encrypted', 'The notification is encrypted.')
  }
  const { request_id, partner_id, timestamp, notify_type, biz_data } = message
  if (typeof request_id !== 'string' || typeof partner_id !== 'string' || typeof timestamp !== 'string')
    throw malformed()
  if (typeof notify_type !== 'number' || !isRecord(biz_data)) throw malformed()
  if (expected.partnerId !== undefined && expected.partnerId !== partner_id) {
    throw new WebhookError('other-partner', 'The notification is for another partner.')
  }
  const known = Object.hasOwn(KINDS, notify_type) ? KINDS[notify_type] : undefined
  if (known !== undefined && !hasShape(biz_data, known.needs)) throw malformed()
  const kind = known?.kind ?? 'unknown'
  // what a receiver relies on was looked at; the rest has the types of the API's reference
  return { kind, request_id, partner_id, timestamp, notify_type, biz_data } as PagsmileWebhook
}

function hasShape(data: Readonly<Record<string, unknown>>, needs: Shape): boolean {
  return Object.entries(needs).every(([name, type]) => Object.hasOwn(data, name) && typeof data[name] === type)
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    throw malformed()
  }
  throw malformed()
}

function malformed(): WebhookError {
  return new WebhookError('malformed', 'The body is not a notification of the documented form.')
}
