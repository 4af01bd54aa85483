/**
 * Authorizations as operators list them, newest first. However many rows there are, a call looks at a bounded number of
 * them and says how far it has come: what few rows have in common is found by an index, everything else by looking at
 * row after row in the order of time. An index for every filter would be written by every purchase.
 */
import type { AuthorizationListFilter, ListReader, TimePlace } from '../app/list-ports.ts'
import { type AuthorizationRow, authorizationOf, SELECT_AUTHORIZATION } from './authorizations.ts'
import { Conditions } from './conditions.ts'
import type { Queryable } from './database.ts'

/** Rows that a call looks at, at most. */
const LOOKED_AT_MAX = 50_000

/** Open ones that are put in order, at most. */
const OPEN_MAX = 20_000

/** Cards with the same last four digits whose authorizations are merged by the index of each. */
const MERGED_CARDS_MAX = 50

export function listedAuthorizationOperations(database: Queryable): Pick<ListReader, 'listAuthorizations'> {
  return {
    async listAuthorizations(filter) {
      const search = await searchOf(database, filter)
      const { rows } = await database.query<AuthorizationRow>(
        `${SELECT_AUTHORIZATION}
           join (select x.authorization_id from (${search.newest}) x ${search.kept}
                  order by x.created_at desc, x.authorization_id desc limit ${filter.limit + 1}) found
             on found.authorization_id = a.authorization_id
          where a.partner_id = $1 order by a.created_at desc, a.authorization_id desc`,
        search.values,
      )
      const page = rows.slice(0, filter.limit).map(authorizationOf)
      const last = rows.length > filter.limit ? page.at(-1) : undefined
      return {
        rows: page,
        searchedTo:
          last === undefined ? await endOfSearch(database, search) : { at: last.createdAt, id: last.authorizationId },
      }
    },
  }
}

type Search = {
  /** selects the newest rows of those that an index leads to, `LOOKED_AT_MAX` of them at most */
  readonly newest: string
  /** its parameters */
  readonly newestValues: readonly unknown[]
  /** what else is asked of these rows, as a `where` on `x` */
  readonly kept: string
  /** the parameters of both */
  readonly values: unknown[]
}

/** The last row that was looked at where there may be more; null where there are none. */
async function endOfSearch(database: Queryable, { newest, newestValues }: Search): Promise<TimePlace | null> {
  const { rows } = await database.query<{ created_at: Temporal.Instant; authorization_id: bigint }>(
    `select x.created_at, x.authorization_id from (${newest}) x
      order by x.created_at desc, x.authorization_id desc offset ${LOOKED_AT_MAX - 1} limit 1`,
    [...newestValues],
  )
  const [row] = rows
  return row === undefined ? null : { at: row.created_at, id: row.authorization_id }
}

async function searchOf(database: Queryable, filter: AuthorizationListFilter): Promise<Search> {
  const where = new Conditions('a.partner_id', filter.partnerId)
    .within(filter, 'a.created_at')
    .olderThan(filter.after, 'a.created_at', 'a.authorization_id')
  const cards = await cardsOf(database, filter)
  const newest = await newestOf(database, filter, where, cards)
  const newestValues = [...where.values]
  const kept = conditionsOf(filter, where, cards)
  return { newest, newestValues, kept: kept === '' ? '' : `where ${kept}`, values: where.values }
}

/** Which cards are asked for; undefined for all. */
async function cardsOf(
  database: Queryable,
  { partnerId, cardToken, lastFour }: AuthorizationListFilter,
): Promise<readonly bigint[] | undefined> {
  if (cardToken === undefined && lastFour === undefined) return undefined
  const where = new Conditions('partner_id', partnerId)
    .and(cardToken, value => `token = ${value}`)
    .and(lastFour, value => `last_four = ${value}`)
  const { rows } = await database.query<{ card_id: bigint }>(
    `select card_id from card where ${where.sql}`,
    where.values,
  )
  return rows.map(row => row.card_id)
}

/** The way to the rows that the fewest others lie on. */
async function newestOf(
  database: Queryable,
  { partnerId, status, declineReason }: AuthorizationListFilter,
  where: Conditions,
  cards: readonly bigint[] | undefined,
): Promise<string> {
  if (cards !== undefined && cards.length <= MERGED_CARDS_MAX) {
    // no card has the id 0
    const ofCards = (cards.length === 0 ? [0n] : cards).map(card =>
      newestFirst(`${ROWS} where ${where.sql} and a.card_id = ${where.add(card)}`),
    )
    const [only = '', ...more] = ofCards
    return more.length === 0 ? only : newestFirst(ofCards.map(ofCard => `(${ofCard})`).join(' union all '))
  }
  if (declineReason !== undefined) where.and(declineReason, value => `a.decline_reason = ${value}`)
  else if (status === 'open' && (await hasFewOpen(database, partnerId))) {
    // found by when they expire, and put in order
    return newestFirst(
      `select * from (with open as materialized (
         select * from card_authorization where partner_id = $1 and status = 'open'
       ) select a.* from open a where ${where.sql}) a`,
    )
  }
  return newestFirst(`${ROWS} where ${where.sql}`)
}

const ROWS = 'select a.* from card_authorization a'

function newestFirst(rows: string): string {
  return `${rows} order by created_at desc, authorization_id desc limit ${LOOKED_AT_MAX}`
}

/** Whether all that are open can be looked at. */
async function hasFewOpen(database: Queryable, partnerId: bigint): Promise<boolean> {
  const { rows } = await database.query<{ count: bigint }>(
    `select count(*) as count from (
       select from card_authorization where partner_id = $1 and status = 'open' limit ${OPEN_MAX + 1}
     ) o`,
    [partnerId],
  )
  return rows[0] !== undefined && rows[0].count <= BigInt(OPEN_MAX)
}

function conditionsOf(
  filter: AuthorizationListFilter,
  where: Conditions,
  cards: readonly bigint[] | undefined,
): string {
  const kept: string[] = []
  const keep = (value: unknown, condition: (parameter: string) => string) => {
    if (value !== undefined) kept.push(condition(where.add(value)))
  }
  keep(cards, value => `x.card_id = any(${value}::bigint[])`)
  keep(filter.status, value => `x.status = ${value}`)
  keep(filter.declined, value => `(x.decline_reason is not null) = ${value}`)
  keep(filter.declineReason, value => `x.decline_reason = ${value}`)
  keep(filter.mcc, value => `x.merchant_mcc = ${value}`)
  keep(filter.merchant, value => `starts_with(lower(x.merchant_name), lower(${value}))`)
  keep(filter.currency, value => `x.billing_currency = ${value}`)
  keep(filter.minMinor, value => `x.billing_minor >= ${value}`)
  keep(filter.maxMinor, value => `x.billing_minor <= ${value}`)
  return kept.join(' and ')
}
