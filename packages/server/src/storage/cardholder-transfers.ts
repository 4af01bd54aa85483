import type { CardholderTransfer, TransferDirection } from '@openissuer/core/ledger/cardholder-transfer.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type TransferRow = {
  partner_id: bigint
  transfer_id: bigint
  cardholder_id: bigint
  unique_no: string
  direction: TransferDirection
  currency: string
  amount_minor: bigint
  before_minor: bigint
  after_minor: bigint
  entry_id: bigint
  created_at: Temporal.Instant
}

type CardholderTransferOperations = Pick<Reader & Transaction, 'cardholderTransfers' | 'insertCardholderTransfer'>

export function cardholderTransferOperations(database: Queryable): CardholderTransferOperations {
  return {
    async cardholderTransfers(filter) {
      const { rows } = await database.query<TransferRow>({
        name: 'cardholder-transfers',
        text: `select * from cardholder_transfer
                where partner_id = $1 and created_at between $2 and $3
                  and ($4::bigint is null or cardholder_id = $4)
                  and ($5::bigint is null or transfer_id = $5)
                  and ($6::text is null or unique_no = $6)
                order by created_at desc, transfer_id desc limit $7 offset $8`,
        values: [
          filter.partnerId,
          filter.from.toString(),
          filter.to.toString(),
          filter.cardholderId ?? null,
          filter.transferId ?? null,
          filter.uniqueNo ?? null,
          filter.limit,
          filter.offset,
        ],
      })
      return rows.map(transferOf)
    },

    async insertCardholderTransfer(transfer) {
      await database.query(
        `insert into cardholder_transfer (partner_id, transfer_id, cardholder_id, unique_no, direction, currency,
           amount_minor, before_minor, after_minor, entry_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        [
          transfer.partnerId,
          transfer.transferId,
          transfer.cardholderId,
          transfer.uniqueNo,
          transfer.direction,
          transfer.amount.currency,
          transfer.amount.minor,
          transfer.before.minor,
          transfer.after.minor,
          transfer.entryId,
          transfer.createdAt.toString(),
        ],
      )
    },
  }
}

function transferOf(row: TransferRow): CardholderTransfer {
  const money = (minor: bigint) => amount(minor, currency(row.currency))
  return {
    partnerId: row.partner_id,
    transferId: row.transfer_id,
    cardholderId: row.cardholder_id,
    uniqueNo: row.unique_no,
    direction: row.direction,
    amount: money(row.amount_minor),
    before: money(row.before_minor),
    after: money(row.after_minor),
    entryId: row.entry_id,
    createdAt: row.created_at,
  }
}
