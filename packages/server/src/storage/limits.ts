import type { CardLimit } from '@openissuer/core/limits/card-limit.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import { type UsageRow, usageUpTo } from './authorization-events.ts'
import { Conditions } from './conditions.ts'
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

type ListedRow = LimitRow & { bin: string; last_four: string } & (
    | (Omit<UsageRow, 'total_minor'> & { used_total_minor: bigint })
    | { day: null }
  )

const SELECT = `select l.*, c.token as card_token
  from card_limit l join card c on c.partner_id = l.partner_id and c.card_id = l.card_id`

type LimitOperations = Pick<
  Reader & Transaction,
  'limit' | 'limitOfCard' | 'listCardLimits' | 'insertLimit' | 'lockLimit' | 'replaceLimit'
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

    async listCardLimits({ day, ...filter }) {
      const where = new Conditions('l.partner_id', filter.partnerId)
        .and(filter.cardholderId, value => `c.cardholder_id = ${value}`)
        .and(filter.programId, value => `c.program_id = ${value}`)
        .and(filter.after?.id, value => `l.limit_id < ${value}`)
      const { rows } = await database.query<ListedRow>(
        `select l.*, c.token as card_token, c.bin, c.last_four, u.day, u.day_count, u.day_minor, u.month_minor,
                u.total_minor as used_total_minor
           from card_limit l
           join card c on c.partner_id = l.partner_id and c.card_id = l.card_id
           left join lateral (
             select * from card_day_usage d
              where d.partner_id = l.partner_id and d.card_id = l.card_id and d.day <= ${where.add(day)}
              order by d.day desc limit 1
           ) u on true
          where ${where.sql}
          order by l.limit_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(row => ({
        limit: limitOf(row),
        card: { bin: row.bin, lastFour: row.last_four },
        used: usageUpTo(day, row.day === null ? undefined : { ...row, total_minor: row.used_total_minor }),
      }))
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
  }
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
