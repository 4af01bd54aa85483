import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { Check } from '@openissuer/core/authorization/decide.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type AuthorizationRow = {
  partner_id: bigint
  authorization_id: bigint
  card_id: bigint
  transaction_minor: bigint
  transaction_currency: string
  billing_minor: bigint
  billing_currency: string
  merchant_id: string | null
  merchant_name: string | null
  merchant_mcc: string | null
  merchant_country: string | null
  merchant_city: string | null
  acquirer_id: string | null
  approval_code: string | null
  decline_reason: DeclineReason | null
  trace: Check[]
  held_minor: bigint
  cleared_minor: bigint
  fee_minor: bigint
  created_at: Temporal.Instant
  card_token: string
  card_bin: string
  card_last_four: string
  card_remark: string | null
}

export function authorizationOperations(
  database: Queryable,
): Pick<Reader & Transaction, 'authorizations' | 'insertAuthorization'> {
  return {
    async authorizations(filter) {
      const where = `a.partner_id = $1 and a.created_at between $2 and $3
        and ($4::bigint is null or a.authorization_id = $4)
        and ($5::text is null or a.card_id = (select card_id from card where partner_id = $1 and token = $5))`
      const values = [
        filter.partnerId,
        filter.from.toString(),
        filter.to.toString(),
        filter.authorizationId ?? null,
        filter.cardToken ?? null,
      ]
      const { rows } = await database.query<AuthorizationRow>({
        name: 'authorizations',
        text: `select a.*, c.token as card_token, c.bin as card_bin, c.last_four as card_last_four, c.remark as card_remark
                 from card_authorization a join card c on c.partner_id = a.partner_id and c.card_id = a.card_id
                where ${where}
                order by a.created_at desc, a.authorization_id desc limit $6 offset $7`,
        values: [...values, filter.limit, filter.offset],
      })
      const counted = await database.query<{ total: bigint }>({
        name: 'authorizations-total',
        text: `select count(*) as total from card_authorization a where ${where}`,
        values,
      })
      return { rows: rows.map(authorizationOf), total: Number(counted.rows[0]?.total) }
    },

    async insertAuthorization(authorization, accountId) {
      const { merchant } = authorization
      await database.query({
        name: 'insert-authorization',
        text: `insert into card_authorization (partner_id, authorization_id, card_id, account_id, transaction_minor,
                 transaction_currency, billing_minor, billing_currency, merchant_id, merchant_name, merchant_mcc,
                 merchant_country, merchant_city, acquirer_id, approval_code, decline_reason, trace, held_minor,
                 cleared_minor, fee_minor, created_at)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)`,
        values: [
          authorization.partnerId,
          authorization.authorizationId,
          authorization.card.cardId,
          accountId,
          authorization.transactionAmount.minor,
          authorization.transactionAmount.currency,
          authorization.billingAmount.minor,
          authorization.billingAmount.currency,
          merchant.id,
          merchant.name,
          merchant.mcc,
          merchant.country,
          merchant.city,
          merchant.acquirerId,
          authorization.approvalCode,
          authorization.declineReason,
          JSON.stringify(authorization.trace),
          authorization.held.minor,
          authorization.cleared.minor,
          authorization.fee.minor,
          authorization.createdAt.toString(),
        ],
      })
    },
  }
}

function authorizationOf(row: AuthorizationRow): Authorization {
  const billing = (minor: bigint) => amount(minor, currency(row.billing_currency))
  return {
    partnerId: row.partner_id,
    authorizationId: row.authorization_id,
    card: {
      cardId: row.card_id,
      token: row.card_token,
      bin: row.card_bin,
      lastFour: row.card_last_four,
      remark: row.card_remark,
    },
    transactionAmount: amount(row.transaction_minor, currency(row.transaction_currency)),
    billingAmount: billing(row.billing_minor),
    merchant: {
      id: row.merchant_id,
      name: row.merchant_name,
      mcc: row.merchant_mcc,
      country: row.merchant_country,
      city: row.merchant_city,
      acquirerId: row.acquirer_id,
    },
    approvalCode: row.approval_code,
    declineReason: row.decline_reason,
    trace: row.trace,
    held: billing(row.held_minor),
    cleared: billing(row.cleared_minor),
    fee: billing(row.fee_minor),
    createdAt: row.created_at,
  }
}
