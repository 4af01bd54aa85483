import type { DepositOrder, DepositStatus } from '@openissuer/core/ledger/deposit.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type DepositOrderRow = {
  partner_id: bigint
  deposit_id: bigint
  order_no: string
  status: DepositStatus
  account_id: bigint
  pay_minor: bigint
  pay_currency: string
  credit_minor: bigint | null
  credit_currency: string
  payer_account: string | null
  payer_bank: string | null
  expected_on: string | null
  memo: string | null
  rejection: string | null
  created_at: Temporal.Instant
}

type DepositOrderOperations = Pick<
  Reader & Transaction,
  'depositOrder' | 'listDeposits' | 'insertDepositOrder' | 'lockDepositOrder' | 'updateDepositOrder'
>

export function depositOrderOperations(database: Queryable): DepositOrderOperations {
  return {
    async depositOrder(partnerId, orderNo) {
      const { rows } = await database.query<DepositOrderRow>(
        'select * from deposit_order where partner_id = $1 and order_no = $2',
        [partnerId, orderNo],
      )
      return rows[0] && depositOf(rows[0])
    },

    async listDeposits({ partnerId, statuses, after, limit }) {
      const { rows } = await database.query<DepositOrderRow>(
        `select * from deposit_order where partner_id = $1 and status = any($2::text[])
            and ($3::bigint is null or deposit_id < $3)
          order by deposit_id desc limit $4`,
        [partnerId, statuses, after?.id ?? null, limit],
      )
      return rows.map(depositOf)
    },

    async insertDepositOrder(deposit) {
      await database.query(
        `insert into deposit_order (partner_id, deposit_id, order_no, status, account_id, pay_minor, pay_currency,
           credit_minor, credit_currency, payer_account, payer_bank, expected_on, memo, rejection, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
        [
          deposit.partnerId,
          deposit.depositId,
          deposit.orderNo,
          deposit.status,
          deposit.accountId,
          deposit.payAmount.minor,
          deposit.payAmount.currency,
          deposit.creditAmount?.minor ?? null,
          deposit.creditCurrency,
          deposit.payer.account,
          deposit.payer.bank,
          deposit.payer.expectedOn,
          deposit.memo,
          deposit.rejection,
          deposit.createdAt.toString(),
        ],
      )
    },

    async lockDepositOrder(partnerId, depositId) {
      const { rows } = await database.query<DepositOrderRow>(
        'select * from deposit_order where partner_id = $1 and deposit_id = $2 for no key update',
        [partnerId, depositId],
      )
      return rows[0] && depositOf(rows[0])
    },

    async updateDepositOrder({ partnerId, depositId, status, creditAmount, rejection }) {
      await database.query(
        `update deposit_order set status = $3, credit_minor = $4, rejection = $5
          where partner_id = $1 and deposit_id = $2`,
        [partnerId, depositId, status, creditAmount?.minor ?? null, rejection],
      )
    },
  }
}

function depositOf(row: DepositOrderRow): DepositOrder {
  const creditCurrency = currency(row.credit_currency)
  return {
    partnerId: row.partner_id,
    depositId: row.deposit_id,
    orderNo: row.order_no,
    status: row.status,
    accountId: row.account_id,
    payAmount: amount(row.pay_minor, currency(row.pay_currency)),
    creditCurrency,
    creditAmount: row.credit_minor === null ? null : amount(row.credit_minor, creditCurrency),
    payer: { account: row.payer_account, bank: row.payer_bank, expectedOn: row.expected_on },
    memo: row.memo,
    rejection: row.rejection,
    createdAt: row.created_at,
  }
}
