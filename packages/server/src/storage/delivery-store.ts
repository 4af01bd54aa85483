/**
 * The relay's statements. None of them is prepared under a name: their tables grow from nothing, and a plan that was made
 * for an empty one would read all of it ever after.
 */
import type { Pool } from 'pg'
import type { DeliveryStore, LeasedEndpoint, Outcome, QueuedDelivery } from '../app/webhook-ports.ts'
import { domainEvents } from './domain-events.ts'
import { handOnEvents } from './fan-out.ts'
import { type EndpointRow, endpointOf } from './webhook-endpoints.ts'

type QueueRow = {
  outbox_id: bigint
  seq: bigint
  card_id: bigint | null
  attempts: number
  failures: number
}

type LeaseRow = EndpointRow & { lease_token: bigint; failures_in_row: number; open_until: Temporal.Instant | null }

/** SQL transactions whose events are handed on at once. */
const BATCHES_AT_ONCE = 1_000

/** @param pool of connections that pipeline */
export function createDeliveryStore(pool: Pool): DeliveryStore {
  const queued = async (text: string, values: unknown[]): Promise<QueuedDelivery[]> => {
    const { rows } = await pool.query<QueueRow>(text, values)
    return rows.map(queuedOf)
  }
  return {
    async waiting(now) {
      const { rows } = await pool.query<{ partner_id: bigint; endpoint_id: bigint | null }>(WAITING, [now.toString()])
      const endpoints = rows.flatMap(({ partner_id: partnerId, endpoint_id: endpointId }) =>
        endpointId === null ? [] : { partnerId, endpointId },
      )
      return { partnerIds: rows.filter(row => row.endpoint_id === null).map(row => row.partner_id), endpoints }
    },

    fanOut: partnerId => fanOut(pool, partnerId),

    async lease({ partnerId, endpointId }, leaseMs, token) {
      const { rows } = await pool.query<LeaseRow>(
        `update webhook_endpoint
            set lease_until = now() + $3 * interval '1 millisecond',
                lease_token = case when lease_token = $4 then lease_token else lease_token + 1 end
          where partner_id = $1 and endpoint_id = $2 and state = 'active'
            and (lease_token = $4 or lease_until is null or lease_until < now())
         returning *`,
        [partnerId, endpointId, leaseMs, token ?? null],
      )
      return rows[0] && leasedOf(rows[0])
    },

    async release({ partnerId, endpointId }, token) {
      await pool.query(
        'update webhook_endpoint set lease_until = null where partner_id = $1 and endpoint_id = $2 and lease_token = $3',
        [partnerId, endpointId, token],
      )
    },

    fresh: ({ partnerId, endpointId }, afterSeq, limit) =>
      queued(
        `select outbox_id, seq, card_id, attempts, failures from webhook_delivery
          where partner_id = $1 and endpoint_id = $2 and state = 'pending' and due_at is null and seq > $3
          order by seq limit $4`,
        [partnerId, endpointId, afterSeq, limit],
      ),

    due: ({ partnerId, endpointId }, now, limit, underWay) =>
      queued(
        `select outbox_id, seq, card_id, attempts, failures from webhook_delivery
          where partner_id = $1 and endpoint_id = $2 and state = 'pending' and due_at is not null and due_at <= $3
            and outbox_id <> all($5::bigint[])
          order by due_at, seq limit $4`,
        [partnerId, endpointId, now.toString(), limit, underWay],
      ),

    events: (partnerId, eventIds) => domainEvents(pool, partnerId, eventIds),

    async record(endpoint, outcomes, standing) {
      const { partnerId, endpointId, token } = endpoint
      if (standing !== null) {
        await pool.query(
          `update webhook_endpoint set failures_in_row = $4, open_until = $5
            where partner_id = $1 and endpoint_id = $2 and lease_token = $3`,
          [partnerId, endpointId, token, standing.failuresInRow, standing.openUntil?.toString() ?? null],
        )
      }
      if (outcomes.length > 0) await pool.query(RECORD, [partnerId, endpointId, token, ...columnsOf(outcomes)])
    },

    async disable({ partnerId, endpointId }, reason) {
      await pool.query(
        `update webhook_endpoint set state = 'disabled', state_reason = $3
          where partner_id = $1 and endpoint_id = $2 and state = 'active'`,
        [partnerId, endpointId, reason],
      )
    },

    async dropLeases() {
      await pool.query('update webhook_endpoint set lease_until = null where lease_until is not null')
    },
  }
}

/** One index entry is looked at for each partner and each endpoint, however much is waiting. */
const WAITING = `
  select p.partner_id, null::bigint as endpoint_id from partner p
   where exists (select from outbox_batch b where b.partner_id = p.partner_id)
  union all
  select e.partner_id, e.endpoint_id from webhook_endpoint e
   where e.state = 'active' and (e.open_until is null or e.open_until <= now())
     and (exists (select from webhook_delivery d
                   where d.partner_id = e.partner_id and d.endpoint_id = e.endpoint_id and d.state = 'pending' and d.due_at is null)
       or exists (select from webhook_delivery d
                   where d.partner_id = e.partner_id and d.endpoint_id = e.endpoint_id and d.state = 'pending' and d.due_at <= $1))`

async function fanOut(pool: Pool, partnerId: bigint): ReturnType<DeliveryStore['fanOut']> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const [, handedOn, committed] = await Promise.all([
      client.query('begin'),
      handOnEvents(client, partnerId, BATCHES_AT_ONCE),
      client.query('commit'),
    ])
    if (committed.command !== 'COMMIT') throw new Error('events were not handed on')
    return handedOn
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

const RECORD = `
with outcome as (
  select * from unnest($4::bigint[], $5::integer[], $6::text[], $7::timestamptz[], $8::timestamptz[], $9::boolean[],
    $10::timestamptz[], $11::integer[], $12::integer[], $13::text[], $14::text[])
  as o(outbox_id, attempts, state, due_at, delivered_at, tried, attempted_at, latency_ms, status, answer, error)
), recorded as (
  update webhook_delivery d
     set state = o.state, due_at = o.due_at, delivered_at = o.delivered_at, last_status = o.status, last_error = o.error,
         attempts = d.attempts + case when o.tried then 1 else 0 end,
         failures = d.failures + case when o.error is null then 0 else 1 end
    from outcome o
   where d.partner_id = $1 and d.outbox_id = any($4::bigint[]) and d.outbox_id = o.outbox_id and d.endpoint_id = $2
     and d.attempts = o.attempts and d.state = 'pending'
     and exists (select from webhook_endpoint e where e.partner_id = $1 and e.endpoint_id = $2 and e.lease_token = $3)
  returning d.outbox_id, d.attempts
)
insert into webhook_attempt (partner_id, outbox_id, endpoint_id, attempt_no, attempted_at, latency_ms, status, answer, error)
select $1, o.outbox_id, $2, r.attempts, o.attempted_at, o.latency_ms, o.status, o.answer, o.error
  from outcome o join recorded r using (outbox_id) where o.tried`

function columnsOf(outcomes: readonly Outcome[]): unknown[] {
  const column = <T>(value: (outcome: Outcome) => T): T[] => outcomes.map(value)
  return [
    column(({ eventId }) => eventId),
    column(({ attempts }) => attempts),
    column(({ state }) => state),
    column(({ dueAt }) => dueAt?.toString() ?? null),
    column(({ state, at }) => (state === 'delivered' ? at.toString() : null)),
    column(({ attempt }) => attempt !== null),
    column(({ attempt }) => attempt?.attemptedAt.toString() ?? null),
    column(({ attempt }) => attempt?.latencyMs ?? null),
    column(({ attempt }) => attempt?.status ?? null),
    column(({ attempt }) => attempt?.answer ?? null),
    column(({ attempt }) => attempt?.error ?? null),
  ]
}

function queuedOf(row: QueueRow): QueuedDelivery {
  return {
    eventId: row.outbox_id,
    seq: row.seq,
    cardId: row.card_id,
    attempts: row.attempts,
    failures: row.failures,
  }
}

function leasedOf(row: LeaseRow): LeasedEndpoint {
  return {
    ...endpointOf(row),
    token: row.lease_token,
    failuresInRow: row.failures_in_row,
    openUntil: row.open_until,
  }
}
