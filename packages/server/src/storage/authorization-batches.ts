/**
 * Batches of the authorization engine in SQL: one locked read, one array-based write, commit.
 */

import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { type DecisionTime, decisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { ThreeDs } from '@openissuer/core/authorization/three-ds.ts'
import type { CardStatus } from '@openissuer/core/card/card.ts'
import {
  type CompiledMerchantControl,
  type SpendScope,
  stackControls,
} from '@openissuer/core/limits/merchant-controls.ts'
import {
  type CompiledSpendLimit,
  compileSpendLimit,
  type LimitUse,
  windowOf,
} from '@openissuer/core/limits/spend-limit.ts'
import { WindowClocks } from '@openissuer/core/limits/window.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Pool, PoolClient } from 'pg'
import { BatchRefused, type BatchStore } from '../app/engine/authorization-engine.ts'
import type {
  AuthorizationMessage,
  BatchAccount,
  BatchCard,
  BatchWrites,
  LoadedBatch,
  RecordedMessage,
} from '../app/engine/batch.ts'
import { lateKeyOf } from '../app/engine/late-approval.ts'
import { authorizationEventOperations } from './authorization-events.ts'
import { authorizationOperations } from './authorizations.ts'
import { sqlState, UNIQUE_VIOLATION } from './database.ts'
import { lockLimits, readControls, readUse, scopesOf, useLines, type VersionedLimit, writeUse } from './spend-limits.ts'
import { compactTrace } from './trace.ts'

export function createBatchStore(pool: Pool): BatchStore {
  const { authorizationAsDecided } = authorizationOperations(pool)
  const { eventByMatchKey } = authorizationEventOperations(pool)
  const compiler = createLimitCompiler()
  /** of batches that were decided ahead of their read */
  const prepared = new WeakMap<BatchWrites, unknown[]>()
  return {
    authorization: authorizationAsDecided,

    async wasReversedLate(partnerId, authorizationId) {
      return (await eventByMatchKey(partnerId, lateKeyOf(authorizationId))) !== undefined
    },

    prepare(partnerId, writes, time) {
      prepared.set(writes, valuesOf(partnerId, writes, time))
    },

    async run(partnerId, messages, time, decideLoaded) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        const [, { loaded, latest }] = await Promise.all([
          client.query('begin'),
          load(client, partnerId, messages, time, compiler),
        ])
        const { outcomes, writes } = decideLoaded(loaded, latest)
        const [, , committed] = await Promise.all([
          writes.decided.length > 0
            ? write(client, prepared.get(writes) ?? valuesOf(partnerId, writes, latest))
            : undefined,
          writeUse(client, partnerId, writes.limitUse),
          client.query('commit'),
        ])
        // a transaction that has failed answers COMMIT with ROLLBACK
        if (committed.command !== 'COMMIT') throw new Error('the batch was rolled back')
        return outcomes
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError
        })
        throw isRefusal(error) ? new BatchRefused(error) : error
      } finally {
        client.release(broken)
      }
    },
  }
}

/** Classes of SQLSTATE that are about the data itself: data exceptions, broken constraints, limits of a program. */
const REFUSALS = new Set(['22', '23', '54'])

/** A match key that another batch has taken meanwhile is found when the batch is tried again. */
function isRefusal(error: unknown): boolean {
  const state = sqlState(error) ?? ''
  return state !== UNIQUE_VIOLATION && REFUSALS.has(state.slice(0, 2))
}

type AccountRow = {
  account_id: bigint
  currency: string
  balance_minor: bigint
  held_minor: bigint
  forced_minor: bigint
}

type CardRow = {
  card_id: bigint
  cardholder_id: bigint | null
  account_id: bigint
  program_id: bigint
  token: string
  bin: string
  last_four: string
  remark: string | null
  status: CardStatus
  expiry_year: number
  expiry_month: number
  hold_days: number
  long_hold_days: number
  currency: string
  has_rules: boolean
  has_limit: boolean
  daily_count: number
  single_minor: bigint
  daily_minor: bigint
  monthly_minor: bigint
  total_minor: bigint | null
  usage_day: string | null
  used_count: number
  used_day_minor: bigint
  used_month_minor: bigint
  used_total_minor: bigint
}

/** Without an event, the key is that of a reversal which has overtaken its original. */
type RecordedRow = { match_key: string; input_hash: Buffer | null; authorization_id: bigint | null }

/**
 * The account locks come first and guard everything that is read after them: usage, holds and events of an account's
 * cards are only written under its lock, and each statement sees what was committed before it began.
 */
async function load(
  client: PoolClient,
  partnerId: bigint,
  messages: readonly AuthorizationMessage[],
  time: DecisionTime,
  compiler: LimitCompiler,
): Promise<{ loaded: LoadedBatch; latest: DecisionTime }> {
  const accountIds = [...new Set(messages.map(message => message.accountId))]
  const cardIds = [...new Set(messages.map(message => message.cardId))]
  const accounts = client.query<AccountRow>({
    name: 'batch-lock-accounts',
    text: `select account_id, currency, balance_minor, held_minor, forced_minor from account
            where partner_id = $1 and account_id = any($2::bigint[]) order by account_id for no key update`,
    values: [partnerId, literal(accountIds)],
  })
  const cards = client.query<CardRow>({
    name: 'batch-cards',
    text: `select c.card_id, c.cardholder_id, c.account_id, c.program_id, c.token, c.bin, c.last_four, c.remark, c.status,
                  c.expiry_year, c.expiry_month, p.hold_days, p.long_hold_days, p.currency,
                  exists (select from spend_limit where partner_id = $1 and removed_at is null)
                    or exists (select from merchant_control where partner_id = $1 and removed_at is null) as has_rules,
                  l.limit_id is not null as has_limit, l.daily_count, l.single_minor, l.daily_minor, l.monthly_minor, l.total_minor,
                  u.day as usage_day, u.day_count as used_count, u.day_minor as used_day_minor,
                  u.month_minor as used_month_minor, u.total_minor as used_total_minor
             from card c
             join card_program p on p.program_id = c.program_id
             left join card_limit l on l.partner_id = c.partner_id and l.card_id = c.card_id
             left join lateral (
               select * from card_day_usage d
                where d.partner_id = c.partner_id and d.card_id = c.card_id
                order by d.day desc limit 1
             ) u on true
            where c.partner_id = $1 and c.card_id = any($2::bigint[])`,
    values: [partnerId, literal(cardIds)],
  })
  const recorded = client.query<RecordedRow>({
    name: 'batch-recorded',
    // key by key: a plan made while the table was small would otherwise read all of the partner's events for ever
    text: `select k.match_key, e.input_hash, e.authorization_id
             from unnest($2::text[]) as k(match_key)
             left join lateral (
               select * from authorization_event x where x.partner_id = $1 and x.match_key = k.match_key limit 1
             ) e on true
             left join lateral (
               select * from early_reversal r where r.partner_id = $1 and r.original_key = k.match_key limit 1
             ) r on true
            where e.event_id is not null or r.event_id is not null`,
    values: [partnerId, messages.map(message => message.matchKey)],
  })
  const [accountRows, cardRows, recordedRows] = await Promise.all([accounts, cards, recorded])
  const latest = notBefore(time, cardRows.rows)
  const today = dayOf(latest)
  const rules = await loadRules(client, partnerId, cardRows.rows, latest, compiler)
  const loaded = {
    accounts: new Map(accountRows.rows.map(row => [row.account_id, accountOf(row)])),
    cards: new Map(cardRows.rows.map(row => [row.card_id, cardOf(row, today, rules)])),
    spendLimitUse: rules.use,
    recorded: new Map(recordedRows.rows.map((row): [string, RecordedMessage] => [row.match_key, recordedOf(row)])),
  }
  return { loaded, latest }
}

/** The controls and spend limits of the batch's cards by scope (`scopeKey`), and what is used of the limits. */
type Rules = {
  readonly controls: ReadonlyMap<string, readonly CompiledMerchantControl[]>
  readonly limits: ReadonlyMap<string, readonly CompiledSpendLimit[]>
  readonly use: Map<bigint, LimitUse>
}

/**
 * Nothing is asked for a partner without controls and limits. The limits are locked after the accounts, as those of a
 * cardholder or a program are used by cards of other accounts too; only then what is used of them is read.
 */
async function loadRules(
  client: PoolClient,
  partnerId: bigint,
  rows: readonly CardRow[],
  time: DecisionTime,
  compiler: LimitCompiler,
): Promise<Rules> {
  if (rows[0]?.has_rules !== true) return { controls: new Map(), limits: new Map(), use: new Map() }
  const scopes = new Map(rows.flatMap(cardScopes).map(scope => [scopeKey(scope), scope]))
  const [locked, controls] = await Promise.all([
    lockLimits(client, partnerId, [...scopes.values()], []),
    readControls(client, partnerId, [...scopes.values()]),
  ])
  const limits = locked.map(compiler)
  const use = await readUse(
    client,
    partnerId,
    limits.map(compiled => windowOf(compiled, time.ms)),
  )
  return {
    controls: Map.groupBy(stackControls(controls), ({ control }) => scopeKey(control.scope)),
    limits: Map.groupBy(limits, ({ limit }) => scopeKey(limit.scope)),
    use: new Map(use),
  }
}

function scopeKey({ kind, id }: SpendScope): string {
  return `${kind}/${id}`
}

function cardScopes(row: CardRow): readonly SpendScope[] {
  return scopesOf({
    cardId: row.card_id,
    cardholderId: row.cardholder_id,
    accountId: row.account_id,
    programId: row.program_id,
  })
}

/** In the order in which they object, by id. A limit counts purchases in its own currency only. */
function rulesOf(row: CardRow, { controls, limits }: Rules): Pick<BatchCard, 'controls' | 'spendLimits'> {
  if (controls.size + limits.size === 0) return { controls: [], spendLimits: [] }
  const keys = cardScopes(row).map(scopeKey)
  return {
    controls: keys
      .flatMap(key => controls.get(key) ?? [])
      .toSorted((a, b) => (a.control.controlId < b.control.controlId ? -1 : 1)),
    spendLimits: keys
      .flatMap(key => limits.get(key) ?? [])
      .filter(({ limit }) => limit.currency === row.currency)
      .toSorted((a, b) => (a.limit.limitId < b.limit.limitId ? -1 : 1)),
  }
}

/** Compiles a limit, or finds it compiled: batches meet the same limits again and again. */
type LimitCompiler = (versioned: VersionedLimit) => CompiledSpendLimit

const COMPILED_LIMITS_MAX = 10_000

function createLimitCompiler(): LimitCompiler {
  const clocks = new WindowClocks()
  const compiled = new Map<bigint, { readonly version: number; readonly limit: CompiledSpendLimit }>()
  return ({ limit, version }) => {
    const known = compiled.get(limit.limitId)
    if (known?.version === version) return known.limit
    if (compiled.size >= COMPILED_LIMITS_MAX) compiled.clear()
    const fresh = compileSpendLimit(limit, clocks)
    compiled.set(limit.limitId, { version, limit: fresh })
    return fresh
  }
}

/**
 * A batch is decided after those that committed before it. Where its clock lags behind theirs over midnight (it was read
 * before the locks were waited for, or in another process), its time is the first instant of the day they counted in:
 * the sums of an earlier day would miss what they have used.
 */
function notBefore(time: DecisionTime, rows: readonly CardRow[]): DecisionTime {
  const newestDay = rows.reduce((newest, { usage_day: day }) => (day !== null && day > newest ? day : newest), '')
  return newestDay > dayOf(time) ? decisionTime(Temporal.Instant.from(`${newestDay}T00:00:00Z`)) : time
}

/** The UTC day, as PostgreSQL writes dates. */
function dayOf(time: DecisionTime): string {
  return time.text.slice(0, 10)
}

function recordedOf({ input_hash: inputHash, authorization_id: authorizationId }: RecordedRow): RecordedMessage {
  return inputHash === null ? { reversedEarly: true } : { inputHash, authorizationId }
}

function accountOf(row: AccountRow): BatchAccount {
  return {
    accountId: row.account_id,
    currency: currency(row.currency),
    balanceMinor: row.balance_minor,
    heldMinor: row.held_minor,
    forcedMinor: row.forced_minor,
  }
}

/** The newest usage row answers for today: its day counts only if it is today's, its month only if it is this month's. */
function cardOf(row: CardRow, today: string, rules: Rules): BatchCard {
  const isToday = row.usage_day === today
  const isThisMonth = row.usage_day?.slice(0, 7) === today.slice(0, 7)
  return {
    card: { cardId: row.card_id, token: row.token, bin: row.bin, lastFour: row.last_four, remark: row.remark },
    currency: currency(row.currency),
    status: row.status,
    expiry: { year: row.expiry_year, month: row.expiry_month },
    limit: row.has_limit ? limitOf(row) : null,
    ...rulesOf(row, rules),
    holdDays: row.hold_days,
    longHoldDays: row.long_hold_days,
    dayCount: isToday ? row.used_count : 0,
    dayMinor: isToday ? row.used_day_minor : 0n,
    monthMinor: isThisMonth ? row.used_month_minor : 0n,
    totalMinor: row.usage_day === null ? 0n : row.used_total_minor,
  }
}

function limitOf(row: CardRow): BatchCard['limit'] {
  const money = (minor: bigint) => amount(minor, currency(row.currency))
  return {
    dailyCount: row.daily_count,
    singleAmount: money(row.single_minor),
    dailyAmount: money(row.daily_minor),
    monthlyAmount: money(row.monthly_minor),
    totalAmount: row.total_minor === null ? null : money(row.total_minor),
  }
}

/** One statement: authorizations, events, outbox, usage, holds. */
async function write(client: PoolClient, values: unknown[]): Promise<void> {
  await client.query({ name: 'batch-write', text: WRITE, values })
}

function valuesOf(partnerId: bigint, writes: BatchWrites, time: DecisionTime): unknown[] {
  const { decided, accounts, cards } = writes
  const column = <T>(value: (row: (typeof decided)[number]) => T) => decided.map(value)
  return [
    partnerId,
    time.text,
    literal(column(row => row.authorization.authorizationId)),
    literal(column(row => row.authorization.card.cardId)),
    literal(column(row => row.authorization.accountId)),
    texts(column(row => row.authorization.purpose)),
    texts(column(row => row.authorization.entryMode)),
    literal(column(row => row.authorization.transactionAmount.minor)),
    texts(column(row => row.authorization.transactionAmount.currency)),
    literal(column(row => row.authorization.billingAmount.minor)),
    texts(column(row => row.authorization.billingAmount.currency)),
    texts(column(row => row.authorization.merchant.id)),
    texts(column(row => row.authorization.merchant.name)),
    texts(column(row => row.authorization.merchant.mcc)),
    texts(column(row => row.authorization.merchant.country)),
    texts(column(row => row.authorization.merchant.city)),
    texts(column(row => row.authorization.merchant.acquirerId)),
    texts(column(row => row.authorization.approvalCode)),
    texts(column(row => row.authorization.declineReason)),
    texts(column(row => compactTrace(row.authorization.trace))),
    literal(column(row => row.authorization.held.minor)),
    texts(column(row => row.authorization.status)),
    texts(instantTexts(column(row => row.authorization.expiresAt))),
    texts(column(row => (row.message.advice ? 'advice' : 'authorization'))),
    texts(column(row => row.message.matchKey)),
    texts(column(row => `\\x${Buffer.from(row.message.inputHash).toString('hex')}`)),
    literal(accounts.map(account => account.accountId)),
    literal(accounts.map(account => account.heldMinor)),
    literal(accounts.map(account => account.forcedMinor)),
    literal(cards.map(card => card.card.cardId)),
    literal(cards.map(card => card.dayCount)),
    literal(cards.map(card => card.dayMinor)),
    literal(cards.map(card => card.monthMinor)),
    literal(cards.map(card => card.totalMinor)),
    cards.map(card => card.currency),
    texts(column(row => limitUseText(row.authorization))),
    texts(column(row => threeDsText(row.authorization.threeDs))),
    texts(column(row => row.authorization.conversionRate)),
  ]
}

const WRITE = `
with decided as (
  select * from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[], $7::text[], $8::bigint[], $9::text[],
    $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[],
    $19::text[], $20::text[], $21::bigint[], $22::text[], $23::timestamptz[], $24::text[], $25::text[], $26::bytea[],
    $36::text[], $37::text[], $38::text[])
  as d(authorization_id, card_id, account_id, purpose, entry_mode, transaction_minor, transaction_currency, billing_minor,
    billing_currency, merchant_id, merchant_name, merchant_mcc, merchant_country, merchant_city, acquirer_id, approval_code,
    decline_reason, trace, held_minor, status, expires_at, kind, match_key, input_hash,
    limit_use, three_ds, conversion_rate)
), inserted as (
  insert into card_authorization (partner_id, authorization_id, card_id, account_id, purpose, entry_mode, transaction_minor,
    transaction_currency, billing_minor, billing_currency, merchant_id, merchant_name, merchant_mcc, merchant_country,
    merchant_city, acquirer_id, approval_code, decline_reason, trace, approved_minor, held_minor, cleared_minor, fee_minor,
    status, expires_at, limit_use, three_ds, conversion_rate, created_at)
  select $1, authorization_id, card_id, account_id, purpose, entry_mode, transaction_minor, transaction_currency,
    billing_minor, billing_currency, merchant_id, merchant_name, merchant_mcc, merchant_country, merchant_city, acquirer_id,
    approval_code, decline_reason, trace::json, held_minor, held_minor, 0, 0, status, expires_at, limit_use::json,
    three_ds::json, conversion_rate, $2
  from decided
), logged as (
  insert into authorization_event (partner_id, event_id, authorization_id, card_id, account_id, kind, match_key, input_hash,
    transaction_minor, transaction_currency, billing_minor, billing_currency, created_at)
  select $1, authorization_id, authorization_id, card_id, account_id, kind, match_key, input_hash, transaction_minor,
    transaction_currency, billing_minor, billing_currency, $2
  from decided
), announced as (
  insert into outbox (partner_id, outbox_id, kind, card_id, payload, created_at)
  select $1, authorization_id, 'authorization', card_id, json_build_object('eventId', authorization_id::text), $2
  from decided
), queued as (
  insert into outbox_batch (partner_id, batch_id, outbox_ids) select $1, min(authorization_id), $3::bigint[] from decided
), held as (
  update account a set held_minor = h.held_minor, forced_minor = h.forced_minor
    from unnest($27::bigint[], $28::bigint[], $29::bigint[]) as h(account_id, held_minor, forced_minor)
   where a.partner_id = $1 and a.account_id = h.account_id
)
insert into card_day_usage (partner_id, card_id, day, currency, day_count, day_minor, month_minor, total_minor)
select $1, u.card_id, ($2::timestamptz at time zone 'UTC')::date, u.currency, u.day_count, u.day_minor, u.month_minor, u.total_minor
  from unnest($30::bigint[], $31::integer[], $32::bigint[], $33::bigint[], $34::bigint[], $35::text[])
    as u(card_id, day_count, day_minor, month_minor, total_minor, currency)
on conflict (partner_id, card_id, day) do update
  set day_count = excluded.day_count, day_minor = excluded.day_minor, month_minor = excluded.month_minor,
      total_minor = excluded.total_minor`

function limitUseText({ limitUse }: Authorization): string | null {
  return limitUse.length === 0 ? null : JSON.stringify(useLines(limitUse))
}

/** Few messages have any. */
function threeDsText(threeDs: ThreeDs | null): string | null {
  return threeDs === null ? null : JSON.stringify(threeDs)
}

/** An array of texts as PostgreSQL reads it, in a third of the time that the driver's own way takes. */
function texts(values: readonly (string | null)[]): string {
  return `{${values.map(value => (value === null ? 'NULL' : `"${escaped(value)}"`)).join(',')}}`
}

function escaped(value: string): string {
  return SPECIAL.test(value) ? value.replace(EACH_SPECIAL, '\\$&') : value
}

const SPECIAL = /["\\]/
const EACH_SPECIAL = /["\\]/g

/** Holds of a batch share few expiries. */
function instantTexts(instants: readonly (Temporal.Instant | null)[]): (string | null)[] {
  const printed = new Map<Temporal.Instant, string>()
  return instants.map(instant => {
    if (instant === null) return null
    const text = printed.get(instant) ?? instant.toString()
    printed.set(instant, text)
    return text
  })
}

/** An array of numbers as PostgreSQL reads it: the driver's own way quotes and escapes each element. */
function literal(numbers: readonly (bigint | number)[]): string {
  return `{${numbers.join(',')}}`
}
