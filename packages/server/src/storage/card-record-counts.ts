/**
 * Rows of hours that are over, counted once: the exact number of all rows of a partner is then the sum of a few hundred
 * counts and of the rows in the two hours that a window cuts, however many rows lie between.
 */
import type { Pool } from 'pg'
import type { CardRecordFilter } from '../app/ports.ts'
import { inSqlTransaction, type Queryable } from './database.ts'

const HOUR_MS = 3_600_000

export function startOfHour(instant: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(instant.epochMilliseconds / HOUR_MS) * HOUR_MS)
}

/**
 * Counts what every partner has before `upTo`, the start of an hour, and was not counted yet. Nothing may be written into
 * those hours any more: the caller lets more time pass after they are over than a transaction lives.
 */
export async function countHours(pool: Pool, upTo: Temporal.Instant): Promise<void> {
  const { rows } = await pool.query<{ partner_id: bigint }>('select partner_id from partner order by partner_id')
  for (const { partner_id: partnerId } of rows) {
    await inSqlTransaction(pool, client => countPartner(client, partnerId, upTo))
  }
}

async function countPartner(database: Queryable, partnerId: bigint, upTo: Temporal.Instant): Promise<void> {
  await database.query(
    `insert into card_record_counted (partner_id, up_to) values ($1, 'epoch') on conflict do nothing`,
    [partnerId],
  )
  // one counter a partner at a time
  const { rows } = await database.query<{ up_to: Temporal.Instant }>(
    'select up_to from card_record_counted where partner_id = $1 for no key update',
    [partnerId],
  )
  const from = rows[0]?.up_to
  if (from === undefined || Temporal.Instant.compare(from, upTo) >= 0) return
  await database.query(
    `insert into card_record_count (partner_id, hour, kind, row_count)
     select $1, hour, kind, count(*) from (${COUNTED}) r group by hour, kind`,
    [partnerId, from.toString(), upTo.toString()],
  )
  await database.query('update card_record_counted set up_to = $2 where partner_id = $1', [partnerId, upTo.toString()])
}

const HOUR = `date_trunc('hour', created_at, 'UTC')`

const AUTHORIZATION_KIND = `purpose || case when decline_reason is null then ':approved' else ':declined' end`

const SHOWN = `('clearing', 'clearing-correction', 'refund', 'refund-reversal', 'expiry')`

/** What statements show, with its hour and kind. */
const COUNTED = `
  select ${HOUR} as hour, ${AUTHORIZATION_KIND} as kind from card_authorization
   where partner_id = $1 and created_at >= $2 and created_at < $3
  union all
  select ${HOUR}, kind from authorization_event
   where partner_id = $1 and created_at >= $2 and created_at < $3 and kind in ${SHOWN}`

/** Recounted: whatever differs was written into an hour that had been counted. */
export const COUNT_VIOLATIONS = `
  with recounted as (
    select partner_id, hour, kind, count(*) as row_count from (
      select partner_id, created_at, ${HOUR} as hour, ${AUTHORIZATION_KIND} as kind from card_authorization
      union all
      select partner_id, created_at, ${HOUR}, kind from authorization_event where kind in ${SHOWN}
    ) r join card_record_counted w using (partner_id)
    where r.created_at < w.up_to group by partner_id, hour, kind
  )
  select format('%s of partner %s in the hour of %s: counted %s, found %s', kind, partner_id, hour, c.row_count, r.row_count) as found
    from card_record_count c full join recounted r using (partner_id, hour, kind)
   where c.row_count is distinct from r.row_count`

/** The whole hours of a window that are counted; undefined where there are none, or where counts do not help. */
export async function countedPart(
  database: Queryable,
  filter: CardRecordFilter,
): Promise<{ readonly from: Temporal.Instant; readonly to: Temporal.Instant } | undefined> {
  if (filter.cardToken !== undefined || filter.recordId !== undefined) return undefined
  const { rows } = await database.query<{ up_to: Temporal.Instant }>({
    name: 'card-records-counted',
    text: 'select up_to from card_record_counted where partner_id = $1',
    values: [filter.partnerId],
  })
  const upTo = rows[0]?.up_to
  if (upTo === undefined) return undefined
  const from = startOfHour(filter.from.add({ milliseconds: HOUR_MS - 1 }))
  const end = startOfHour(filter.to)
  const to = Temporal.Instant.compare(end, upTo) < 0 ? end : upTo
  return Temporal.Instant.compare(from, to) < 0 ? { from, to } : undefined
}

/** What a filter shows, as the counts name it. */
export function kindsOf({ purposes, declined, eventKinds }: CardRecordFilter): string[] {
  return [
    ...purposes.map(purpose => `${purpose}:approved`),
    ...(declined ? purposes.map(purpose => `${purpose}:declined`) : []),
    ...eventKinds,
  ]
}
