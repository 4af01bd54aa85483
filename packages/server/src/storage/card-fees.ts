import type { CardFee, FeeKind } from '@openissuer/core/fee/charge.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

export type CardFeeRow = {
  partner_id: bigint
  fee_id: bigint
  card_id: bigint
  account_id: bigint
  kind: FeeKind
  currency: string
  amount_minor: bigint
  about_id: bigint | null
  event_id: bigint
  entry_id: bigint | null
  created_at: Temporal.Instant
}

type CardFeeOperations = Pick<Reader & Transaction, 'feesAbout' | 'feesForEvent' | 'feeCount' | 'insertCardFee'>

export function cardFeeOperations(database: Queryable): CardFeeOperations {
  return {
    async feesAbout(partnerId, aboutIds) {
      if (aboutIds.length === 0) return []
      const { rows } = await database.query<CardFeeRow>({
        name: 'fees-about',
        text: 'select * from card_fee where partner_id = $1 and about_id = any($2::bigint[]) order by fee_id',
        values: [partnerId, aboutIds],
      })
      return rows.map(feeOf)
    },

    async feesForEvent(partnerId, eventId) {
      const { rows } = await database.query<CardFeeRow>({
        name: 'fees-for-event',
        text: 'select * from card_fee where partner_id = $1 and event_id = $2',
        values: [partnerId, eventId],
      })
      return rows.map(feeOf)
    },

    async feeCount(partnerId, cardId, kind, since) {
      const { rows } = await database.query<{ count: bigint }>({
        name: 'fee-count',
        text: `select count(*) from card_fee
                where partner_id = $1 and card_id = $2 and kind = $3 and ($4::timestamptz is null or created_at > $4)`,
        values: [partnerId, cardId, kind, since?.toString() ?? null],
      })
      return Number(rows[0]?.count)
    },

    async insertCardFee(fee) {
      await database.query({
        name: 'insert-card-fee',
        text: `insert into card_fee (partner_id, fee_id, card_id, account_id, kind, currency, amount_minor, about_id,
                 event_id, entry_id, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        values: [
          fee.partnerId,
          fee.feeId,
          fee.cardId,
          fee.accountId,
          fee.kind,
          fee.amount.currency,
          fee.amount.minor,
          fee.aboutId,
          fee.eventId,
          fee.entryId,
          fee.createdAt.toString(),
        ],
      })
    },
  }
}

export function feeOf(row: CardFeeRow): CardFee {
  return {
    partnerId: row.partner_id,
    feeId: row.fee_id,
    cardId: row.card_id,
    accountId: row.account_id,
    kind: row.kind,
    amount: amount(row.amount_minor, currency(row.currency)),
    aboutId: row.about_id,
    eventId: row.event_id,
    entryId: row.entry_id,
    createdAt: row.created_at,
  }
}
