import type { HappeningKind } from '@openissuer/core/event/domain-event.ts'
import type {
  DeliveryState,
  WebhookAttempt,
  WebhookDelivery,
  WebhookReader,
  WebhookTransaction,
} from '../app/webhook-ports.ts'
import type { Queryable } from './database.ts'

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
  | 'webhookAttempts'
  | 'cancelWebhookDeliveries'
  | 'requeueWebhookDelivery'
  | 'replayWebhookEvents'
  | 'announceExample'
>

export function webhookDeliveryOperations(database: Queryable): DeliveryOperations {
  return {
    async webhookDeliveries(filter) {
      const { rows } = await database.query<DeliveryRow>(
        `select * from webhook_delivery d
          where d.partner_id = $1
            and ($2::bigint is null or d.endpoint_id = $2)
            and ($3::text is null or d.state = $3)
            and ($4::text is null or d.kind = $4)
            and ($5::text is null or d.card_id = (select card_id from card where partner_id = $1 and token = $5))
            and ($6::timestamptz is null or d.created_at >= $6)
            and ($7::timestamptz is null or d.created_at <= $7)
            and ($8::bigint is null or (d.outbox_id, d.endpoint_id) < ($8, $9::bigint))
          order by d.outbox_id desc, d.endpoint_id desc limit $10`,
        [
          filter.partnerId,
          filter.endpointId ?? null,
          filter.state ?? null,
          filter.kind ?? null,
          filter.cardToken ?? null,
          filter.from?.toString() ?? null,
          filter.to?.toString() ?? null,
          filter.before?.eventId ?? null,
          filter.before?.endpointId ?? null,
          filter.limit,
        ],
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
