/**
 * What merchants see of the life of their cards as one list: authorizations, the events that stand by themselves, and
 * the fees that do. Each side finds its page by its own index; what they bring is merged and cut.
 */
import type { Card } from '@openissuer/core/card/card.ts'
import type { Consumption, ConsumptionFilter, Reader } from '../app/ports.ts'
import { type EventRow, eventOf } from './authorization-events.ts'
import { type AuthorizationRow, authorizationOf, SELECT_AUTHORIZATION } from './authorizations.ts'
import { type CardFeeRow, feeOf } from './card-fees.ts'
import { CARD_COLUMNS, type CardRow, cardOf } from './cards.ts'
import type { Queryable } from './database.ts'
import { openQuestions } from './partner-decisions.ts'

export function consumptionOperations(database: Queryable): Pick<Reader, 'consumptions'> {
  return {
    async consumptions(filter) {
      const found = await pageOf(database, filter)
      return readConsumptions(database, filter.partnerId, found)
    },
  }
}

type Side = 'authorization' | 'event' | 'fee'

/** The condition of the index `authorization_event_alone`, and what undoes nothing that has arrived. */
const ALONE = `(kind in ('reversal', 'expiry', 'refund', 'refund-reversal')
     or (kind in ('clearing', 'clearing-correction') and authorization_id is null))
  and not (kind = 'reversal' and (authorization_id is null or detail ->> 'declineReason' is not null))`

const SIDES: Readonly<Record<Side, { readonly table: string; readonly id: string; readonly where: string }>> = {
  authorization: { table: 'card_authorization', id: 'authorization_id', where: 'true' },
  event: { table: 'authorization_event', id: 'event_id', where: ALONE },
  fee: { table: 'card_fee', id: 'fee_id', where: 'about_id is null' },
}

type Found = { readonly side: Side; readonly id: bigint }

async function pageOf(database: Queryable, filter: ConsumptionFilter): Promise<readonly Found[]> {
  const values: unknown[] = []
  const add = (value: unknown) => `$${values.push(value)}`
  const conditions = [
    `partner_id = ${add(filter.partnerId)}`,
    `created_at between ${add(filter.from.toString())} and ${add(filter.to.toString())}`,
  ]
  if (filter.cardId !== undefined) conditions.push(`card_id = ${add(filter.cardId)}`)
  if (filter.cardholderId !== undefined) {
    const cards = `select card_id from card where partner_id = $1 and cardholder_id = ${add(filter.cardholderId)}`
    conditions.push(`card_id = any(array(${cards}))`)
  }
  const named = filter.consumptionId === undefined ? undefined : add(filter.consumptionId)
  const reach = add(filter.offset + filter.limit)
  const parts = Object.entries(SIDES).map(([side, { table, id, where }]) => {
    const all = [...conditions, where, ...(named === undefined ? [] : [`${id} = ${named}`])].join(' and ')
    return `(select '${side}' as side, created_at, ${id} as id from ${table} where ${all}
              order by created_at desc, ${id} desc limit ${reach})`
  })
  const { rows } = await database.query<Found>(
    `select side, id from (${parts.join(' union all ')}) as r
      order by created_at desc, id desc limit ${add(filter.limit)} offset ${add(filter.offset)}`,
    values,
  )
  return rows
}

/** The rows behind a page, in its order. */
async function readConsumptions(
  database: Queryable,
  partnerId: bigint,
  found: readonly Found[],
): Promise<readonly Consumption[]> {
  const idsOf = (side: Side) => found.filter(row => row.side === side).map(row => row.id)
  const events = byId(
    await rowsOf<EventRow>(database, 'select * from authorization_event', 'event_id', partnerId, idsOf('event')),
    row => [row.event_id, eventOf(row)],
  )
  const followed = [...events.values()].map(event => event.authorizationId).filter(id => id !== null)
  const authorizations = byId(
    await rowsOf<AuthorizationRow>(database, SELECT_AUTHORIZATION, 'a.authorization_id', partnerId, [
      ...idsOf('authorization'),
      ...followed,
    ]),
    row => [row.authorization_id, authorizationOf(row)],
  )
  const fees = byId(
    await rowsOf<CardFeeRow>(database, 'select * from card_fee', 'fee_id', partnerId, idsOf('fee')),
    row => [row.fee_id, feeOf(row)],
  )
  const questions = await openQuestions(database, partnerId, idsOf('authorization'))
  const consumptions = found.map((row): Omit<Consumption, 'card'> & { cardId: bigint } => {
    if (row.side === 'authorization') {
      const authorization = present(authorizations.get(row.id))
      const inQuestion = questions.has(row.id)
      return { id: row.id, cardId: authorization.card.cardId, authorization, inQuestion, event: null, fee: null }
    }
    if (row.side === 'fee') {
      const fee = present(fees.get(row.id))
      return { id: row.id, cardId: fee.cardId, authorization: null, inQuestion: false, event: null, fee }
    }
    const event = present(events.get(row.id))
    const authorization = event.authorizationId === null ? null : present(authorizations.get(event.authorizationId))
    return { id: row.id, cardId: event.cardId, authorization, inQuestion: false, event, fee: null }
  })
  const cards = await cardsById(
    database,
    partnerId,
    consumptions.map(({ cardId }) => cardId),
  )
  return consumptions.map(({ cardId, ...consumption }) => ({ ...consumption, card: present(cards.get(cardId)) }))
}

/** Rows by their ids; `select` ends before its condition and names the partner's column as its table does. */
async function rowsOf<T extends object>(
  database: Queryable,
  select: string,
  id: string,
  partnerId: bigint,
  ids: readonly bigint[],
): Promise<readonly T[]> {
  if (ids.length === 0) return []
  const partner = id.startsWith('a.') ? 'a.partner_id' : 'partner_id'
  const { rows } = await database.query<T>({
    name: `consumptions-by-${id}`,
    text: `${select} where ${partner} = $1 and ${id} = any($2::bigint[])`,
    values: [partnerId, [...new Set(ids)]],
  })
  return rows
}

async function cardsById(database: Queryable, partnerId: bigint, ids: readonly bigint[]): Promise<Map<bigint, Card>> {
  const rows = await rowsOf<CardRow>(database, `select ${CARD_COLUMNS} from card`, 'card_id', partnerId, ids)
  return byId(rows, row => [row.card_id, cardOf(row)])
}

function byId<R, T>(rows: readonly R[], entry: (row: R) => [bigint, T]): Map<bigint, T> {
  return new Map(rows.map(entry))
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a row of the page is gone')
  return value
}
