/** Accounts and journal entries as operators list them. */
import type { AccountKind, Side } from '@openissuer/core/ledger/account.ts'
import type { JournalEntryKind } from '@openissuer/core/ledger/journal-entry.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { ListedEntry, ListedPosting, ListReader } from '../app/list-ports.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'
import { type AccountRow, accountOf } from './ledger.ts'

type EntryRow = {
  entry_id: bigint
  kind: JournalEntryKind
  card_id: bigint | null
  card_token: string | null
  order_no: string | null
  memo: string | null
  created_at: Temporal.Instant
}

type PostingRow = {
  entry_id: bigint
  account_id: bigint
  account_kind: AccountKind
  side: Side
  amount_minor: bigint
  currency: string
  balance_after_minor: bigint
}

type TrialBalanceRow = {
  /** null for the sum of a kind */
  account_id: bigint | null
  kind: AccountKind
  name: string
  currency: string
  cardholder_id: bigint | null
  accounts: bigint
  debit_minor: string
  credit_minor: string
}

export function listedLedgerOperations(
  database: Queryable,
): Pick<ListReader, 'listAccounts' | 'trialBalance' | 'listEntries' | 'entry'> {
  return {
    async listAccounts(filter) {
      const where = new Conditions('partner_id', filter.partnerId)
        .and(filter.kind, value => `kind = ${value}`)
        .and(filter.currency, value => `currency = ${value}`)
        .and(filter.cardholderId, value => `cardholder_id = ${value}`)
        .and(filter.after?.id, value => `account_id > ${value}`)
      const { rows } = await database.query<AccountRow>(
        `select * from account where ${where.sql} order by account_id limit ${where.add(filter.limit)}`,
        where.values,
      )
      return rows.map(accountOf)
    },

    async trialBalance({ partnerId, at, currency: only, after, limit }) {
      const asked = [partnerId, at.toString(), only ?? null, limit]
      const { rows } =
        after === undefined
          ? await database.query<TrialBalanceRow>(TRIAL_BALANCE, asked)
          : await database.query<TrialBalanceRow>(LATER_ACCOUNTS, [...asked, after.id])
      const lines = rows.flatMap(row =>
        row.account_id === null
          ? []
          : { accountId: row.account_id, name: row.name, cardholderId: row.cardholder_id, ...postedOf(row) },
      )
      const sums = rows.flatMap(row =>
        row.account_id === null ? { accounts: Number(row.accounts), ...postedOf(row) } : [],
      )
      return { lines, sums: after === undefined ? sums : null }
    },

    async listEntries(filter) {
      const where = new Conditions('e.partner_id', filter.partnerId)
        .and(
          filter.accountId,
          value => `exists (select from posting p
             where p.partner_id = e.partner_id and p.entry_id = e.entry_id and p.account_id = ${value})`,
        )
        .and(
          filter.cardToken,
          value => `e.card_id = (select card_id from card where partner_id = $1 and token = ${value})`,
        )
        .and(filter.kind, value => `e.kind = ${value}`)
        .and(filter.orderNo, value => `e.order_no = ${value}`)
        .within(filter, 'e.created_at')
        .olderThan(filter.after, 'e.created_at', 'e.entry_id')
      const { rows } = await database.query<EntryRow>(
        `${SELECT_ENTRY} where ${where.sql} order by e.created_at desc, e.entry_id desc limit ${where.add(filter.limit)}`,
        where.values,
      )
      return withPostings(database, filter.partnerId, rows)
    },

    async entry(partnerId, entryId) {
      const { rows } = await database.query<EntryRow>(`${SELECT_ENTRY} where e.partner_id = $1 and e.entry_id = $2`, [
        partnerId,
        entryId,
      ])
      return (await withPostings(database, partnerId, rows))[0]
    },
  }
}

/**
 * Sums of all postings, as ids do not say what was posted last: processes take theirs from blocks of their own. Where
 * nothing was posted after the instant, as now, no entry is looked at: 2.2 to 3.3 s instead of 3.8 to 4.3 over four million
 * postings, beside other work.
 */
const TRIAL_BALANCE = `
with counted as (
  select p.account_id, p.side, p.amount_minor from posting p
   where p.partner_id = $1 and not exists (select from journal_entry where partner_id = $1 and created_at > $2)
  union all
  select p.account_id, p.side, p.amount_minor
    from posting p join journal_entry e on e.partner_id = p.partner_id and e.entry_id = p.entry_id
   where p.partner_id = $1 and e.partner_id = $1 and e.created_at <= $2
     and exists (select from journal_entry where partner_id = $1 and created_at > $2)
), posted as (
  select account_id, sum(case side when 'debit' then amount_minor else 0 end) as debit_minor,
         sum(case side when 'credit' then amount_minor else 0 end) as credit_minor
    from counted group by account_id
), line as (
  select a.account_id, a.kind, a.name, a.currency, a.cardholder_id,
         coalesce(p.debit_minor, 0) as debit_minor, coalesce(p.credit_minor, 0) as credit_minor
    from account a left join posted p on p.account_id = a.account_id
   where a.partner_id = $1 and (a.created_at <= $2 or p.account_id is not null) and ($3::text is null or a.currency = $3)
), page as (
  select * from line order by account_id limit $4
)
select account_id, kind, name, currency, cardholder_id, 1::bigint as accounts, debit_minor, credit_minor from page
union all
select null, kind, '', currency, null, count(*), sum(debit_minor), sum(credit_minor) from line group by kind, currency
order by account_id, currency, kind`

/** The accounts after one of them, each with its postings by their index: those of all accounts are not looked at again. */
const LATER_ACCOUNTS = `
select a.account_id, a.kind, a.name, a.currency, a.cardholder_id, 1::bigint as accounts,
       coalesce(p.debit_minor, 0) as debit_minor, coalesce(p.credit_minor, 0) as credit_minor
  from (
    select * from account a
     where a.partner_id = $1 and a.account_id > $5 and ($3::text is null or a.currency = $3)
       and (a.created_at <= $2 or exists (
             select from posting p join journal_entry e on e.partner_id = p.partner_id and e.entry_id = p.entry_id
              where p.partner_id = $1 and p.account_id = a.account_id and e.created_at <= $2))
     order by a.account_id limit $4
  ) a
 cross join lateral (
   select sum(case p.side when 'debit' then p.amount_minor else 0 end) as debit_minor,
          sum(case p.side when 'credit' then p.amount_minor else 0 end) as credit_minor
     from posting p join journal_entry e on e.partner_id = p.partner_id and e.entry_id = p.entry_id
    where p.partner_id = $1 and p.account_id = a.account_id and e.created_at <= $2
 ) p
 order by a.account_id`

const SELECT_ENTRY = `select e.entry_id, e.kind, e.card_id, c.token as card_token, e.order_no, e.memo, e.created_at
  from journal_entry e left join card c on c.partner_id = e.partner_id and c.card_id = e.card_id`

async function withPostings(
  database: Queryable,
  partnerId: bigint,
  entries: readonly EntryRow[],
): Promise<readonly ListedEntry[]> {
  if (entries.length === 0) return []
  const { rows } = await database.query<PostingRow>(
    `select p.entry_id, p.account_id, a.kind as account_kind, p.side, p.amount_minor, p.currency, p.balance_after_minor
       from posting p join account a on a.partner_id = p.partner_id and a.account_id = p.account_id
      where p.partner_id = $1 and p.entry_id = any($2::bigint[]) order by p.entry_id, p.line_no`,
    [partnerId, entries.map(entry => entry.entry_id)],
  )
  const postings = Map.groupBy(rows, row => row.entry_id)
  return entries.map(row => ({
    partnerId,
    entryId: row.entry_id,
    kind: row.kind,
    cardId: row.card_id,
    cardToken: row.card_token,
    orderNo: row.order_no,
    memo: row.memo,
    createdAt: row.created_at,
    postings: (postings.get(row.entry_id) ?? []).map(postingOf),
  }))
}

function postedOf(row: TrialBalanceRow) {
  const posted = (minor: string) => amount(BigInt(minor), currency(row.currency))
  return { kind: row.kind, debits: posted(row.debit_minor), credits: posted(row.credit_minor) }
}

function postingOf(row: PostingRow): ListedPosting {
  return {
    accountId: row.account_id,
    accountKind: row.account_kind,
    side: row.side,
    amount: amount(row.amount_minor, currency(row.currency)),
    balanceAfter: amount(row.balance_after_minor, currency(row.currency)),
  }
}
