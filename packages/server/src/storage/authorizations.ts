import { asDecided } from '@openissuer/core/authorization/as-decided.ts'
import type {
  Authorization,
  AuthorizationStatus,
  EntryMode,
  Purpose,
} from '@openissuer/core/authorization/authorization.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { ThreeDs } from '@openissuer/core/authorization/three-ds.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'
import { recordedUses, type UseLine } from './spend-limits.ts'
import { type CompactLine, expandTrace } from './trace.ts'

export type AuthorizationRow = {
  partner_id: bigint
  authorization_id: bigint
  card_id: bigint
  account_id: bigint
  purpose: Purpose
  entry_mode: EntryMode | null
  transaction_minor: bigint
  transaction_currency: string
  billing_minor: bigint
  billing_currency: string
  conversion_rate: string | null
  merchant_id: string | null
  merchant_name: string | null
  merchant_mcc: string | null
  merchant_country: string | null
  merchant_city: string | null
  acquirer_id: string | null
  approval_code: string | null
  decline_reason: DeclineReason | null
  trace: CompactLine[]
  three_ds: ThreeDs | null
  approved_minor: bigint
  held_minor: bigint
  reversed_minor: bigint
  expired_minor: bigint
  cleared_minor: bigint
  refunded_minor: bigint
  fee_minor: bigint
  limit_use: readonly UseLine[] | null
  status: AuthorizationStatus
  expires_at: Temporal.Instant | null
  created_at: Temporal.Instant
  card_token: string
  card_bin: string
  card_last_four: string
  card_remark: string | null
}

export const SELECT_AUTHORIZATION = `select a.*, c.token as card_token, c.bin as card_bin, c.last_four as card_last_four, c.remark as card_remark
  from card_authorization a join card c on c.partner_id = a.partner_id and c.card_id = a.card_id`

type AuthorizationOperations = Pick<
  Reader & Transaction,
  'authorizationById' | 'authorizationAsDecided' | 'lockAuthorization'
>

export function authorizationOperations(database: Queryable): AuthorizationOperations {
  return {
    async authorizationById(partnerId, authorizationId) {
      const { rows } = await database.query<AuthorizationRow>({
        name: 'authorization-by-id',
        text: `${SELECT_AUTHORIZATION} where a.partner_id = $1 and a.authorization_id = $2`,
        values: [partnerId, authorizationId],
      })
      return rows[0] && authorizationOf(rows[0])
    },

    async authorizationAsDecided(partnerId, authorizationId) {
      // one statement, as an increment between two would be counted once too often or not at all
      const { rows } = await database.query<AuthorizationRow & { increased_minor: bigint }>({
        name: 'authorization-as-decided',
        text: `select r.*, coalesce(i.minor, 0)::bigint as increased_minor
                 from (${SELECT_AUTHORIZATION} where a.partner_id = $1 and a.authorization_id = $2) r
                 cross join lateral (
                   select sum((e.detail ->> 'hold')::bigint) as minor from authorization_event e
                    where e.partner_id = $1 and e.authorization_id = $2 and e.event_id <> e.authorization_id
                      and e.kind = 'increment'
                 ) i`,
        values: [partnerId, authorizationId],
      })
      const [row] = rows
      return row && asDecided(authorizationOf(row), amount(row.increased_minor, currency(row.billing_currency)))
    },

    async lockAuthorization(partnerId, authorizationId) {
      const { rows } = await database.query<AuthorizationRow>({
        name: 'lock-authorization',
        text: `${SELECT_AUTHORIZATION} where a.partner_id = $1 and a.authorization_id = $2 for no key update of a`,
        values: [partnerId, authorizationId],
      })
      return rows[0] && authorizationOf(rows[0])
    },
  }
}

export function authorizationOf(row: AuthorizationRow): Authorization {
  const billing = (minor: bigint) => amount(minor, currency(row.billing_currency))
  return {
    partnerId: row.partner_id,
    authorizationId: row.authorization_id,
    accountId: row.account_id,
    purpose: row.purpose,
    entryMode: row.entry_mode,
    threeDs: row.three_ds,
    card: {
      cardId: row.card_id,
      token: row.card_token,
      bin: row.card_bin,
      lastFour: row.card_last_four,
      remark: row.card_remark,
    },
    transactionAmount: amount(row.transaction_minor, currency(row.transaction_currency)),
    billingAmount: billing(row.billing_minor),
    conversionRate: row.conversion_rate,
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
    trace: expandTrace(row.trace),
    approved: billing(row.approved_minor),
    held: billing(row.held_minor),
    reversed: billing(row.reversed_minor),
    expired: billing(row.expired_minor),
    cleared: billing(row.cleared_minor),
    refunded: billing(row.refunded_minor),
    fee: billing(row.fee_minor),
    limitUse: recordedUses(row.limit_use ?? []),
    status: row.status,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  }
}
