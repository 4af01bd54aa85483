/** The outbox as operators list it: what was announced, whether or not anybody was told. */
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { EventListFilter, ListedEvent, ListReader } from '../app/list-ports.ts'
import type { Fact } from '../app/webhook-ports.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'
import { factOf } from './outbox.ts'

type ListedEventRow = {
  outbox_id: bigint
  kind: HappeningKind
  payload: { example?: true }
  created_at: Temporal.Instant
  card_id: bigint | null
  token: string
  bin: string
  last_four: string
  event_id: bigint | null
  authorization_id: bigint | null
  transaction_minor: bigint
  transaction_currency: string
  billing_minor: bigint
  billing_currency: string
  decline_reason: DeclineReason | null
  merchant_name: string | null
}

export function listedEventOperations(database: Queryable): Pick<ListReader, 'listEvents'> {
  return {
    async listEvents(filter) {
      const where = conditionsOf(filter)
      const direction = filter.order === 'newest-first' ? 'desc' : 'asc'
      const { rows } = await database.query<ListedEventRow>(
        `select page.outbox_id, page.kind, page.payload, page.created_at, c.card_id, c.token, c.bin, c.last_four,
                x.event_id, x.authorization_id, x.transaction_minor, x.transaction_currency, x.billing_minor, x.billing_currency,
                case when page.kind = 'authorization' then z.decline_reason else x.detail ->> 'declineReason' end as decline_reason,
                coalesce(z.merchant_name, x.detail -> 'merchant' ->> 'name') as merchant_name
           from (select * from outbox o where ${where.sql} order by o.outbox_id ${direction} limit ${where.add(filter.limit)}) page
           left join card c on c.partner_id = page.partner_id and c.card_id = page.card_id
           left join authorization_event x on x.partner_id = page.partner_id and x.event_id = page.outbox_id
           left join card_authorization z on z.partner_id = x.partner_id and z.authorization_id = x.authorization_id
          order by page.outbox_id ${direction}`,
        where.values,
      )
      return rows.map(eventOf)
    },
  }
}

function conditionsOf(filter: EventListFilter): Conditions {
  return new Conditions('o.partner_id', filter.partnerId)
    .and(filter.kind, value => `o.kind = ${value}`)
    .and(filter.cardToken, value => `o.card_id = (select card_id from card where partner_id = $1 and token = ${value})`)
    .within(filter, 'o.created_at')
    .and(filter.after?.id, value => `o.outbox_id ${filter.order === 'newest-first' ? '<' : '>'} ${value}`)
}

function eventOf(row: ListedEventRow): ListedEvent {
  const example = row.payload.example === true
  return {
    eventId: row.outbox_id,
    kind: row.kind,
    example,
    createdAt: row.created_at,
    card:
      row.card_id === null ? null : { cardId: row.card_id, token: row.token, bin: row.bin, lastFour: row.last_four },
    message: row.event_id === null ? null : messageOf(row),
    fact: !example && isFact(row.kind) ? factOf(row.kind, row.payload) : null,
  }
}

function messageOf(row: ListedEventRow): NonNullable<ListedEvent['message']> {
  return {
    authorizationId: row.authorization_id,
    transactionAmount: amount(row.transaction_minor, currency(row.transaction_currency)),
    billingAmount: amount(row.billing_minor, currency(row.billing_currency)),
    declineReason: row.decline_reason,
    merchantName: row.merchant_name,
  }
}

const FACTS: Readonly<Record<Fact['kind'], true>> = {
  'card-application': true,
  'card-status': true,
  'cardholder-verification': true,
  'card-load': true,
  'card-fee': true,
  'partner-decision': true,
  'one-time-password': true,
}

function isFact(kind: HappeningKind): kind is Fact['kind'] {
  return Object.hasOwn(FACTS, kind)
}
