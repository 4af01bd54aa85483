/**
 * The outbox: what partners will hear of, written with the change itself.
 */
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Announcement, Fact, WebhookTransaction } from '../app/webhook-ports.ts'
import type { Queryable } from './database.ts'

type OutboxOperations = Pick<WebhookTransaction, 'announce'>

export function outboxOperations(database: Queryable): OutboxOperations {
  return {
    async announce({ partnerId, eventId, cardId, createdAt, fact }: Announcement) {
      await database.query({
        name: 'announce',
        text: `with announced as (
                 insert into outbox (partner_id, outbox_id, kind, card_id, payload, created_at)
                 values ($1, $2, $3, $4, $5, $6)
               )
               insert into outbox_batch (partner_id, batch_id, outbox_ids) values ($1, $2, array[$2::bigint])`,
        values: [partnerId, eventId, fact.kind, cardId, JSON.stringify(storedOf(fact)), createdAt.toString()],
      })
    },
  }
}

/** The column `payload` of a fact: ids and minor units as text, because JSON numbers do not hold them exactly. */
type StoredFact =
  | { applicationId: string }
  | Omit<Extract<Fact, { kind: 'card-status' }>, 'kind'>
  | (Omit<Extract<Fact, { kind: 'cardholder-verification' }>, 'kind' | 'cardholderId'> & { cardholderId: string })
  | { entryId: string; minor: string; currency: string }
  | { feeId: string }
  | { authorizationId: string }
  | Record<string, never>

function storedOf(fact: Fact): StoredFact {
  switch (fact.kind) {
    case 'card-application':
      return { applicationId: String(fact.applicationId) }
    case 'card-status':
      return { before: fact.before, after: fact.after, reason: fact.reason }
    case 'cardholder-verification':
      return {
        cardholderId: String(fact.cardholderId),
        before: fact.before,
        after: fact.after,
        rejection: fact.rejection,
        codes: fact.codes,
      }
    case 'card-load':
      return { entryId: String(fact.entryId), minor: String(fact.amount.minor), currency: fact.amount.currency }
    case 'card-fee':
      return { feeId: String(fact.feeId) }
    case 'partner-decision':
      return { authorizationId: String(fact.authorizationId) }
    case 'one-time-password':
      return {}
    default:
      return fact satisfies never
  }
}

/** @param payload what `storedOf` made of a fact of this kind */
export function factOf(kind: Fact['kind'], payload: unknown): Fact {
  switch (kind) {
    case 'card-application':
      return { kind, applicationId: BigInt((payload as { applicationId: string }).applicationId) }
    case 'card-status':
      return { kind, ...(payload as Omit<Extract<Fact, { kind: 'card-status' }>, 'kind'>) }
    case 'cardholder-verification': {
      type Verified = Extract<Fact, { kind: 'cardholder-verification' }>
      const { cardholderId, ...rest } = payload as Omit<Verified, 'kind' | 'cardholderId'> & { cardholderId: string }
      return { kind, cardholderId: BigInt(cardholderId), ...rest }
    }
    case 'card-load': {
      const stored = payload as { entryId: string; minor: string; currency: string }
      return {
        kind,
        entryId: BigInt(stored.entryId),
        amount: amount(BigInt(stored.minor), currency(stored.currency)),
      }
    }
    case 'card-fee':
      return { kind, feeId: BigInt((payload as { feeId: string }).feeId) }
    case 'partner-decision':
      return { kind, authorizationId: BigInt((payload as { authorizationId: string }).authorizationId) }
    case 'one-time-password':
      return { kind }
    default:
      return kind satisfies never
  }
}
