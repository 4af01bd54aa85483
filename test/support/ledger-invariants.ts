/**
 * What must hold of the money in a database after every step, recomputed from the append-only rows.
 */
import type { Pool } from 'pg'

/** Each query returns one row for each violation, told in `found`. */
const INVARIANTS: Readonly<Record<string, string>> = {
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

  'no account holds back more than it has': `
    select format('account %s has %s and holds %s', account_id, balance_minor, held_minor) as found
      from account where held_minor > balance_minor or held_minor < 0`,

  'a declined authorization holds nothing': `
    select format('authorization %s holds %s', authorization_id, held_minor) as found
      from card_authorization where decline_reason is not null and held_minor <> 0`,

  'what a window has used is the sum and the number of its approved authorizations': `
    with approved as (
      select partner_id, card_id, billing_minor, created_at at time zone 'UTC' as at
        from card_authorization where decline_reason is null
    ), counted as (
      select partner_id, card_id, 'day' as window_kind, date_trunc('day', at) at time zone 'UTC' as window_start, billing_minor from approved
      union all
      select partner_id, card_id, 'month', date_trunc('month', at) at time zone 'UTC', billing_minor from approved
      union all
      select partner_id, card_id, 'total', to_timestamp(0), billing_minor from approved
    ), expected as (
      select partner_id, card_id, window_kind, window_start, count(*) as used_count, sum(billing_minor) as used_minor
        from counted group by 1, 2, 3, 4
    )
    select format('card %s, %s of %s: kept %s × %s, authorizations say %s × %s', card_id, window_kind, window_start,
                  u.used_count, u.used_minor, e.used_count, e.used_minor) as found
      from limit_usage u full join expected e using (partner_id, card_id, window_kind, window_start)
     where u.used_count is distinct from e.used_count or u.used_minor is distinct from e.used_minor`,
}

/** @returns the rules that do not hold, with the rows that break them; empty when the books are in order */
export async function ledgerViolations(pool: Pick<Pool, 'query'>): Promise<string[]> {
  const violations: string[] = []
  for (const [rule, sql] of Object.entries(INVARIANTS)) {
    const { rows } = await pool.query<{ found: string }>(sql)
    violations.push(...rows.map(row => `${rule}: ${row.found}`))
  }
  return violations
}
