import { type CardLimit, LIMIT_WINDOWS, type LimitWindow, windowStart } from '@openissuer/core/limits/card-limit.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type LimitRow = {
  partner_id: bigint
  limit_id: bigint
  card_id: bigint
  card_token: string
  currency: string
  daily_count: number
  single_minor: bigint
  daily_minor: bigint
  monthly_minor: bigint
  total_minor: bigint | null
  created_at: Temporal.Instant
}

const SELECT = `select l.*, c.token as card_token
  from card_limit l join card c on c.partner_id = l.partner_id and c.card_id = l.card_id`

type LimitOperations = Pick<
  Reader & Transaction,
  'limit' | 'limitOfCard' | 'insertLimit' | 'lockLimit' | 'replaceLimit' | 'usageOf' | 'addUsage'
>

export function limitOperations(database: Queryable): LimitOperations {
  return {
    async limit(partnerId, limitId) {
      const { rows } = await database.query<LimitRow>({
        name: 'limit',
        text: `${SELECT} where l.partner_id = $1 and l.limit_id = $2`,
        values: [partnerId, limitId],
      })
      return rows[0] && limitOf(rows[0])
    },

    async limitOfCard(partnerId, cardToken) {
      const { rows } = await database.query<LimitRow>({
        name: 'limit-of-card',
        text: `${SELECT} where l.partner_id = $1 and c.token = $2`,
        values: [partnerId, cardToken],
      })
      return rows[0] && limitOf(rows[0])
    },

    async insertLimit(limit) {
      const { rowCount } = await database.query(
        `insert into card_limit (partner_id, limit_id, card_id, currency, daily_count, single_minor, daily_minor,
           monthly_minor, total_minor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
        [
          limit.partnerId,
          limit.limitId,
          limit.cardId,
          limit.singleAmount.currency,
          limit.dailyCount,
          limit.singleAmount.minor,
          limit.dailyAmount.minor,
          limit.monthlyAmount.minor,
          limit.totalAmount?.minor ?? null,
          limit.createdAt.toString(),
        ],
      )
      return rowCount === 1
    },

    async lockLimit(partnerId, limitId) {
      const { rows } = await database.query<LimitRow>({
        name: 'lock-limit',
        text: `${SELECT} where l.partner_id = $1 and l.limit_id = $2 for no key update of l`,
        values: [partnerId, limitId],
      })
      return rows[0] && limitOf(rows[0])
    },

    async replaceLimit(limit) {
      await database.query(
        `update card_limit
            set daily_count = $3, single_minor = $4, daily_minor = $5, monthly_minor = $6, total_minor = $7
          where partner_id = $1 and limit_id = $2`,
        [
          limit.partnerId,
          limit.limitId,
          limit.dailyCount,
          limit.singleAmount.minor,
          limit.dailyAmount.minor,
          limit.monthlyAmount.minor,
          limit.totalAmount?.minor ?? null,
        ],
      )
    },

    async usageOf(partnerId, cardId, usageCurrency, now) {
      const { rows } = await database.query<{ window_kind: LimitWindow; used_count: number; used_minor: bigint }>({
        name: 'usage-of',
        text: `select u.window_kind, u.used_count, u.used_minor
                 from limit_usage u
                 join unnest($3::text[], $4::timestamptz[]) as w(kind, start)
                   on u.window_kind = w.kind and u.window_start = w.start
                where u.partner_id = $1 and u.card_id = $2`,
        values: [partnerId, cardId, LIMIT_WINDOWS, startsAt(now)],
      })
      const used = (window: LimitWindow) => rows.find(row => row.window_kind === window)
      const usedAmount = (window: LimitWindow) => amount(used(window)?.used_minor ?? 0n, usageCurrency)
      return {
        dailyCount: used('day')?.used_count ?? 0,
        dailyAmount: usedAmount('day'),
        monthlyAmount: usedAmount('month'),
        totalAmount: usedAmount('total'),
      }
    },

    async addUsage(partnerId, cardId, added, now) {
      await database.query({
        name: 'add-usage',
        text: `insert into limit_usage as u (partner_id, card_id, window_kind, window_start, currency, used_count, used_minor)
               select $1, $2, w.kind, w.start, $5, 1, $6 from unnest($3::text[], $4::timestamptz[]) as w(kind, start)
               on conflict (partner_id, card_id, window_kind, window_start) do update
                 set used_count = u.used_count + 1, used_minor = u.used_minor + excluded.used_minor`,
        values: [partnerId, cardId, LIMIT_WINDOWS, startsAt(now), added.currency, added.minor],
      })
    },
  }
}

function startsAt(now: Temporal.Instant): string[] {
  return LIMIT_WINDOWS.map(window => windowStart(window, now).toString())
}

function limitOf(row: LimitRow): CardLimit {
  const money = (minor: bigint) => amount(minor, currency(row.currency))
  return {
    partnerId: row.partner_id,
    limitId: row.limit_id,
    cardId: row.card_id,
    cardToken: row.card_token,
    dailyCount: row.daily_count,
    singleAmount: money(row.single_minor),
    dailyAmount: money(row.daily_minor),
    monthlyAmount: money(row.monthly_minor),
    totalAmount: row.total_minor === null ? null : money(row.total_minor),
    createdAt: row.created_at,
  }
}
