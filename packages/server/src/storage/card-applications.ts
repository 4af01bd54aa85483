import type {
  CardApplication,
  CardApplicationStatus,
  CardFunding,
  CardProduction,
  CardTerms,
  Delivery,
} from '@openissuer/core/card/application.ts'
import type { CardForm } from '@openissuer/core/card/card.ts'
import { type Amount, amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type ApplicationRow = {
  partner_id: bigint
  application_id: bigint
  order_no: string
  reference: string
  status: CardApplicationStatus
  cardholder_id: bigint | null
  program_id: bigint
  terms: StoredTerms
  card_id: bigint | null
  created_at: Temporal.Instant
}

type StoredAmount = { minor: string; currency: string }

/** The terms as JSON: ids and minor units as text, because JSON numbers do not hold them exactly. */
type StoredTerms = {
  form: CardForm
  funding: { kind: Exclude<CardFunding['kind'], 'shared'> } | { kind: 'shared'; accountId: string }
  initialBalance: { amount: StoredAmount; payAccountId: string } | null
  limit: {
    dailyCount: number
    singleAmount: StoredAmount
    dailyAmount: StoredAmount
    monthlyAmount: StoredAmount
    totalAmount: StoredAmount | null
  } | null
  remark: string | null
  delivery: Delivery | null
  /** absent from terms of before there was any */
  production?: (Omit<CardProduction, 'contactId'> & { contactId: string | null }) | null
}

type ApplicationOperations = Pick<
  Reader & Transaction,
  | 'cardApplicationsOfOrder'
  | 'cardApplicationOfCard'
  | 'insertCardApplication'
  | 'cardApplicationsInReview'
  | 'closeCardApplication'
>

export function cardApplicationOperations(database: Queryable): ApplicationOperations {
  return {
    async insertCardApplication(application) {
      await database.query(
        `insert into card_application (partner_id, application_id, order_no, reference, status, cardholder_id, program_id, terms, card_id, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          application.partnerId,
          application.applicationId,
          application.orderNo,
          application.reference,
          application.status,
          application.cardholderId,
          application.programId,
          JSON.stringify(storedOf(application.terms)),
          application.cardId,
          application.createdAt.toString(),
        ],
      )
    },

    async cardApplicationsInReview(partnerId, cardholderId) {
      const { rows } = await database.query<ApplicationRow>(
        `select * from card_application
          where partner_id = $1 and cardholder_id = $2 and status = 'in-review'
          order by application_id for no key update`,
        [partnerId, cardholderId],
      )
      return rows.map(applicationOf)
    },

    async cardApplicationsOfOrder(partnerId, orderNo) {
      const { rows } = await database.query<ApplicationRow>(
        'select * from card_application where partner_id = $1 and order_no = $2 order by application_id',
        [partnerId, orderNo],
      )
      return rows.map(applicationOf)
    },

    async cardApplicationOfCard(partnerId, uniqueNo) {
      const { rows } = await database.query<ApplicationRow>(
        'select * from card_application where partner_id = $1 and reference = $2',
        [partnerId, uniqueNo],
      )
      return rows[0] && applicationOf(rows[0])
    },

    async closeCardApplication(partnerId, applicationId, status, cardId) {
      await database.query(
        'update card_application set status = $3, card_id = $4 where partner_id = $1 and application_id = $2',
        [partnerId, applicationId, status, cardId],
      )
    },
  }
}

export async function cardApplicationsByIds(
  database: Queryable,
  partnerId: bigint,
  applicationIds: readonly bigint[],
): Promise<readonly CardApplication[]> {
  const { rows } = await database.query<ApplicationRow>(
    'select * from card_application where partner_id = $1 and application_id = any($2::bigint[])',
    [partnerId, applicationIds],
  )
  return rows.map(applicationOf)
}

function applicationOf(row: ApplicationRow): CardApplication {
  return {
    partnerId: row.partner_id,
    applicationId: row.application_id,
    orderNo: row.order_no,
    reference: row.reference,
    status: row.status,
    cardholderId: row.cardholder_id,
    programId: row.program_id,
    terms: termsOf(row.terms),
    cardId: row.card_id,
    createdAt: row.created_at,
  }
}

function storedOf(terms: CardTerms): StoredTerms {
  const { initialBalance, limit, funding, production } = terms
  return {
    ...terms,
    funding: funding.kind === 'shared' ? { kind: 'shared', accountId: String(funding.accountId) } : funding,
    initialBalance: initialBalance && {
      amount: storedAmount(initialBalance.amount),
      payAccountId: String(initialBalance.payAccountId),
    },
    limit: limit && {
      dailyCount: limit.dailyCount,
      singleAmount: storedAmount(limit.singleAmount),
      dailyAmount: storedAmount(limit.dailyAmount),
      monthlyAmount: storedAmount(limit.monthlyAmount),
      totalAmount: limit.totalAmount && storedAmount(limit.totalAmount),
    },
    production: production && {
      ...production,
      contactId: production.contactId === null ? null : String(production.contactId),
    },
  }
}

function termsOf(stored: StoredTerms): CardTerms {
  const { initialBalance, limit, funding, production } = stored
  return {
    ...stored,
    funding: funding.kind === 'shared' ? { kind: 'shared', accountId: BigInt(funding.accountId) } : funding,
    initialBalance: initialBalance && {
      amount: amountOf(initialBalance.amount),
      payAccountId: BigInt(initialBalance.payAccountId),
    },
    limit: limit && {
      dailyCount: limit.dailyCount,
      singleAmount: amountOf(limit.singleAmount),
      dailyAmount: amountOf(limit.dailyAmount),
      monthlyAmount: amountOf(limit.monthlyAmount),
      totalAmount: limit.totalAmount && amountOf(limit.totalAmount),
    },
    production:
      production == null
        ? null
        : { ...production, contactId: production.contactId === null ? null : BigInt(production.contactId) },
  }
}

function storedAmount(value: Amount): StoredAmount {
  return { minor: String(value.minor), currency: value.currency }
}

function amountOf(stored: StoredAmount): Amount {
  return amount(BigInt(stored.minor), currency(stored.currency))
}
