import type { PciToken, Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type PciTokenRow = {
  token_hash: Buffer
  partner_id: bigint
  card_id: bigint
  api_key: string
  created_at: Temporal.Instant
  expires_at: Temporal.Instant
  nonce_hash: Buffer | null
  opened_at: Temporal.Instant | null
  shown_at: Temporal.Instant | null
}

type PciTokenOperations = Pick<Reader & Transaction, 'pciToken' | 'insertPciToken' | 'openPciToken' | 'showPciToken'>

export function pciTokenOperations(database: Queryable): PciTokenOperations {
  return {
    async pciToken(tokenHash) {
      const { rows } = await database.query<PciTokenRow>({
        name: 'pci-token',
        text: 'select * from pci_client_token where token_hash = $1',
        values: [tokenHash],
      })
      return rows[0] && tokenOf(rows[0])
    },

    async insertPciToken(token) {
      await database.query(
        `insert into pci_client_token (token_hash, partner_id, card_id, api_key, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [
          token.tokenHash,
          token.partnerId,
          token.cardId,
          token.apiKey,
          token.createdAt.toString(),
          token.expiresAt.toString(),
        ],
      )
    },

    async openPciToken(tokenHash, nonceHash, at) {
      const { rowCount } = await database.query(
        `update pci_client_token set nonce_hash = $2, opened_at = $3
          where token_hash = $1 and opened_at is null`,
        [tokenHash, nonceHash, at.toString()],
      )
      return rowCount === 1
    },

    async showPciToken(tokenHash, nonceHash, at) {
      const { rowCount } = await database.query(
        `update pci_client_token set shown_at = $3
          where token_hash = $1 and nonce_hash = $2 and shown_at is null`,
        [tokenHash, nonceHash, at.toString()],
      )
      return rowCount === 1
    },
  }
}

function tokenOf(row: PciTokenRow): PciToken {
  return {
    tokenHash: row.token_hash,
    partnerId: row.partner_id,
    cardId: row.card_id,
    apiKey: row.api_key,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    openedAt: row.opened_at,
    shownAt: row.shown_at,
  }
}
