/** Cards whose money has still to go back, and what keeps it from going. */
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type ClosingCardOperations = Pick<
  Reader & Transaction,
  | 'cardHasHold'
  | 'partnersWithClosingCards'
  | 'closingCardsAtRest'
  | 'insertClosingCard'
  | 'deleteClosingCard'
  | 'noteMoneyOnClosedCard'
>

const HAS_HOLD = `select from card_authorization x
  where x.partner_id = c.partner_id and x.card_id = c.card_id and x.status = 'open' and x.held_minor > 0`

export function closingCardOperations(database: Queryable): ClosingCardOperations {
  return {
    async cardHasHold(partnerId, cardId) {
      const { rowCount } = await database.query(
        `select from card c where c.partner_id = $1 and c.card_id = $2 and exists (${HAS_HOLD})`,
        [partnerId, cardId],
      )
      return rowCount === 1
    },

    async partnersWithClosingCards() {
      const { rows } = await database.query<{ partner_id: bigint }>({
        name: 'partners-with-closing-cards',
        text: 'select distinct partner_id from closing_card order by partner_id',
      })
      return rows.map(row => row.partner_id)
    },

    async closingCardsAtRest(partnerId, limit) {
      const { rows } = await database.query<{ card_id: bigint }>({
        name: 'closing-cards-at-rest',
        // an account that holds nothing holds nothing for this card; only shared ones need a look at the card
        text: `select c.card_id
                 from closing_card w
                 join card c on c.partner_id = w.partner_id and c.card_id = w.card_id
                 join account a on a.partner_id = c.partner_id and a.account_id = c.account_id
                where w.partner_id = $1 and (a.held_minor = 0 or (a.kind <> 'card' and not exists (${HAS_HOLD})))
                order by c.card_id limit $2`,
        values: [partnerId, limit],
      })
      return rows.map(row => ({ partnerId, cardId: row.card_id }))
    },

    async insertClosingCard(partnerId, cardId) {
      await database.query('insert into closing_card (partner_id, card_id) values ($1, $2) on conflict do nothing', [
        partnerId,
        cardId,
      ])
    },

    async deleteClosingCard(partnerId, cardId) {
      const { rowCount } = await database.query('delete from closing_card where partner_id = $1 and card_id = $2', [
        partnerId,
        cardId,
      ])
      return rowCount === 1
    },

    async noteMoneyOnClosedCard(partnerId, cardId) {
      await database.query({
        name: 'note-money-on-closed-card',
        text: `insert into closing_card (partner_id, card_id)
               select partner_id, card_id from card where partner_id = $1 and card_id = $2 and status = 'closed'
               on conflict do nothing`,
        values: [partnerId, cardId],
      })
    },
  }
}
