import { type Account, type AccountKind, sideOf } from '@openissuer/core/ledger/account.ts'
import { assertBalanced } from '@openissuer/core/ledger/journal-entry.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

export type AccountRow = {
  partner_id: bigint
  account_id: bigint
  kind: AccountKind
  name: string
  currency: string
  cardholder_id: bigint | null
  balance_minor: bigint
  held_minor: bigint
}

type LedgerOperations = Pick<
  Reader & Transaction,
  | 'account'
  | 'accountsOf'
  | 'accountsOfCardholder'
  | 'accountOfKind'
  | 'lockAccounts'
  | 'insertAccount'
  | 'post'
  | 'changeHold'
>

/**
 * How far an account is below zero: what its holds and postings exceed its balance by, kept in `forced_minor`, which the
 * constraint `account_never_overspent` allows. It rises only where the change may overdraw, and it falls as soon as money
 * comes in or a hold is released, so it never leaves room for another purchase.
 */
function forcedAfter(held: string, balance: string, mayOverdraw: string): string {
  const shortfall = `greatest(0, (${held}) - (${balance}))`
  return `case when ${mayOverdraw} then ${shortfall} else least(a.forced_minor, ${shortfall}) end`
}

const SIGNED = 'case when a.normal_side = l.side then l.amount_minor else -l.amount_minor end'

export function ledgerOperations(database: Queryable): LedgerOperations {
  return {
    async account(partnerId, accountId) {
      const { rows } = await database.query<AccountRow>({
        name: 'account',
        text: 'select * from account where partner_id = $1 and account_id = $2',
        values: [partnerId, accountId],
      })
      return rows[0] && accountOf(rows[0])
    },

    async accountsOf(partnerId) {
      const { rows } = await database.query<AccountRow>(
        'select * from account where partner_id = $1 order by account_id',
        [partnerId],
      )
      return rows.map(accountOf)
    },

    async accountsOfCardholder(partnerId, cardholderId) {
      const { rows } = await database.query<AccountRow>(
        `select * from account where partner_id = $1 and kind = 'cardholder' and cardholder_id = $2 order by account_id`,
        [partnerId, cardholderId],
      )
      return rows.map(accountOf)
    },

    async accountOfKind(partnerId, kind, accountCurrency, cardholderId) {
      const { rows } = await database.query<AccountRow>(
        `select * from account
          where partner_id = $1 and kind = $2 and currency = $3 and cardholder_id is not distinct from $4
          order by account_id limit 1`,
        [partnerId, kind, accountCurrency, cardholderId],
      )
      return rows[0] && accountOf(rows[0])
    },

    async lockAccounts(partnerId, accountIds) {
      const { rows } = await database.query<AccountRow>({
        name: 'lock-accounts',
        text: `select * from account where partner_id = $1 and account_id = any($2::bigint[])
               order by account_id for no key update`,
        values: [partnerId, accountIds],
      })
      return rows.map(accountOf)
    },

    async insertAccount(account, createdAt) {
      await database.query(
        `insert into account (partner_id, account_id, kind, normal_side, name, currency, cardholder_id, balance_minor, held_minor, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          account.partnerId,
          account.accountId,
          account.kind,
          sideOf(account.kind),
          account.name,
          account.currency,
          account.cardholderId,
          account.balance.minor,
          account.held.minor,
          createdAt.toString(),
        ],
      )
    },

    async post(entry, mayOverdraw = false) {
      assertBalanced(entry)
      await database.query({
        name: 'insert-journal-entry',
        text: `insert into journal_entry (partner_id, entry_id, kind, card_id, order_no, memo, created_at)
               values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          entry.partnerId,
          entry.entryId,
          entry.kind,
          entry.cardId,
          entry.orderNo,
          entry.memo,
          entry.createdAt.toString(),
        ],
      })
      const { rowCount } = await database.query({
        name: 'insert-postings',
        text: `with line as (
                 select * from unnest($3::bigint[], $4::text[], $5::bigint[], $6::text[])
                   with ordinality as l(account_id, side, amount_minor, currency, line_no)
               ), moved as (
                 update account a
                    set balance_minor = a.balance_minor + ${SIGNED},
                        forced_minor = ${forcedAfter('a.held_minor', `a.balance_minor + ${SIGNED}`, '$7::boolean')}
                   from line l
                  where a.partner_id = $1 and a.account_id = l.account_id and a.currency = l.currency
                 returning a.account_id, a.balance_minor
               )
               insert into posting (partner_id, entry_id, line_no, account_id, side, amount_minor, currency, balance_after_minor)
               select $1, $2, l.line_no, l.account_id, l.side, l.amount_minor, l.currency, m.balance_minor
                 from line l join moved m on m.account_id = l.account_id`,
        values: [
          entry.partnerId,
          entry.entryId,
          entry.postings.map(posting => posting.accountId),
          entry.postings.map(posting => posting.side),
          entry.postings.map(posting => posting.amount.minor),
          entry.postings.map(posting => posting.amount.currency),
          mayOverdraw,
        ],
      })
      if (rowCount !== entry.postings.length) {
        throw new Error(`entry ${entry.entryId}: ${rowCount} of ${entry.postings.length} postings found their account`)
      }
    },

    async changeHold(partnerId, accountId, minor) {
      await database.query({
        name: 'change-hold',
        text: `update account a
                  set held_minor = a.held_minor + $3,
                      forced_minor = ${forcedAfter('a.held_minor + $3', 'a.balance_minor', 'false')}
                where a.partner_id = $1 and a.account_id = $2`,
        values: [partnerId, accountId, minor],
      })
    },
  }
}

export function accountOf(row: AccountRow): Account {
  return {
    partnerId: row.partner_id,
    accountId: row.account_id,
    kind: row.kind,
    name: row.name,
    currency: currency(row.currency),
    cardholderId: row.cardholder_id,
    balance: amount(row.balance_minor, currency(row.currency)),
    held: amount(row.held_minor, currency(row.currency)),
  }
}
