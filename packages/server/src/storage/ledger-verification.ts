/**
 * Proof of the books: recomputes from the append-only rows what must hold of balances, holds, limits and hash chains.
 */
import type { Pool } from 'pg'
import { COUNT_VIOLATIONS } from './card-record-counts.ts'
import { chainViolations } from './chain-seals.ts'
import type { Queryable } from './database.ts'

/** One line of the trial balance: what an account kind holds in a currency, all partners together, in minor units. */
export type TrialBalanceLine = {
  readonly currency: string
  readonly kind: string
  readonly debitMinor: bigint
  readonly creditMinor: bigint
}

export type LedgerReport = {
  /** rules that do not hold, with the rows that break them; empty when the books are in order */
  readonly violations: readonly string[]
  readonly trialBalance: readonly TrialBalanceLine[]
  readonly checked: LedgerCounts
}

/** How many rows were looked at. */
export type LedgerCounts = {
  readonly accounts: number
  readonly entries: number
  readonly postings: number
  readonly authorizations: number
  readonly seals: number
}

/** Of a rule that is broken everywhere so many rows are told. */
const FINDINGS_OF_RULE_MAX = 1_000
/** A single rule that takes longer ends the proof, which then says nothing. */
const RULE_MS_MAX = 600_000

/** Looks at one snapshot of the database, beside whatever is going on. */
export async function verifyLedger(pool: Pool): Promise<LedgerReport> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set local statement_timeout = ${RULE_MS_MAX}`)
    const violations = [...(await ledgerViolations(client)), ...(await chainViolations(client))]
    const report = { violations, trialBalance: await trialBalance(client), checked: await countsOf(client) }
    await client.query('commit')
    return report
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error))
    throw error
  } finally {
    client.release(broken)
  }
}

async function countsOf(database: Queryable): Promise<LedgerCounts> {
  const { rows } = await database.query<Record<keyof LedgerCounts, bigint>>(
    `select (select count(*) from account) as accounts, (select count(*) from journal_entry) as entries,
            (select count(*) from posting) as postings, (select count(*) from card_authorization) as authorizations,
            (select count(*) from chain_seal) as seals`,
  )
  const [row] = rows
  if (row === undefined) throw new Error('counts have no row')
  return {
    accounts: Number(row.accounts),
    entries: Number(row.entries),
    postings: Number(row.postings),
    authorizations: Number(row.authorizations),
    seals: Number(row.seals),
  }
}

async function trialBalance(database: Queryable): Promise<TrialBalanceLine[]> {
  const { rows } = await database.query<{ currency: string; kind: string; debit: string; credit: string }>(
    `select currency, kind,
            sum(case normal_side when 'debit' then balance_minor else 0 end) as debit,
            sum(case normal_side when 'credit' then balance_minor else 0 end) as credit
       from account group by currency, kind order by currency, kind`,
  )
  return rows.map(row => ({
    currency: row.currency,
    kind: row.kind,
    debitMinor: BigInt(row.debit),
    creditMinor: BigInt(row.credit),
  }))
}

export async function ledgerViolations(database: Queryable): Promise<string[]> {
  const violations: string[] = []
  for (const [rule, sql] of Object.entries(RULES)) {
    const { rows } = await database.query<{ found: string }>(
      `select found from (${sql}) v limit ${FINDINGS_OF_RULE_MAX}`,
    )
    violations.push(...rows.map(row => `${rule}: ${row.found}`))
  }
  return violations
}

/** What approvals took from the limits of a day, and what later messages took and gave back. */
const USED = `
  select a.partner_id, a.authorization_id, a.card_id, (a.created_at at time zone 'UTC')::date as day, 1 as count,
         a.approved_minor - coalesce(i.minor, 0) as minor
    from card_authorization a
    left join lateral (
      select sum((detail->>'hold')::bigint) as minor from authorization_event e
       where e.partner_id = a.partner_id and e.authorization_id = a.authorization_id and e.event_id <> e.authorization_id
         and e.kind = 'increment'
    ) i on true
   where a.approved_minor > 0
  union all
  select e.partner_id, e.authorization_id, e.card_id, (u.line->>0)::date, (u.line->>1)::integer, (u.line->>2)::bigint
    from authorization_event e cross join lateral json_array_elements(e.detail->'usage') u(line)`

/** Each query returns one row for each violation, told in `found`. */
const RULES: Readonly<Record<string, string>> = {
  'every entry has postings, and debits equal credits in each of its currencies': `
    select format('entry %s of partner %s: %s off by %s', e.entry_id, e.partner_id, coalesce(p.currency, 'no posting'),
                  sum(case p.side when 'debit' then p.amount_minor else -p.amount_minor end)) as found
      from journal_entry e left join posting p using (partner_id, entry_id)
     group by e.partner_id, e.entry_id, p.currency
    having coalesce(sum(case p.side when 'debit' then p.amount_minor else -p.amount_minor end), 1) <> 0`,

  'debits equal credits over all entries in each currency': `
    select format('%s is off by %s', currency, sum(case side when 'debit' then amount_minor else -amount_minor end)) as found
      from posting group by currency
    having sum(case side when 'debit' then amount_minor else -amount_minor end) <> 0`,

  'a posting is in the currency of its account': `
    select format('posting to account %s in %s', p.account_id, p.currency) as found
      from posting p join account a using (partner_id, account_id) where p.currency <> a.currency`,

  'the balance of an account is the sum of its postings, by its normal side': `
    select format('account %s has %s, its postings say %s', a.account_id, a.balance_minor, coalesce(sum(p.signed), 0)) as found
      from account a
      left join lateral (select case when side = a.normal_side then amount_minor else -amount_minor end as signed
                           from posting where partner_id = a.partner_id and account_id = a.account_id) p on true
     group by a.partner_id, a.account_id
    having a.balance_minor <> coalesce(sum(p.signed), 0)`,

  'what an account holds back is the sum of the holds of its approved authorizations': `
    select format('account %s holds %s, its authorizations say %s', a.account_id, a.held_minor, coalesce(sum(x.held_minor), 0)) as found
      from account a
      left join card_authorization x
        on x.partner_id = a.partner_id and x.account_id = a.account_id and x.decline_reason is null
     group by a.partner_id, a.account_id
    having a.held_minor <> coalesce(sum(x.held_minor), 0)`,

  'an account is below zero by what was forced on it, and by nothing else': `
    select format('account %s has %s, holds %s and was forced by %s', account_id, balance_minor, held_minor, forced_minor) as found
      from account where forced_minor <> greatest(0, held_minor - balance_minor) or held_minor < 0`,

  'a declined authorization holds nothing': `
    select format('authorization %s holds %s', authorization_id, held_minor) as found
      from card_authorization where decline_reason is not null and held_minor <> 0`,

  'the sums of an authorization are those of its events': `
    with said as (
      select partner_id, authorization_id,
             -coalesce(sum((detail->>'hold')::bigint) filter (where kind = 'reversal'), 0) as reversed,
             -coalesce(sum((detail->>'hold')::bigint) filter (where kind = 'expiry'), 0) as expired,
             -coalesce(sum((detail->>'hold')::bigint) filter (where kind <> 'increment'), 0) as released,
             coalesce(sum(billing_minor) filter (where kind in ('clearing', 'clearing-correction')), 0) as cleared,
             coalesce(sum(case kind when 'refund' then billing_minor when 'refund-reversal' then -billing_minor end), 0) as refunded,
             coalesce(sum((detail->>'fee')::bigint), 0) as fee
        from authorization_event where authorization_id is not null group by 1, 2
    )
    select format('authorization %s: %s', authorization_id, to_json(a)) as found
      from card_authorization a join said using (partner_id, authorization_id)
     where (reversed_minor, expired_minor, held_minor, cleared_minor, refunded_minor, fee_minor, status)
           is distinct from (reversed, expired, approved_minor - released, cleared, refunded, fee,
                             case when held_minor > 0 then 'open' else 'closed' end)`,

  'what was refunded of an authorization was cleared or authorized as a credit': `
    select format('authorization %s: %s of %s refunded', authorization_id, refunded_minor, cleared_minor) as found
      from card_authorization
     where refunded_minor > case when purpose = 'refund' and decline_reason is null then billing_minor else cleared_minor end`,

  'a message moved what its event says, and every movement of a message has its event': `
    with said as (
      select partner_id, entry_id, account_id,
             case kind when 'refund' then -billing_minor else billing_minor end as minor
        from authorization_event where entry_id is not null
      union all
      select partner_id, (detail->>'feeEntryId')::bigint, account_id, (detail->>'fee')::bigint
        from authorization_event where detail->>'feeEntryId' is not null
    ), moved as (
      select partner_id, entry_id, p.account_id, case p.side when 'debit' then amount_minor else -amount_minor end as minor
        from posting p join journal_entry e using (partner_id, entry_id) join account a using (partner_id, account_id)
       where e.kind in ('clearing', 'clearing-correction', 'refund', 'refund-reversal', 'fee')
         and a.kind not in ('network-settlement', 'fee-income')
    )
    select format('entry %s moves %s, its event says %s', entry_id, m.minor, s.minor) as found
      from said s full join moved m using (partner_id, entry_id, account_id)
     where s.minor is distinct from m.minor`,

  'an hour that was counted has as many rows as its count says': COUNT_VIOLATIONS,
  'a fee of a plan moved what its record says': `
    with moved as (
      select partner_id, entry_id, p.account_id, case p.side when 'debit' then amount_minor else -amount_minor end as minor
        from posting p join journal_entry e using (partner_id, entry_id) join account a using (partner_id, account_id)
       where e.kind = 'card-fee' and a.kind <> 'fee-income'
    )
    select format('entry %s moves %s, its fee says %s', entry_id, m.minor, f.amount_minor) as found
      from (select * from card_fee where entry_id is not null) f full join moved m using (partner_id, entry_id, account_id)
     where f.amount_minor is distinct from m.minor`,

  'every event is announced once': `
    select format('event %s of kind %s, announced as %s', e.event_id, e.kind, o.kind) as found
      from authorization_event e
      left join outbox o on o.partner_id = e.partner_id and o.outbox_id = e.event_id
     where o.payload->>'eventId' is distinct from e.event_id::text
        or o.kind is distinct from case e.kind when 'advice' then 'authorization' else e.kind end`,

  'what an authorization has used is what it holds and what was cleared of it, as one purchase': `
    select format('authorization %s used %s × %s, holds %s, cleared %s', authorization_id, count, minor, held_minor, cleared_minor) as found
      from (select partner_id, authorization_id, sum(count) as count, sum(minor) as minor
              from (${USED}) u where authorization_id is not null group by 1, 2) u
      join card_authorization a using (partner_id, authorization_id)
     where minor <> held_minor + cleared_minor or count <> case when minor > 0 then 1 else 0 end`,

  'what a card has used is what its messages took and gave back, by day, month and life': `
    with days as (
      select partner_id, card_id, day, sum(count) as day_count, sum(minor) as day_minor from (${USED}) u group by 1, 2, 3
    ), expected as (
      select d.*, sum(day_minor) over (partition by partner_id, card_id, date_trunc('month', day) order by day) as month_minor,
             sum(day_minor) over (partition by partner_id, card_id order by day) as total_minor
        from days d
    )
    select format('card %s on %s: kept %s × %s, %s, %s; its messages say %s × %s, %s, %s', card_id, day, u.day_count, u.day_minor,
                  u.month_minor, u.total_minor, e.day_count, e.day_minor, e.month_minor, e.total_minor) as found
      from card_day_usage u full join expected e using (partner_id, card_id, day)
     where (u.day_count, u.day_minor, u.month_minor, u.total_minor)
           is distinct from (e.day_count::integer, e.day_minor::bigint, e.month_minor::bigint, e.total_minor::bigint)`,

  'what is used of a spend limit is what its messages took and gave back': `
    with said as (
      select partner_id, (u.line->>0)::bigint as limit_id, to_timestamp((u.line->>1)::bigint / 1000.0) as window_start,
             sum((u.line->>2)::integer) as count, sum((u.line->>3)::bigint) as minor
        from (select partner_id, limit_use as uses from card_authorization where limit_use is not null
              union all
              select partner_id, detail->'limitUse' from authorization_event where detail->'limitUse' is not null) x
       cross join lateral json_array_elements(x.uses) u(line)
       group by 1, 2, 3
    )
    select format('limit %s from %s: kept %s × %s, its messages say %s × %s', limit_id, window_start, k.used_count,
                  k.used_minor, s.count, s.minor) as found
      from spend_limit_usage k full join said s using (partner_id, limit_id, window_start)
     where coalesce(k.used_count, 0) <> coalesce(s.count, 0) or coalesce(k.used_minor, 0) <> coalesce(s.minor, 0)`,
}
