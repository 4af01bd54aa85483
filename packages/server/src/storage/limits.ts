import type { CardLimit } from '@openissuer/core/limits/card-limit.ts'
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
  'limit' | 'limitOfCard' | 'insertLimit' | 'lockLimit' | 'replaceLimit'
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
