import type { DeliveryStore } from '../app/webhook-ports.ts'
import type { Queryable } from './database.ts'

/**
 * Hands announced events of a partner on to its endpoints, in the SQL transaction of the caller.
 *
 * The locks on the endpoints let one transaction at a time do so. Whatever it sees has happened before what a later one
 * will see, and what it numbers is sent in that order.
 *
 * @param batchesMax SQL transactions whose events are handed on at most; null for all
 */
export async function handOnEvents(
  database: Queryable,
  partnerId: bigint,
  batchesMax: number | null,
): ReturnType<DeliveryStore['fanOut']> {
  const [listeners, { rows }] = await Promise.all([
    database.query(
      `select from webhook_endpoint where partner_id = $1 and state in ('active', 'paused')
        order by endpoint_id for no key update`,
      [partnerId],
    ),
    database.query<{ taken: bigint; endpoint_id: bigint | null }>(FAN_OUT, [partnerId, batchesMax]),
  ])
  return {
    more: batchesMax !== null && Number(rows[0]?.taken) >= batchesMax,
    endpointIds: rows.flatMap(row => row.endpoint_id ?? []),
    isHeard: (listeners.rowCount ?? 0) > 0,
  }
}

const FAN_OUT = `
with taken as (
  delete from outbox_batch
   where partner_id = $1
     and batch_id = any(array(select batch_id from outbox_batch where partner_id = $1
                               order by batch_id limit $2 for update skip locked))
  returning outbox_ids
), wanted as (
  select e.endpoint_id, o.outbox_id, o.kind, o.card_id, o.created_at,
         e.last_seq + row_number() over (partition by e.endpoint_id order by o.created_at, o.outbox_id) as seq
    from webhook_endpoint e
   cross join lateral (select unnest(t.outbox_ids) as outbox_id from taken t) i
    join outbox o on o.partner_id = $1 and o.outbox_id = i.outbox_id
   where e.partner_id = $1 and e.state in ('active', 'paused') and o.kind = any(e.kinds)
), queued as (
  insert into webhook_delivery (partner_id, outbox_id, endpoint_id, seq, kind, card_id, state, created_at)
  select $1, outbox_id, endpoint_id, seq, kind, card_id, 'pending', created_at from wanted
  on conflict do nothing
), numbered as (
  update webhook_endpoint e set last_seq = w.last_seq
    from (select endpoint_id, max(seq) as last_seq from wanted group by endpoint_id) w
   where e.partner_id = $1 and e.endpoint_id = w.endpoint_id
  returning e.endpoint_id, e.open_until
)
select (select count(*) from taken) as taken, n.endpoint_id from (select 1) one
  left join numbered n on n.open_until is null or n.open_until <= now()`
