import type { Card, CardForm, CardNetwork, CardStatus } from '@openissuer/core/card/card.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

export type CardRow = {
  partner_id: bigint
  card_id: bigint
  cardholder_id: bigint | null
  program_id: bigint
  account_id: bigint
  token: string
  unique_no: string
  form: CardForm
  network: CardNetwork
  shared: boolean
  bin: string
  last_four: string
  expiry_year: number
  expiry_month: number
  status: CardStatus
  remark: string | null
  created_at: Temporal.Instant
  activated_at: Temporal.Instant | null
}

/** Never `select *`: the encrypted PAN and the digest of the PIN stay where they are unless they are asked for. */
export const CARD_COLUMNS = `partner_id, card_id, cardholder_id, program_id, account_id, token, unique_no, form, network, shared,
  bin, last_four, expiry_year, expiry_month, status, remark, created_at, activated_at`

type CardOperations = Pick<
  Reader & Transaction,
  | 'card'
  | 'sealedPan'
  | 'pinDigest'
  | 'cardByToken'
  | 'cards'
  | 'cardsOfCardholder'
  | 'lockCard'
  | 'setPinDigest'
  | 'insertCard'
  | 'updateCardStatus'
  | 'insertCardStatusChange'
  | 'bindCard'
  | 'locateCardByToken'
  | 'locateCardByPan'
>

export function cardOperations(database: Queryable): CardOperations {
  return {
    async card(partnerId, cardId) {
      const { rows } = await database.query<CardRow>({
        name: 'card',
        text: `select ${CARD_COLUMNS} from card where partner_id = $1 and card_id = $2`,
        values: [partnerId, cardId],
      })
      return rows[0] && cardOf(rows[0])
    },

    async sealedPan(partnerId, cardId) {
      const { rows } = await database.query<{ pan_ciphertext: Buffer; pan_key_id: number }>(
        'select pan_ciphertext, pan_key_id from card where partner_id = $1 and card_id = $2',
        [partnerId, cardId],
      )
      return rows[0] && { ciphertext: rows[0].pan_ciphertext, keyId: rows[0].pan_key_id }
    },

    async pinDigest(partnerId, cardId) {
      const { rows } = await database.query<{ pin_digest: Buffer; pin_key_id: number }>(
        'select pin_digest, pin_key_id from card where partner_id = $1 and card_id = $2 and pin_digest is not null',
        [partnerId, cardId],
      )
      return rows[0] && { digest: rows[0].pin_digest, keyId: rows[0].pin_key_id }
    },

    async setPinDigest(partnerId, cardId, { digest, keyId }) {
      const { rowCount } = await database.query(
        'update card set pin_digest = $3, pin_key_id = $4 where partner_id = $1 and card_id = $2',
        [partnerId, cardId, digest, keyId],
      )
      if (rowCount !== 1) throw new Error(`card ${cardId} vanished`)
    },

    async lockCard(partnerId, cardId) {
      const { rows } = await database.query<CardRow>({
        name: 'lock-card',
        text: `select ${CARD_COLUMNS} from card where partner_id = $1 and card_id = $2 for no key update`,
        values: [partnerId, cardId],
      })
      return rows[0] && cardOf(rows[0])
    },

    async cardByToken(partnerId, token) {
      const { rows } = await database.query<CardRow>({
        name: 'card-by-token',
        text: `select ${CARD_COLUMNS} from card where partner_id = $1 and token = $2`,
        values: [partnerId, token],
      })
      return rows[0] && cardOf(rows[0])
    },

    async cardsOfCardholder(partnerId, cardholderId) {
      const { rows } = await database.query<CardRow>({
        name: 'cards-of-cardholder',
        text: `select ${CARD_COLUMNS} from card where partner_id = $1 and cardholder_id = $2
                order by created_at desc, card_id desc`,
        values: [partnerId, cardholderId],
      })
      return rows.map(cardOf)
    },

    async cards(filter) {
      const { rows } = await database.query<CardRow>({
        name: 'cards',
        text: `select ${CARD_COLUMNS} from card
                where partner_id = $1 and created_at between $2 and $3
                  and ($4::bigint is null or card_id = $4)
                  and ($5::bigint is null or cardholder_id = $5)
                  and ($6::text is null or unique_no = $6)
                order by created_at desc, card_id desc limit $7 offset $8`,
        values: [
          filter.partnerId,
          filter.from.toString(),
          filter.to.toString(),
          filter.cardId ?? null,
          filter.cardholderId ?? null,
          filter.uniqueNo ?? null,
          filter.limit,
          filter.offset,
        ],
      })
      return rows.map(cardOf)
    },

    async insertCard(card, sealedPan, panFingerprint) {
      const looked = await database.query<{ by_pan: bigint; by_token: bigint }>(
        `with by_pan as (
           insert into pan_lookup (pan_fingerprint, partner_id, card_id) values ($1, $2, $3)
           on conflict do nothing returning 1
         ), by_token as (
           insert into card_token_lookup (card_token, partner_id, card_id) select $4, $2, $3 from by_pan
           on conflict do nothing returning 1
         )
         select (select count(*) from by_pan) as by_pan, (select count(*) from by_token) as by_token`,
        [panFingerprint, card.partnerId, card.cardId, card.token],
      )
      const inserted = looked.rows[0]
      if (inserted?.by_pan !== 1n) return false
      if (inserted.by_token !== 1n) {
        // the number was free and the token was not: without this, a PAN that no card has would lead to the card
        await database.query('delete from pan_lookup where pan_fingerprint = $1', [panFingerprint])
        return false
      }
      await database.query(
        `insert into card (${CARD_COLUMNS}, pan_ciphertext, pan_key_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
        [
          card.partnerId,
          card.cardId,
          card.cardholderId,
          card.programId,
          card.accountId,
          card.token,
          card.uniqueNo,
          card.form,
          card.network,
          card.shared,
          card.bin,
          card.lastFour,
          card.expiry.year,
          card.expiry.month,
          card.status,
          card.remark,
          card.createdAt.toString(),
          card.activatedAt?.toString() ?? null,
          sealedPan.ciphertext,
          sealedPan.keyId,
        ],
      )
      return true
    },

    async updateCardStatus({ partnerId, cardId, status, activatedAt }) {
      await database.query({
        name: 'update-card-status',
        text: 'update card set status = $3, activated_at = $4 where partner_id = $1 and card_id = $2',
        values: [partnerId, cardId, status, activatedAt?.toString() ?? null],
      })
    },

    async insertCardStatusChange(change) {
      await database.query(
        `insert into card_status_change (partner_id, change_id, card_id, previous, status, reason, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          change.partnerId,
          change.changeId,
          change.cardId,
          change.previous,
          change.status,
          change.reason,
          change.at.toString(),
        ],
      )
    },

    async bindCard(partnerId, cardId, cardholderId) {
      await database.query('update card set cardholder_id = $3 where partner_id = $1 and card_id = $2', [
        partnerId,
        cardId,
        cardholderId,
      ])
      await database.query(
        `update account a set cardholder_id = $3
           from card c
          where a.partner_id = $1 and c.partner_id = $1 and c.card_id = $2 and a.account_id = c.account_id and a.kind = 'card'`,
        [partnerId, cardId, cardholderId],
      )
    },

    locateCardByToken: token =>
      locate(database, 'select partner_id, card_id from card_token_lookup where card_token = $1', token),

    locateCardByPan: fingerprint =>
      locate(database, 'select partner_id, card_id from pan_lookup where pan_fingerprint = $1', fingerprint),
  }
}

async function locate(database: Queryable, text: string, value: string | Uint8Array) {
  const { rows } = await database.query<{ partner_id: bigint; card_id: bigint }>(text, [value])
  return rows[0] && { partnerId: rows[0].partner_id, cardId: rows[0].card_id }
}

export function cardOf(row: CardRow): Card {
  return {
    partnerId: row.partner_id,
    cardId: row.card_id,
    cardholderId: row.cardholder_id,
    programId: row.program_id,
    accountId: row.account_id,
    token: row.token,
    uniqueNo: row.unique_no,
    form: row.form,
    network: row.network,
    shared: row.shared,
    bin: row.bin,
    lastFour: row.last_four,
    expiry: { year: row.expiry_year, month: row.expiry_month },
    status: row.status,
    remark: row.remark,
    createdAt: row.created_at,
    activatedAt: row.activated_at,
  }
}
