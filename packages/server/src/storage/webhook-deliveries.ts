import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type {
  DeliveryState,
  WebhookAttempt,
  WebhookDelivery,
  WebhookReader,
  WebhookTransaction,
} from '../app/webhook-ports.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'
import { domainEvents } from './domain-events.ts'

type DeliveryRow = {
  partner_id: bigint
  outbox_id: bigint
  endpoint_id: bigint
  kind: HappeningKind
  card_id: bigint | null
  state: DeliveryState
  attempts: number
  due_at: Temporal.Instant | null
  delivered_at: Temporal.Instant | null
  last_status: number | null
  last_error: string | null
  created_at: Temporal.Instant
}

type AttemptRow = {
  attempt_no: number
  attempted_at: Temporal.Instant
  latency_ms: number
  status: number | null
  answer: string | null
  error: string | null
}

type DeliveryOperations = Pick<
  WebhookReader & WebhookTransaction,
  | 'webhookDeliveries'
  | 'webhookDelivery'
  | 'domainEvent'
  | 'webhookAttempts'
  | 'cancelWebhookDeliveries'
  | 'requeueWebhookDelivery'
  | 'replayWebhookEvents'
  | 'announceExample'
>

export function webhookDeliveryOperations(database: Queryable): DeliveryOperations {
  return {
    async webhookDeliveries(filter) {
      const where = new Conditions('d.partner_id', filter.partnerId)
        .and(filter.endpointId, value => `d.endpoint_id = ${value}`)
        .and(filter.state, value => `d.state = ${value}`)
        .and(filter.kind, value => `d.kind = ${value}`)
        .and(
          filter.cardToken,
          value => `d.card_id = (select card_id from card where partner_id = $1 and token = ${value})`,
        )
        .and(filter.eventId, value => `d.outbox_id = ${value}`)
        .and(filter.authorizationId, value => `d.outbox_id = any(array(${eventsOfAuthorization(value)}))`)
        .within(filter, 'd.created_at')
      const { before } = filter
      const after =
        before === undefined
          ? ''
          : `and (d.outbox_id, d.endpoint_id) < (${where.add(before.eventId)}::bigint, ${where.add(before.endpointId)}::bigint)`
      const { rows } = await database.query<DeliveryRow>(
        `select * from webhook_delivery d where ${where.sql} ${after}
          order by d.outbox_id desc, d.endpoint_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(deliveryOf)
    },

    async webhookDelivery(partnerId, eventId, endpointId) {
      const { rows } = await database.query<DeliveryRow>(
        'select * from webhook_delivery where partner_id = $1 and outbox_id = $2 and endpoint_id = $3',
        [partnerId, eventId, endpointId],
      )
      return rows[0] && deliveryOf(rows[0])
    },

    async domainEvent(partnerId, eventId) {
      const event = (await domainEvents(database, partnerId, [eventId])).get(eventId)
      return event ?? new Error(`event ${eventId} was not read`)
    },

    async webhookAttempts(partnerId, eventId, endpointId) {
      const { rows } = await database.query<AttemptRow>(
        `select attempt_no, attempted_at, latency_ms, status, answer, error from webhook_attempt
          where partner_id = $1 and outbox_id = $2 and endpoint_id = $3 order by attempt_no`,
        [partnerId, eventId, endpointId],
      )
      return rows.map(attemptOf)
    },

    async cancelWebhookDeliveries(partnerId, endpointId) {
      await database.query(
        `update webhook_delivery set state = 'cancelled', due_at = null
          where partner_id = $1 and endpoint_id = $2 and state = 'pending'`,
        [partnerId, endpointId],
      )
    },

    async requeueWebhookDelivery(partnerId, eventId, endpointId) {
      await database.query(
        `with numbered as (
           update webhook_endpoint set last_seq = last_seq + 1 where partner_id = $1 and endpoint_id = $3 returning last_seq
         )
         update webhook_delivery d
            set state = 'pending', seq = n.last_seq, failures = 0, due_at = null, delivered_at = null
           from numbered n
          where d.partner_id = $1 and d.outbox_id = $2 and d.endpoint_id = $3
            and (d.state <> 'pending' or d.due_at is not null)`,
        [partnerId, eventId, endpointId],
      )
    },

    async replayWebhookEvents({ partnerId, endpointId, kinds }, since) {
      const { rowCount } = await database.query(
        `with wanted as (
           select o.outbox_id, o.kind, o.card_id, o.created_at, e.last_seq + row_number() over (order by o.created_at, o.outbox_id) as seq
             from outbox o join webhook_endpoint e on e.partner_id = o.partner_id and e.endpoint_id = $2
            where o.partner_id = $1 and o.created_at >= $3 and o.kind = any($4::text[])
              and o.payload->>'example' is null
         ), numbered as (
           update webhook_endpoint set last_seq = greatest(last_seq, (select max(seq) from wanted))
            where partner_id = $1 and endpoint_id = $2
         )
         insert into webhook_delivery as d (partner_id, outbox_id, endpoint_id, seq, kind, card_id, state, created_at)
         select $1, outbox_id, $2, seq, kind, card_id, 'pending', created_at from wanted
         on conflict (partner_id, outbox_id, endpoint_id) do update
           set state = 'pending', seq = excluded.seq, failures = 0, due_at = null, delivered_at = null
         where d.state <> 'pending' or d.due_at is not null`,
        [partnerId, endpointId, since.toString(), kinds],
      )
      return rowCount ?? 0
    },

    async announceExample({ partnerId, endpointId }, { eventId, kind, createdAt }) {
      await database.query(
        `with announced as (
           insert into outbox (partner_id, outbox_id, kind, payload, created_at) values ($1, $2, $3, '{"example": true}', $4)
         ), numbered as (
           update webhook_endpoint set last_seq = last_seq + 1 where partner_id = $1 and endpoint_id = $5 returning last_seq
         )
         insert into webhook_delivery (partner_id, outbox_id, endpoint_id, seq, kind, state, created_at)
         select $1, $2, $5, last_seq, $3, 'pending', $4 from numbered`,
        [partnerId, eventId, kind, createdAt.toString(), endpointId],
      )
    },
  }
}

/** Longer than any SQL transaction takes from a fee to its announcement. */
const ANNOUNCED_WITHIN = `interval '10 seconds'`

/**
 * Ids of what was announced of an authorization. Its messages are announced under their own ids; fees and what its partner
 * has decided have others, and are looked for where they were announced, at the time of their rows.
 *
 * @param id the parameter that names it; $1 names the partner
 */
function eventsOfAuthorization(id: string): string {
  return `
    with message as (
      select ${id}::bigint as id
      union all
      select event_id from authorization_event
       where partner_id = $1 and authorization_id = ${id}::bigint and event_id <> authorization_id
    ), fee as (
      select fee_id, created_at from card_fee
       where partner_id = $1 and about_id = any(array(select id from message))
    ), decision as (
      select created_at from partner_decision where partner_id = $1 and authorization_id = ${id}::bigint
    )
    select id from message
    union all
    select o.outbox_id from fee f join outbox o
        on o.partner_id = $1 and o.kind = 'card-fee' and o.payload ->> 'feeId' = f.fee_id::text
       and o.created_at >= f.created_at and o.created_at <= f.created_at + ${ANNOUNCED_WITHIN}
    union all
    select o.outbox_id from decision d join outbox o
        on o.partner_id = $1 and o.kind = 'partner-decision' and o.payload ->> 'authorizationId' = ${id}::bigint::text
       and o.created_at >= d.created_at and o.created_at <= d.created_at + ${ANNOUNCED_WITHIN}`
}

function deliveryOf(row: DeliveryRow): WebhookDelivery {
  return {
    partnerId: row.partner_id,
    eventId: row.outbox_id,
    endpointId: row.endpoint_id,
    kind: row.kind,
    cardId: row.card_id,
    state: row.state,
    attempts: row.attempts,
    dueAt: row.due_at,
    deliveredAt: row.delivered_at,
    lastStatus: row.last_status,
    lastError: row.last_error,
    createdAt: row.created_at,
  }
}

function attemptOf(row: AttemptRow): WebhookAttempt {
  return {
    attemptNo: row.attempt_no,
    attemptedAt: row.attempted_at,
    latencyMs: row.latency_ms,
    status: row.status,
    answer: row.answer,
    error: row.error,
  }
}
