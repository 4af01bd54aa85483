/** Cards and cardholders as operators list them. */
import type { CardStatus } from '@openissuer/core/card/card.ts'
import type { ListReader } from '../app/list-ports.ts'
import { CARDHOLDER_SELECT, type CardholderRow, cardholderOf } from './cardholders.ts'
import { CARD_COLUMNS, type CardRow, cardOf } from './cards.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'

export function listedCardOperations(
  database: Queryable,
): Pick<ListReader, 'listCards' | 'cardStatusChanges' | 'listCardholders'> {
  return {
    async listCards(filter) {
      const where = new Conditions('partner_id', filter.partnerId)
        .and(filter.status, value => `status = ${value}`)
        .and(filter.cardholderId, value => `cardholder_id = ${value}`)
        .and(filter.programId, value => `program_id = ${value}`)
        .and(filter.lastFour, value => `last_four = ${value}`)
        .and(filter.uniqueNo, value => `unique_no = ${value}`)
        .olderThan(filter.after, 'created_at', 'card_id')
      const { rows } = await database.query<CardRow>(
        `select ${CARD_COLUMNS} from card where ${where.sql}
          order by created_at desc, card_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(cardOf)
    },

    async cardStatusChanges(partnerId, cardId) {
      const { rows } = await database.query<{
        change_id: bigint
        previous: CardStatus
        status: CardStatus
        reason: string | null
        created_at: Temporal.Instant
      }>(
        `select change_id, previous, status, reason, created_at from card_status_change
          where partner_id = $1 and card_id = $2 order by created_at, change_id`,
        [partnerId, cardId],
      )
      return rows.map(({ change_id: changeId, previous, status, reason, created_at: at }) => ({
        partnerId,
        changeId,
        cardId,
        previous,
        status,
        reason,
        at,
      }))
    },

    async listCardholders(filter) {
      const where = new Conditions('h.partner_id', filter.partnerId)
        .and(filter.verification, value => `h.verification = ${value}`)
        .and(filter.disabled, value => `h.disabled = ${value}`)
        .and(filter.uniqueNo, value => `h.unique_no = ${value}`)
        .olderThan(filter.after, 'h.created_at', 'h.cardholder_id')
      const { rows } = await database.query<CardholderRow>(
        `${CARDHOLDER_SELECT} where ${where.sql}
          order by h.created_at desc, h.cardholder_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(cardholderOf)
    },
  }
}
