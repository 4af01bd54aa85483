/**
 * Authorizations and the events that partners see beside them, as one list. Each side finds its page by its own index;
 * what both bring is merged and cut.
 */
import { type AuthorizedCard, PURPOSES } from '@openissuer/core/authorization/authorization.ts'
import type { CardRecord, CardRecordFilter, Reader, ShownEventKind } from '../app/ports.ts'
import { type EventRow, eventOf } from './authorization-events.ts'
import { type AuthorizationRow, authorizationOf, SELECT_AUTHORIZATION } from './authorizations.ts'
import { countedPart, kindsOf } from './card-record-counts.ts'
import type { Queryable } from './database.ts'

export function cardRecordOperations(database: Queryable): Pick<Reader, 'cardRecords'> {
  return {
    async cardRecords(filter) {
      const cardId = await cardIdOf(database, filter)
      const sides = cardId === undefined ? [] : sidesOf(filter)
      if (cardId === undefined || sides.length === 0) return { rows: [], total: 0 }
      const values = new Values()
      const parts = sides.map(side => ({ ...side, where: whereOf(side, filter, cardId, values) }))
      const found = await pageOf(database, parts, filter, values)
      const total = await totalOf(database, parts, values, filter)
      return { rows: await recordsOf(database, filter.partnerId, found), total }
    },
  }
}

type Side = { readonly table: string; readonly id: string; readonly isEvent: boolean }

const AUTHORIZATIONS: Side = { table: 'card_authorization', id: 'authorization_id', isEvent: false }
const EVENTS: Side = { table: 'authorization_event', id: 'event_id', isEvent: true }

/** What a statement is given, numbered as it is added. */
class Values {
  readonly all: unknown[] = []

  add(value: unknown): string {
    this.all.push(value)
    return `$${this.all.length}`
  }
}

/** The card that the filter names; null when it names none, undefined when there is no such card. */
async function cardIdOf(
  database: Queryable,
  { partnerId, cardToken }: CardRecordFilter,
): Promise<bigint | null | undefined> {
  if (cardToken === undefined) return null
  const { rows } = await database.query<{ card_id: bigint }>({
    name: 'card-id-by-token',
    text: 'select card_id from card where partner_id = $1 and token = $2',
    values: [partnerId, cardToken],
  })
  return rows[0]?.card_id
}

function sidesOf({ purposes, eventKinds }: CardRecordFilter): Side[] {
  return [...(purposes.length > 0 ? [AUTHORIZATIONS] : []), ...(eventKinds.length > 0 ? [EVENTS] : [])]
}

const SHOWN_KINDS: readonly ShownEventKind[] = [
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
  'expiry',
]

/** The condition of the partial indexes. */
const IS_SHOWN = `kind in (${SHOWN_KINDS.map(kind => `'${kind}'`).join(', ')})`

/** Only what is asked for: each combination is planned for what it is, and what excludes nothing is counted in the index. */
function whereOf(side: Side, filter: CardRecordFilter, cardId: bigint | null, values: Values): string {
  const conditions = [
    `partner_id = ${values.add(filter.partnerId)}`,
    `created_at between ${values.add(filter.from.toString())} and ${values.add(filter.to.toString())}`,
  ]
  if (cardId !== null) conditions.push(`card_id = ${values.add(cardId)}`)
  if (filter.recordId !== undefined) conditions.push(`${side.id} = ${values.add(filter.recordId)}`)
  if (side.isEvent) {
    conditions.push(IS_SHOWN)
    if (filter.eventKinds.length < SHOWN_KINDS.length) {
      conditions.push(`kind = any(${values.add(filter.eventKinds)}::text[])`)
    }
  } else {
    if (filter.purposes.length < PURPOSES.length) {
      conditions.push(`purpose = any(${values.add(filter.purposes)}::text[])`)
    }
    if (!filter.declined) conditions.push('decline_reason is null')
  }
  return conditions.join(' and ')
}

type Part = Side & { readonly where: string }

type Found = { readonly id: bigint; readonly is_event: boolean }

async function pageOf(
  database: Queryable,
  parts: readonly Part[],
  { offset, limit }: CardRecordFilter,
  { all }: Values,
): Promise<Found[]> {
  const values = [...all, offset + limit, limit, offset]
  const [reach, size, skipped] = [1, 2, 3].map(at => `$${all.length + at}`)
  const lists = parts.map(
    ({ table, id, isEvent, where }) =>
      `(select created_at, ${id} as id, ${isEvent} as is_event from ${table} where ${where}
         order by created_at desc, ${id} desc limit ${reach})`,
  )
  const { rows } = await database.query<Found>(
    `select id, is_event from (${lists.join(' union all ')}) as r
      order by created_at desc, id desc limit ${size} offset ${skipped}`,
    values,
  )
  return rows
}

/** All rows that match: those of counted hours by their counts, the others one by one. */
async function totalOf(
  database: Queryable,
  parts: readonly Part[],
  values: Values,
  filter: CardRecordFilter,
): Promise<number> {
  const counted = await countedPart(database, filter)
  const counts = parts.map(({ table, where }) => `(select count(*) from ${table} where ${where}`)
  if (counted === undefined) {
    const { rows } = await database.query<{ total: bigint }>(`select ${counts.join(') + ')}) as total`, values.all)
    return Number(rows[0]?.total)
  }
  const [from, to] = [values.add(counted.from.toString()), values.add(counted.to.toString())]
  const outside = counts.flatMap(count => [`${count} and created_at < ${from})`, `${count} and created_at >= ${to})`])
  const inside = `(select coalesce(sum(row_count), 0)::bigint from card_record_count
    where partner_id = ${values.add(filter.partnerId)} and hour >= ${from} and hour < ${to}
      and kind = any(${values.add(kindsOf(filter))}::text[]))`
  const { rows } = await database.query<{ total: bigint }>(
    `select ${[...outside, inside].join(' + ')} as total`,
    values.all,
  )
  return Number(rows[0]?.total)
}

type CardRow = { card_id: bigint; token: string; bin: string; last_four: string; remark: string | null }

/** The rows behind a page, in its order. */
async function recordsOf(database: Queryable, partnerId: bigint, found: readonly Found[]): Promise<CardRecord[]> {
  const eventIds = found.filter(row => row.is_event).map(row => row.id)
  const events = await eventsById(database, partnerId, eventIds)
  const authorizationIds = [
    ...found.filter(row => !row.is_event).map(row => row.id),
    ...[...events.values()].map(event => event.authorizationId).filter(id => id !== null),
  ]
  const authorizations = await authorizationsById(database, partnerId, authorizationIds)
  const cards = await cardsById(
    database,
    partnerId,
    [...events.values()].map(event => event.cardId),
  )
  return found.map((row): CardRecord => {
    if (!row.is_event) return { kind: 'authorization', authorization: present(authorizations.get(row.id)) }
    const event = present(events.get(row.id))
    const { authorizationId } = event
    const authorization = authorizationId === null ? null : present(authorizations.get(authorizationId))
    return { kind: 'event', event, authorization, card: present(cards.get(event.cardId)) }
  })
}

async function eventsById(database: Queryable, partnerId: bigint, ids: readonly bigint[]) {
  if (ids.length === 0) return new Map<bigint, ReturnType<typeof eventOf>>()
  const { rows } = await database.query<EventRow>({
    name: 'events-by-id',
    text: 'select * from authorization_event where partner_id = $1 and event_id = any($2::bigint[])',
    values: [partnerId, ids],
  })
  return new Map(rows.map(row => [row.event_id, eventOf(row)]))
}

async function authorizationsById(database: Queryable, partnerId: bigint, ids: readonly bigint[]) {
  if (ids.length === 0) return new Map<bigint, ReturnType<typeof authorizationOf>>()
  const { rows } = await database.query<AuthorizationRow>({
    name: 'authorizations-by-id',
    text: `${SELECT_AUTHORIZATION} where a.partner_id = $1 and a.authorization_id = any($2::bigint[])`,
    values: [partnerId, ids],
  })
  return new Map(rows.map(row => [row.authorization_id, authorizationOf(row)]))
}

async function cardsById(database: Queryable, partnerId: bigint, ids: readonly bigint[]) {
  if (ids.length === 0) return new Map<bigint, AuthorizedCard>()
  const { rows } = await database.query<CardRow>({
    name: 'authorized-cards-by-id',
    text: `select card_id, token, bin, last_four, remark from card
            where partner_id = $1 and card_id = any($2::bigint[])`,
    values: [partnerId, ids],
  })
  return new Map(
    rows.map((row): [bigint, AuthorizedCard] => [
      row.card_id,
      { cardId: row.card_id, token: row.token, bin: row.bin, lastFour: row.last_four, remark: row.remark },
    ]),
  )
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a row of the page is gone')
  return value
}
