/** What is kept until an instant has come, counted up to a bound: each partner's and endpoint's part by its index. */
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { DueBounds, DueForecast, DueKind, DueReader, DueSoon } from '../app/due-ports.ts'
import type { Queryable } from './database.ts'

type SumRow = { currency: string | null; count: bigint; minor: string | null }

type SoonRow = {
  partner_id: bigint
  at: Temporal.Instant
  subject: string
  card_token: string | null
  minor: bigint | null
  currency: string | null
}

export function dueForecastOperations(database: Queryable): DueReader {
  /** @param due selects partner_id, at, subject, card_id, minor and currency of what is due by $1, at most $2 rows */
  const forecast = async (kind: DueKind, due: string, { until, counted, shown }: DueBounds, ...more: unknown[]) => {
    const values = [until.toString(), counted, ...more]
    const { rows: sums } = await database.query<SumRow>(
      `select currency, count(*) as count, sum(minor) as minor from (${due}) d
        group by currency order by currency`,
      values,
    )
    const { rows: first } = await database.query<SoonRow>(
      `select d.partner_id, d.at, d.subject, c.token as card_token, d.minor, d.currency
         from (${due}) d left join card c on c.partner_id = d.partner_id and c.card_id = d.card_id
        order by d.at, d.partner_id, d.subject limit ${shown}`,
      values,
    )
    return forecastOf(kind, sums, first, counted)
  }
  return {
    forecastExpiries: bounds => forecast('expiry', EXPIRIES, bounds),
    forecastRetries: bounds => forecast('webhook-retry', RETRIES, bounds),
    forecastClosings: (bounds, now) =>
      forecast(
        'card-closing',
        CLOSINGS,
        { ...bounds, counted: Math.min(bounds.counted, CLOSINGS_MAX) },
        now.toString(),
      ),
  }
}

const EXPIRIES = `
  select a.partner_id, a.expires_at as at, a.authorization_id::text as subject, a.card_id, a.held_minor as minor,
         a.billing_currency as currency
    from partner p
   cross join lateral (
     select * from card_authorization a
      where a.partner_id = p.partner_id and a.status = 'open' and a.expires_at <= $1 order by a.expires_at limit $2
   ) a
   order by a.expires_at limit $2`

const RETRIES = `
  select d.partner_id, d.due_at as at, d.outbox_id || '-' || d.endpoint_id as subject, d.card_id, null::bigint as minor,
         null::text as currency
    from webhook_endpoint e
   cross join lateral (
     select * from webhook_delivery d
      where d.partner_id = e.partner_id and d.endpoint_id = e.endpoint_id and d.state = 'pending' and d.due_at is not null
        and d.due_at <= $1
      order by d.due_at limit $2
   ) d
   where e.state = 'active'
   order by d.due_at limit $2`

/** The authorizations of a card are looked through for its last hold. */
const CLOSINGS_MAX = 200

const CLOSINGS = `
  select * from (
    select w.partner_id, greatest($3::timestamptz, h.last) as at, w.card_id::text as subject, w.card_id, null::bigint as minor,
           null::text as currency
      from (select * from closing_card order by partner_id, card_id limit $2) w
     cross join lateral (
       select max(x.expires_at) as last from card_authorization x
        where x.partner_id = w.partner_id and x.card_id = w.card_id and x.status = 'open' and x.held_minor > 0
     ) h
  ) c
  where c.at <= greatest($1::timestamptz, $3::timestamptz)`

function forecastOf(kind: DueKind, sums: readonly SumRow[], first: readonly SoonRow[], counted: number): DueForecast {
  const count = sums.reduce((total, sum) => total + Number(sum.count), 0)
  return {
    kind,
    count,
    precision: count < counted ? 'exact' : 'at-least',
    earliestAt: first[0]?.at ?? null,
    amounts: sums.flatMap(sum => (sum.currency === null ? [] : amount(BigInt(sum.minor ?? 0), currency(sum.currency)))),
    first: first.map(soonOf),
  }
}

function soonOf(row: SoonRow): DueSoon {
  return {
    at: row.at,
    partnerId: row.partner_id,
    subject: row.subject,
    cardToken: row.card_token,
    amount: row.minor === null || row.currency === null ? null : amount(row.minor, currency(row.currency)),
  }
}
