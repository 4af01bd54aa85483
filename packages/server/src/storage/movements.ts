/**
 * Journal entries as statements show them: from the side of a partner's accounts, or from the side of its cards.
 */
import type { AccountKind } from '@openissuer/core/ledger/account.ts'
import type { Movement, MovementKind } from '@openissuer/core/ledger/movement.ts'
import { type Amount, amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { MovementFilter, Reader } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type MovementRow = {
  movement_id: bigint
  related_id: bigint | null
  kind: MovementKind
  account_id: bigint
  account_kind: AccountKind
  account_name: string
  card_id: bigint | null
  token: string
  bin: string
  last_four: string
  remark: string | null
  cardholder_name: string | null
  order_no: string | null
  memo: string | null
  currency: string
  minor: bigint
  balance_after_minor: bigint
  transaction_minor: bigint | null
  transaction_currency: string | null
  merchant_name: string | null
  created_at: Temporal.Instant
}

export function movementOperations(database: Queryable): Pick<Reader, 'movements'> {
  return {
    async movements(filter) {
      const { where, values } = conditionsOf(filter)
      const { rows } = await database.query<MovementRow>(
        `select page.*, m.*, coalesce(h.first_name || ' ' || h.last_name, f.registration_name) as cardholder_name from (
           select ${COLUMNS} from ${FROM} where ${where}
            order by e.created_at desc, e.entry_id desc, p.line_no desc
            limit $${values.length + 1} offset $${values.length + 2}
         ) page
         left join lateral (${MERCHANT}) m on true
         left join cardholder h on h.partner_id = page.partner_id and h.cardholder_id = page.cardholder_id
         left join corporation f on f.partner_id = page.partner_id and f.cardholder_id = page.cardholder_id
         order by page.created_at desc, page.entry_id desc, page.line_no desc`,
        [...values, filter.limit, filter.offset],
      )
      const counted = await database.query<{ total: bigint }>(
        `select count(*) as total from ${FROM} where ${where}`,
        values,
      )
      return { rows: rows.map(movementOf), total: Number(counted.rows[0]?.total) }
    },
  }
}

/** Entries whose two sides have neighbouring ids; the second is the card's, or the payee's of a transfer. */
const SECOND_SIDE = `case when e.kind = 'transfer' then (p.side = 'credit')::int
  when e.kind in ('card-load', 'card-unload', 'card-closure') then (a.kind = 'card')::int end`

const MOVEMENT_ID = `e.entry_id + coalesce(${SECOND_SIDE}, 0)`

const IS_FIRST_LOAD = `e.kind = 'card-load' and e.order_no is null`

const KIND = `case when e.kind = 'transfer' then case p.side when 'debit' then 'transfer-out' else 'transfer-in' end
  when ${IS_FIRST_LOAD} then 'first-load' when e.kind = 'card-fee' then 'fee' else e.kind end`

/** The load that comes with a card belongs to the order for the card. */
const ORDER_NO = `case when ${IS_FIRST_LOAD} then c.unique_no else e.order_no end`

const COLUMNS = `${MOVEMENT_ID} as movement_id, e.entry_id + 1 - ${SECOND_SIDE} as related_id, ${KIND} as kind,
  a.account_id, a.kind as account_kind, a.name as account_name,
  c.card_id, c.cardholder_id, c.token, c.bin, c.last_four, c.remark, ${ORDER_NO} as order_no, e.memo, p.currency,
  case when p.side = a.normal_side then p.amount_minor else -p.amount_minor end as minor, p.balance_after_minor,
  e.partner_id, e.entry_id, p.line_no, e.created_at`

const FROM = `journal_entry e
  join posting p on p.partner_id = e.partner_id and p.entry_id = e.entry_id
  join account a on a.partner_id = p.partner_id and a.account_id = p.account_id
  left join card c on c.partner_id = e.partner_id and c.card_id = e.card_id`

/** The network message behind an entry; both were written with the same time, which an index knows. */
const MERCHANT = `select x.transaction_minor, x.transaction_currency,
    coalesce(z.merchant_name, x.detail->'merchant'->>'name') as merchant_name
  from authorization_event x
  left join card_authorization z on z.partner_id = x.partner_id and z.authorization_id = x.authorization_id
 where x.partner_id = page.partner_id and x.card_id = page.card_id and x.created_at = page.created_at
   and x.entry_id = page.entry_id and x.kind in ('clearing', 'clearing-correction', 'refund', 'refund-reversal', 'expiry')
 limit 1`

/** Which of an entry's postings are shown. */
const VIEWS: Readonly<Record<MovementFilter['view'], string>> = {
  partner: `a.kind in ('partner-funding', 'shared')`,
  card: 'p.account_id = c.account_id',
}

/** Only what is asked for, so that each combination is planned for what it is. */
function conditionsOf(filter: MovementFilter): { where: string; values: unknown[] } {
  const values: unknown[] = []
  const add = (value: unknown) => `$${values.push(value)}`
  const where = [
    `e.partner_id = ${add(filter.partnerId)}`,
    VIEWS[filter.view],
    `e.created_at between ${add(filter.from.toString())} and ${add(filter.to.toString())}`,
  ]
  if (filter.cardToken !== undefined) where.push(`c.token = ${add(filter.cardToken)}`)
  if (filter.accountId !== undefined) where.push(`p.account_id = ${add(filter.accountId)}`)
  if (filter.currency !== undefined) where.push(`p.currency = ${add(filter.currency)}`)
  if (filter.kinds !== undefined) where.push(`${KIND} = any(${add(filter.kinds)}::text[])`)
  if (filter.orderNo !== undefined) {
    const orderNo = add(filter.orderNo)
    where.push(`(e.order_no = ${orderNo} or (${IS_FIRST_LOAD} and c.unique_no = ${orderNo}))`)
  }
  if (filter.movementId !== undefined) {
    const id = add(filter.movementId)
    where.push(`e.entry_id in (${id}::bigint, ${id}::bigint - 1) and ${MOVEMENT_ID} = ${id}`)
  }
  return { where: where.join(' and '), values }
}

function movementOf(row: MovementRow): Movement {
  const billing = currency(row.currency)
  const moved = amount(row.minor, billing)
  return {
    movementId: row.movement_id,
    relatedId: row.related_id,
    kind: row.kind,
    account: { accountId: row.account_id, kind: row.account_kind, name: row.account_name },
    card:
      row.card_id === null
        ? null
        : { cardId: row.card_id, token: row.token, bin: row.bin, lastFour: row.last_four, remark: row.remark },
    cardholderName: row.cardholder_name,
    orderNo: row.order_no,
    memo: row.memo,
    amount: moved,
    balance: amount(row.balance_after_minor, billing),
    transactionAmount: transactionAmountOf(row, moved),
    merchantName: row.merchant_name,
    createdAt: row.created_at,
  }
}

function transactionAmountOf({ transaction_minor: minor, transaction_currency: code }: MovementRow, moved: Amount) {
  if (minor === null || code === null) return moved
  const magnitude = minor < 0n ? -minor : minor
  return amount(moved.minor < 0n ? -magnitude : magnitude, currency(code))
}
