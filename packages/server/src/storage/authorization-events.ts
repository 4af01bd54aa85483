/**
 * What follows a decision, in SQL: events, what they change of the authorization, and what the card has used.
 */
import type { AuthorizationStatus, Merchant } from '@openissuer/core/authorization/authorization.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { AuthorizationEvent, Effect, EventKind, Sums } from '@openissuer/core/authorization/event.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { type Currency, currency } from '@openissuer/core/money/currency.ts'
import type { LimitUsageMinor, Reader, Transaction } from '../app/ports.ts'
import { type Queryable, sqlState, UNIQUE_VIOLATION } from './database.ts'
import { recordedUses, type UseLine, useLines } from './spend-limits.ts'
import { type CompactLine, compactTrace, expandTrace } from './trace.ts'

export type EventRow = {
  partner_id: bigint
  event_id: bigint
  authorization_id: bigint | null
  original_event_id: bigint | null
  card_id: bigint
  account_id: bigint
  kind: EventKind
  match_key: string
  input_hash: Buffer
  transaction_minor: bigint
  transaction_currency: string
  billing_minor: bigint
  billing_currency: string
  entry_id: bigint | null
  detail: Detail | null
  created_at: Temporal.Instant
}

/** The column `detail`: an effect in the account's currency, minor units as text, what is empty left out. */
type Detail = {
  hold?: string
  usage?: [day: string, count: number, minor: string][]
  limitUse?: UseLine[]
  conversionRate?: string
  fee?: string
  feeBps?: number
  feeEntryId?: string
  final?: true
  forced?: true
  originalKey?: string
  declineReason?: DeclineReason
  approvalCode?: string
  trace?: CompactLine[]
  merchant?: Merchant
  after?: { status: AuthorizationStatus } & Record<SumName, string>
}

type SumName = Exclude<keyof Sums, 'status'>

export type UsageRow = {
  day: string
  day_count: number
  day_minor: bigint
  month_minor: bigint
  total_minor: bigint
}

type EventOperations = Pick<
  Reader & Transaction,
  | 'authorizationEvent'
  | 'eventByMatchKey'
  | 'eventsAfterDecision'
  | 'eventsAbout'
  | 'dueExpiries'
  | 'newestUsage'
  | 'usageOn'
  | 'clearingTermsOf'
  | 'partnerIds'
  | 'locateAuthorization'
  | 'locateEvent'
  | 'updateAuthorization'
  | 'changeUsage'
  | 'insertAuthorizationEvent'
  | 'insertEarlyReversal'
>

export function authorizationEventOperations(database: Queryable): EventOperations {
  return {
    async authorizationEvent(partnerId, eventId) {
      const { rows } = await database.query<EventRow>({
        name: 'authorization-event',
        text: 'select * from authorization_event where partner_id = $1 and event_id = $2',
        values: [partnerId, eventId],
      })
      return rows[0] && eventOf(rows[0])
    },

    async eventByMatchKey(partnerId, matchKey) {
      const { rows } = await database.query<EventRow>({
        name: 'event-by-match-key',
        text: 'select * from authorization_event where partner_id = $1 and match_key = $2',
        values: [partnerId, matchKey],
      })
      return rows[0] && eventOf(rows[0])
    },

    async eventsAfterDecision(partnerId, authorizationId) {
      const { rows } = await database.query<EventRow>({
        name: 'events-after-decision',
        text: `select * from authorization_event
                where partner_id = $1 and authorization_id = $2 and event_id <> authorization_id
                order by created_at, event_id`,
        values: [partnerId, authorizationId],
      })
      return rows.map(eventOf)
    },

    async eventsAbout(partnerId, originalEventId) {
      const { rows } = await database.query<EventRow>({
        name: 'events-about',
        text: `select * from authorization_event where partner_id = $1 and original_event_id = $2
                order by created_at, event_id`,
        values: [partnerId, originalEventId],
      })
      return rows.map(eventOf)
    },

    async dueExpiries(partnerId, now, limit) {
      const { rows } = await database.query<{ authorization_id: bigint; expires_at: Temporal.Instant }>({
        name: 'due-expiries',
        text: `select authorization_id, expires_at from card_authorization
                where partner_id = $1 and status = 'open' and expires_at <= $2
                order by expires_at, authorization_id limit $3`,
        values: [partnerId, now.toString(), limit],
      })
      return rows.map(row => ({ partnerId, authorizationId: row.authorization_id, expiresAt: row.expires_at }))
    },

    async usageOn(partnerId, cardId, day) {
      const { rows } = await database.query<UsageRow>({
        name: 'usage-on',
        text: `select day, day_count, day_minor, month_minor, total_minor from card_day_usage
                where partner_id = $1 and card_id = $2 and day <= $3 order by day desc limit 1`,
        values: [partnerId, cardId, day],
      })
      return usageUpTo(day, rows[0])
    },

    async newestUsage(partnerId, cardId) {
      const { rows } = await database.query<UsageRow>({
        name: 'newest-usage',
        text: `select day, day_count, day_minor, month_minor, total_minor from card_day_usage
                where partner_id = $1 and card_id = $2 order by day desc limit 1`,
        values: [partnerId, cardId],
      })
      const row = rows[0]
      if (row === undefined) return undefined
      return {
        day: row.day,
        dayCount: row.day_count,
        dayMinor: row.day_minor,
        monthMinor: row.month_minor,
        totalMinor: row.total_minor,
      }
    },

    async clearingTermsOf(partnerId, cardId) {
      const { rows } = await database.query<{ clearing_tolerance_bps: number; foreign_fee_bps: number }>({
        name: 'clearing-terms',
        text: `select p.clearing_tolerance_bps, p.foreign_fee_bps
                 from card c join card_program p on p.program_id = c.program_id
                where c.partner_id = $1 and c.card_id = $2`,
        values: [partnerId, cardId],
      })
      const row = rows[0]
      if (row === undefined) throw new Error(`card ${cardId} has no program`)
      return { toleranceBps: row.clearing_tolerance_bps, foreignFeeBps: row.foreign_fee_bps }
    },

    async partnerIds() {
      const { rows } = await database.query<{ partner_id: bigint }>(
        'select partner_id from partner order by partner_id',
      )
      return rows.map(row => row.partner_id)
    },

    async locateAuthorization(authorizationId) {
      const { rows } = await database.query<{ partner_id: bigint }>(
        `select partner_id from card_authorization
          where partner_id = any((select array_agg(partner_id) from partner)::bigint[]) and authorization_id = $1`,
        [authorizationId],
      )
      return rows[0] && { partnerId: rows[0].partner_id }
    },

    async locateEvent(eventId) {
      const { rows } = await database.query<{ partner_id: bigint }>(
        `select partner_id from authorization_event
          where partner_id = any((select array_agg(partner_id) from partner)::bigint[]) and event_id = $1`,
        [eventId],
      )
      return rows[0] && { partnerId: rows[0].partner_id }
    },

    async updateAuthorization(authorization) {
      const { approved, held, reversed, expired, cleared, refunded, fee } = authorization
      const { rowCount } = await database.query({
        name: 'update-authorization',
        text: `update card_authorization
                  set approved_minor = $3, held_minor = $4, reversed_minor = $5, expired_minor = $6, cleared_minor = $7,
                      refunded_minor = $8, fee_minor = $9, status = $10
                where partner_id = $1 and authorization_id = $2`,
        values: [
          authorization.partnerId,
          authorization.authorizationId,
          ...[approved, held, reversed, expired, cleared, refunded, fee].map(({ minor }) => minor),
          authorization.status,
        ],
      })
      if (rowCount !== 1) throw new Error(`authorization ${authorization.authorizationId} vanished`)
    },

    async changeUsage({ partnerId, cardId, currency: usageCurrency, usage }) {
      for (const { day, count, minor } of usage) {
        if (minor > 0n) await openDay(database, partnerId, cardId, usageCurrency, day)
        await database.query({
          name: 'change-usage',
          text: `update card_day_usage
                    set day_count = day_count + case when day = $3::date then $4::integer else 0 end,
                        day_minor = day_minor + case when day = $3::date then $5::bigint else 0 end,
                        month_minor = month_minor
                          + case when date_trunc('month', day) = date_trunc('month', $3::date) then $5::bigint else 0 end,
                        total_minor = total_minor + $5::bigint
                  where partner_id = $1 and card_id = $2 and day >= $3::date`,
          values: [partnerId, cardId, day, count, minor],
        })
      }
    },

    async insertAuthorizationEvent(event) {
      try {
        await insertEvent(database, event)
        return true
      } catch (error) {
        if (sqlState(error) === UNIQUE_VIOLATION) return false
        throw error
      }
    },

    async insertEarlyReversal({ partnerId, originalKey, eventId, createdAt }) {
      await database.query({
        name: 'insert-early-reversal',
        text: `insert into early_reversal (partner_id, original_key, event_id, created_at) values ($1, $2, $3, $4)
               on conflict do nothing`,
        values: [partnerId, originalKey, eventId, createdAt.toString()],
      })
    },
  }
}

/** The row of a day that has none yet starts with the sums of the day before it. */
async function openDay(
  database: Queryable,
  partnerId: bigint,
  cardId: bigint,
  usageCurrency: Currency,
  day: string,
): Promise<void> {
  await database.query({
    name: 'open-usage-day',
    text: `insert into card_day_usage (partner_id, card_id, day, currency, day_count, day_minor, month_minor, total_minor)
           select $1, $2, $3::date, $4, 0, 0,
                  coalesce(case when date_trunc('month', u.day) = date_trunc('month', $3::date) then u.month_minor end, 0),
                  coalesce(u.total_minor, 0)
             from (select 1) as one
             left join lateral (
               select * from card_day_usage where partner_id = $1 and card_id = $2 and day < $3::date
                order by day desc limit 1
             ) u on true
           on conflict do nothing`,
    values: [partnerId, cardId, day, usageCurrency],
  })
}

/** The event and its announcement carry the same id. */
async function insertEvent(database: Queryable, event: AuthorizationEvent): Promise<void> {
  await database.query({
    name: 'insert-authorization-event',
    text: `with announced as (
             insert into outbox (partner_id, outbox_id, kind, card_id, payload, created_at)
             values ($1, $2, $7, $5, json_build_object('eventId', $2::bigint::text), $16)
           ), queued as (
             insert into outbox_batch (partner_id, batch_id, outbox_ids) values ($1, $2, array[$2::bigint])
           )
           insert into authorization_event (partner_id, event_id, authorization_id, original_event_id, card_id, account_id,
             kind, match_key, input_hash, transaction_minor, transaction_currency, billing_minor, billing_currency, entry_id,
             detail, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    values: [
      event.partnerId,
      event.eventId,
      event.authorizationId,
      event.originalEventId,
      event.cardId,
      event.accountId,
      event.kind,
      event.matchKey,
      event.inputHash,
      event.transactionAmount.minor,
      event.transactionAmount.currency,
      event.billingAmount.minor,
      event.billingAmount.currency,
      event.entryId,
      event.effect === null ? null : JSON.stringify(detailOf(event.effect)),
      event.createdAt.toString(),
    ],
  })
}

export function eventOf(row: EventRow): AuthorizationEvent {
  const billingCurrency = currency(row.billing_currency)
  return {
    partnerId: row.partner_id,
    eventId: row.event_id,
    authorizationId: row.authorization_id,
    originalEventId: row.original_event_id,
    cardId: row.card_id,
    accountId: row.account_id,
    kind: row.kind,
    matchKey: row.match_key,
    inputHash: new Uint8Array(row.input_hash),
    transactionAmount: amount(row.transaction_minor, currency(row.transaction_currency)),
    billingAmount: amount(row.billing_minor, billingCurrency),
    entryId: row.entry_id,
    effect: row.detail === null ? null : effectOf(row.detail, billingCurrency),
    createdAt: row.created_at,
  }
}

function detailOf(effect: Effect): Detail {
  const { after } = effect
  return {
    ...(effect.hold === 0n ? {} : { hold: String(effect.hold) }),
    ...(effect.usage.length === 0
      ? {}
      : { usage: effect.usage.map(({ day, count, minor }): [string, number, string] => [day, count, String(minor)]) }),
    ...(effect.limitUse.length === 0 ? {} : { limitUse: useLines(effect.limitUse) }),
    ...(effect.conversionRate === null ? {} : { conversionRate: effect.conversionRate }),
    ...(effect.fee.minor === 0n ? {} : { fee: String(effect.fee.minor) }),
    ...(effect.feeBps === 0 ? {} : { feeBps: effect.feeBps }),
    ...(effect.feeEntryId === null ? {} : { feeEntryId: String(effect.feeEntryId) }),
    ...(effect.final ? { final: true } : {}),
    ...(effect.forced ? { forced: true } : {}),
    ...(effect.originalKey === null ? {} : { originalKey: effect.originalKey }),
    ...(effect.declineReason === null ? {} : { declineReason: effect.declineReason }),
    ...(effect.approvalCode === null ? {} : { approvalCode: effect.approvalCode }),
    ...(effect.trace.length === 0 ? {} : { trace: JSON.parse(compactTrace(effect.trace)) as CompactLine[] }),
    ...(effect.merchant === null ? {} : { merchant: effect.merchant }),
    ...(after === null
      ? {}
      : {
          after: {
            status: after.status,
            approved: String(after.approved.minor),
            held: String(after.held.minor),
            reversed: String(after.reversed.minor),
            expired: String(after.expired.minor),
            cleared: String(after.cleared.minor),
            refunded: String(after.refunded.minor),
          },
        }),
  }
}

function effectOf(detail: Detail, billingCurrency: Currency): Effect {
  const money = (minor: string) => amount(BigInt(minor), billingCurrency)
  const { after } = detail
  return {
    hold: BigInt(detail.hold ?? 0),
    usage: (detail.usage ?? []).map(([day, count, minor]) => ({ day, count, minor: BigInt(minor) })),
    limitUse: recordedUses(detail.limitUse ?? []),
    conversionRate: detail.conversionRate ?? null,
    fee: money(detail.fee ?? '0'),
    feeBps: detail.feeBps ?? 0,
    feeEntryId: detail.feeEntryId === undefined ? null : BigInt(detail.feeEntryId),
    final: detail.final ?? false,
    forced: detail.forced ?? false,
    originalKey: detail.originalKey ?? null,
    declineReason: detail.declineReason ?? null,
    approvalCode: detail.approvalCode ?? null,
    trace: expandTrace(detail.trace ?? []),
    merchant: detail.merchant ?? null,
    after:
      after === undefined
        ? null
        : {
            status: after.status,
            approved: money(after.approved),
            held: money(after.held),
            reversed: money(after.reversed),
            expired: money(after.expired),
            cleared: money(after.cleared),
            refunded: money(after.refunded),
          },
  }
}

/** @param row of the last day up to `day` on which the card was used; undefined for one that never was */
export function usageUpTo(day: string, row: UsageRow | undefined): LimitUsageMinor {
  const isDay = row?.day === day
  const isMonth = row?.day.slice(0, 7) === day.slice(0, 7)
  return {
    dayCount: isDay ? row.day_count : 0,
    dayMinor: isDay ? row.day_minor : 0n,
    monthMinor: isMonth ? row.month_minor : 0n,
    totalMinor: row?.total_minor ?? 0n,
  }
}
