/** A card as lists and details show it. */
import type { Card } from '@openissuer/core/card/card.ts'
import { type Static, Type } from 'typebox'
import { CARD_STATUS_OF, CARD_TYPE_OF, CARD_TYPES, CARD_WIRE_STATUSES, ORGANIZATION_OF } from './dictionary.ts'
import { cardNoOf } from './ids.ts'

const FIELDS = {
  card_no: Type.String(),
  card_unique_no: Type.String(),
  card_type: Type.Enum(CARD_TYPES),
  card_last_no: Type.String({ description: 'last four digits of the card number' }),
  organization: Type.Enum(Object.values(ORGANIZATION_OF)),
  status: Type.Enum(CARD_WIRE_STATUSES),
  time: Type.Integer({ description: 'creation, Unix milliseconds' }),
}

/** In a cardholder's detail (proposed). */
export const IssuedCard = Type.Object(FIELDS)

/** Exactly the seed's fields, in its order. */
export const CardRow = Type.Object({
  card_no: FIELDS.card_no,
  card_unique_no: FIELDS.card_unique_no,
  cardholder_no: Type.String(),
  card_type: FIELDS.card_type,
  card_last_no: FIELDS.card_last_no,
  organization: FIELDS.organization,
  status: FIELDS.status,
  time: FIELDS.time,
})

export function issuedCardOf(card: Card): Static<typeof IssuedCard> {
  return {
    card_no: cardNoOf(card),
    card_unique_no: card.uniqueNo,
    card_type: CARD_TYPE_OF[card.form],
    card_last_no: card.lastFour,
    organization: ORGANIZATION_OF[card.network],
    status: CARD_STATUS_OF[card.status],
    time: card.createdAt.epochMilliseconds,
  }
}

export function cardRowOf(card: Card, cardholderNo: string): Static<typeof CardRow> {
  const { card_no, card_unique_no, ...rest } = issuedCardOf(card)
  return { card_no, card_unique_no, cardholder_no: cardholderNo, ...rest }
}
