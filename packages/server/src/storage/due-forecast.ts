/** What a partner's rows wait for until an instant, counted up to a bound by the index of each kind. */
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { DueBounds, DueForecast, DueKind, DueReader, DueSoon } from '../app/due-ports.ts'
import type { Queryable } from './database.ts'

type SumRow = { currency: string | null; count: bigint; minor: string | null }

type SoonRow = {
  at: Temporal.Instant
  subject: string
  card_token: string | null
  minor: bigint | null
  currency: string | null
}

export function dueForecastOperations(database: Queryable): DueReader {
  /** @param due selects at, subject, card_id, minor and currency of what is due of partner $1 by $2, at most $3 rows */
  const forecast = async (
    kind: DueKind,
    due: string,
    partnerId: bigint,
    { until, counted, shown }: DueBounds,
    ...more: unknown[]
  ) => {
    const values = [partnerId, until.toString(), counted, ...more]
    const { rows: sums } = await database.query<SumRow>(
      `select currency, count(*) as count, sum(minor) as minor from (${due}) d
        group by currency order by currency`,
      values,
    )
    const { rows: first } = await database.query<SoonRow>(
      `select d.at, d.subject, c.token as card_token, d.minor, d.currency
         from (${due}) d left join card c on c.partner_id = $1 and c.card_id = d.card_id
        order by d.at, d.subject limit ${shown}`,
      values,
    )
    return forecastOf(kind, partnerId, sums, first, counted)
  }
  return {
    forecastExpiries: (partnerId, bounds) => forecast('expiry', EXPIRIES, partnerId, bounds),
    forecastRetries: (partnerId, bounds) => forecast('webhook-retry', RETRIES, partnerId, bounds),
    async forecastClosings(partnerId, bounds, now) {
      const looked = { ...bounds, counted: CLOSINGS_MAX }
      const due = await forecast('card-closing', CLOSINGS, partnerId, looked, now.toString())
      return (await hasMoreClosings(database, partnerId)) ? { ...due, precision: 'at-least' } : due
    },
  }
}

/** Whether there are closing cards that were not looked at. */
async function hasMoreClosings(database: Queryable, partnerId: bigint): Promise<boolean> {
  const { rowCount } = await database.query('select from closing_card where partner_id = $1 offset $2 limit 1', [
    partnerId,
    CLOSINGS_MAX,
  ])
  return rowCount === 1
}

const EXPIRIES = `
  select expires_at as at, authorization_id::text as subject, card_id, held_minor as minor, billing_currency as currency
    from card_authorization
   where partner_id = $1 and status = 'open' and expires_at <= $2 order by expires_at limit $3`

const RETRIES = `
  select d.due_at as at, d.outbox_id || '-' || d.endpoint_id as subject, d.card_id, null::bigint as minor,
         null::text as currency
    from webhook_endpoint e
   cross join lateral (
     select * from webhook_delivery d
      where d.partner_id = $1 and d.endpoint_id = e.endpoint_id and d.state = 'pending' and d.due_at is not null
        and d.due_at <= $2
      order by d.due_at limit $3
   ) d
   where e.partner_id = $1 and e.state = 'active'
   order by d.due_at limit $3`

/** The authorizations of a card are looked through for its last hold. */
const CLOSINGS_MAX = 200

const CLOSINGS = `
  select * from (
    select greatest($4::timestamptz, h.last) as at, w.card_id::text as subject, w.card_id, null::bigint as minor,
           null::text as currency
      from (select card_id from closing_card where partner_id = $1 order by card_id limit $3) w
     cross join lateral (
       select max(x.expires_at) as last from card_authorization x
        where x.partner_id = $1 and x.card_id = w.card_id and x.status = 'open' and x.held_minor > 0
     ) h
  ) c
  where c.at <= greatest($2::timestamptz, $4::timestamptz)`

function forecastOf(
  kind: DueKind,
  partnerId: bigint,
  sums: readonly SumRow[],
  first: readonly SoonRow[],
  counted: number,
): DueForecast {
  const count = sums.reduce((total, sum) => total + Number(sum.count), 0)
  return {
    kind,
    count,
    precision: count < counted ? 'exact' : 'at-least',
    earliestAt: first[0]?.at ?? null,
    amounts: sums.flatMap(sum => (sum.currency === null ? [] : amount(BigInt(sum.minor ?? 0), currency(sum.currency)))),
    first: first.map(row => soonOf(partnerId, row)),
  }
}

function soonOf(partnerId: bigint, row: SoonRow): DueSoon {
  return {
    at: row.at,
    partnerId,
    subject: row.subject,
    cardToken: row.card_token,
    amount: row.minor === null || row.currency === null ? null : amount(row.minor, currency(row.currency)),
  }
}
