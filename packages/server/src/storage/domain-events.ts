/**
 * Announced events with all that is told of them, as it was when they happened: what changes later is taken back, so
 * that every telling of an event says the same.
 */
import { asDecided, asQuestioned } from '@openissuer/core/authorization/as-decided.ts'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { AuthorizationEvent } from '@openissuer/core/authorization/event.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import {
  type CardOfEvent,
  type DomainEvent,
  type Happening,
  type HappeningKind,
  type LaterEventKind,
} from '@openissuer/core/event/domain-event.ts'
import { exampleEvent } from '@openissuer/core/event/example-event.ts'
import type { CardFee } from '@openissuer/core/fee/charge.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { SealedChallenge } from '../app/ports.ts'
import { type EventRow, eventOf } from './authorization-events.ts'
import { type AuthorizationRow, authorizationOf, SELECT_AUTHORIZATION } from './authorizations.ts'
import { cardApplicationsByIds } from './card-applications.ts'
import { type CardFeeRow, cardFeeOperations, feeOf } from './card-fees.ts'
import { cardholderOperations } from './cardholders.ts'
import { cardOperations } from './cards.ts'
import type { Queryable } from './database.ts'
import { factOf } from './outbox.ts'
import { IS_ASKED } from './partner-decisions.ts'
import { threeDsChallengesByIds } from './three-ds-challenges.ts'

type OutboxRow = {
  outbox_id: bigint
  kind: HappeningKind
  card_id: bigint | null
  payload: { example?: true }
  created_at: Temporal.Instant
}

/** @returns every one that was asked for; an error in place of one that cannot be read */
export async function domainEvents(
  database: Queryable,
  partnerId: bigint,
  eventIds: readonly bigint[],
): Promise<ReadonlyMap<bigint, DomainEvent | Error>> {
  const { rows } = await database.query<OutboxRow>(
    'select outbox_id, kind, card_id, payload, created_at from outbox where partner_id = $1 and outbox_id = any($2::bigint[])',
    [partnerId, eventIds],
  )
  const subjects = await subjectsOf(
    database,
    partnerId,
    rows.filter(row => row.payload.example === undefined),
  )
  const events = new Map<bigint, DomainEvent | Error>(
    eventIds.map(id => [id, new Error(`event ${id} is not in the outbox`)]),
  )
  for (const row of rows)
    events.set(
      row.outbox_id,
      readable(() => eventOfRow(partnerId, row, subjects)),
    )
  return events
}

function readable<T>(read: () => T): T | Error {
  try {
    return read()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function eventOfRow(partnerId: bigint, row: OutboxRow, subjects: Subjects): DomainEvent {
  const told = { partnerId, eventId: row.outbox_id, createdAt: row.created_at }
  if (row.payload.example !== undefined) return exampleEvent(told, row.kind)
  return { ...told, happening: happeningOf(row, subjects) }
}

/** What the events of one reading are about, each kind read at once for all of them. */
type Subjects = {
  readonly cards: ReadonlyMap<bigint, CardOfEvent>
  readonly authorizations: Authorizations
  readonly fees: ReadonlyMap<bigint, CardFee>
  readonly applications: ReadonlyMap<bigint, ApplicationSubject>
  readonly challenges: ReadonlyMap<bigint, SealedChallenge>
}

async function subjectsOf(database: Queryable, partnerId: bigint, rows: readonly OutboxRow[]): Promise<Subjects> {
  const fees = await feesOfEvents(database, partnerId, rows)
  const [cards, authorizations, applications, challenges] = await Promise.all([
    cardsOfEvents(database, partnerId, rows),
    authorizationsOfEvents(database, partnerId, rows, fees),
    applicationsOfEvents(database, partnerId, rows),
    challengesOfEvents(database, partnerId, rows),
  ])
  return { cards, authorizations, fees, applications, challenges }
}

function happeningOf(row: OutboxRow, { cards, authorizations, fees, applications, challenges }: Subjects): Happening {
  const { kind, outbox_id: id } = row
  const card = () => found(cards.get(row.card_id ?? 0n), `the card of event ${id}`)
  if (kind === 'authorization') return { kind, card: card(), ...authorizations.decided(id) }
  if (isLater(kind)) {
    const event = found(authorizations.events.get(id), `event ${id}`)
    const authorization =
      event.authorizationId === null ? null : authorizations.asOf(event.authorizationId, event.eventId)
    return { kind, card: card(), event, authorization, fees: authorizations.feesBy(event) }
  }
  const fact = factOf(kind, row.payload)
  switch (fact.kind) {
    case 'card-application':
      return { kind: fact.kind, ...found(applications.get(fact.applicationId), `application ${fact.applicationId}`) }
    case 'cardholder-verification':
      return fact
    case 'card-status':
    case 'card-load':
      return { ...fact, card: card() }
    case 'partner-decision':
      return { kind: fact.kind, card: card(), authorization: authorizations.asOf(fact.authorizationId, null) }
    case 'card-fee': {
      const fee = found(fees.get(fact.feeId), `fee ${fact.feeId}`)
      const authorization = fee.aboutId === null ? null : authorizations.asOf(fee.aboutId, null)
      return { kind: fact.kind, card: card(), fee, authorization }
    }
    case 'one-time-password':
      return passwordOf(found(challenges.get(id), `challenge ${id}`), card())
    default:
      return fact satisfies never
  }
}

function passwordOf(
  { challenge, password: sealed }: SealedChallenge,
  card: CardOfEvent,
): Extract<Happening, { kind: 'one-time-password' }> {
  const { amount: price, merchantName, expiresAt } = challenge
  const password = sealed === null ? null : { sealed, expiresAt }
  return { kind: 'one-time-password', card, password, amount: price, merchantName }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is not there`)
  return value
}

async function cardsOfEvents(
  database: Queryable,
  partnerId: bigint,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<bigint, CardOfEvent>> {
  const ids = [...new Set(rows.flatMap(row => row.card_id ?? []))]
  if (ids.length === 0) return new Map()
  const { rows: cards } = await database.query<{
    card_id: bigint
    token: string
    bin: string
    last_four: string
    remark: string | null
    created_at: Temporal.Instant
    cardholder_id: bigint | null
    cardholder_at: Temporal.Instant | null
  }>(
    `select c.card_id, c.token, c.bin, c.last_four, c.remark, c.created_at, c.cardholder_id, h.created_at as cardholder_at
       from card c left join cardholder h on h.partner_id = c.partner_id and h.cardholder_id = c.cardholder_id
      where c.partner_id = $1 and c.card_id = any($2::bigint[])`,
    [partnerId, ids],
  )
  return new Map(
    cards.map(row => [
      row.card_id,
      {
        cardId: row.card_id,
        token: row.token,
        bin: row.bin,
        lastFour: row.last_four,
        remark: row.remark,
        createdAt: row.created_at,
        cardholder:
          row.cardholder_id === null || row.cardholder_at === null
            ? null
            : { cardholderId: row.cardholder_id, createdAt: row.cardholder_at },
      },
    ]),
  )
}

async function challengesOfEvents(
  database: Queryable,
  partnerId: bigint,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<bigint, SealedChallenge>> {
  const ids = rows.filter(row => row.kind === 'one-time-password').map(row => row.outbox_id)
  if (ids.length === 0) return new Map()
  const challenges = await threeDsChallengesByIds(database, partnerId, ids)
  return new Map(challenges.map(each => [each.challenge.challengeId, each]))
}

// Authorizations and what follows them

type Authorizations = {
  readonly events: ReadonlyMap<bigint, AuthorizationEvent>
  decided(authorizationId: bigint): { readonly authorization: Authorization; readonly inQuestion: boolean }
  /** as it was after one of its events, or as it was answered */
  asOf(authorizationId: bigint, eventId: bigint | null): Authorization
  /** what had been charged about the authorization after one of its events, and about that event */
  feesBy(event: AuthorizationEvent): readonly CardFee[]
}

async function authorizationsOfEvents(
  database: Queryable,
  partnerId: bigint,
  rows: readonly OutboxRow[],
  announcedFees: ReadonlyMap<bigint, CardFee>,
): Promise<Authorizations> {
  const decidedIds = rows.flatMap(row => {
    if (row.kind === 'authorization') return [row.outbox_id]
    const fact = row.kind === 'partner-decision' ? factOf(row.kind, row.payload) : undefined
    return fact?.kind === 'partner-decision' ? [fact.authorizationId] : []
  })
  const laterIds = rows.filter(row => isLater(row.kind)).map(row => row.outbox_id)
  const later = laterIds.length === 0 ? [] : await eventsById(database, partnerId, laterIds)
  const followedIds = later.flatMap(event => event.authorizationId ?? [])
  const chargedIds = [...announcedFees.values()].flatMap(fee => fee.aboutId ?? [])
  const ids = [...new Set([...decidedIds, ...followedIds, ...chargedIds])]
  const [authorizations, histories, fees] = await Promise.all([
    ids.length === 0 ? new Map<bigint, Decided>() : decidedById(database, partnerId, ids),
    ids.length === 0 ? new Map<bigint, AuthorizationEvent[]>() : eventsOfAuthorizations(database, partnerId, ids),
    cardFeeOperations(database).feesAbout(partnerId, [...new Set([...followedIds, ...laterIds])]),
  ])
  const decisionOf = (id: bigint) => found(authorizations.get(id), `authorization ${id}`)
  const historyUpTo = ({ authorizationId, eventId }: AuthorizationEvent) =>
    upTo(authorizationId === null ? [] : (histories.get(authorizationId) ?? []), eventId)
  return {
    events: new Map(later.map(event => [event.eventId, event])),
    decided(authorizationId) {
      const { questioned, answered } = decisionOf(authorizationId)
      return { authorization: questioned ?? answered, inQuestion: questioned !== null }
    },
    asOf(authorizationId, eventId) {
      return authorizationAfter(decisionOf(authorizationId).answered, histories.get(authorizationId) ?? [], eventId)
    },
    feesBy(event) {
      const { eventId, authorizationId } = event
      const soFar = new Set([eventId, authorizationId, ...historyUpTo(event).map(each => each.eventId)])
      const about = (fee: CardFee) => fee.aboutId === eventId || fee.aboutId === authorizationId
      return fees.filter(fee => about(fee) && soFar.has(fee.eventId))
    },
  }
}

const LATER: ReadonlySet<HappeningKind> = new Set<LaterEventKind>([
  'increment',
  'reversal',
  'expiry',
  'clearing',
  'clearing-correction',
  'refund',
  'refund-reversal',
])

function isLater(kind: HappeningKind): kind is LaterEventKind {
  return LATER.has(kind)
}

async function eventsById(
  database: Queryable,
  partnerId: bigint,
  ids: readonly bigint[],
): Promise<readonly AuthorizationEvent[]> {
  const { rows } = await database.query<EventRow>(
    'select * from authorization_event where partner_id = $1 and event_id = any($2::bigint[])',
    [partnerId, ids],
  )
  return rows.map(eventOf)
}

/** `questioned` as the issuer had decided what it asked its partner about; null for what no partner is asked about. */
type Decided = { readonly answered: Authorization; readonly questioned: Authorization | null }

/** Read in one statement: an increment between two would be counted once too often or not at all. */
async function decidedById(
  database: Queryable,
  partnerId: bigint,
  ids: readonly bigint[],
): Promise<ReadonlyMap<bigint, Decided>> {
  const { rows } = await database.query<AuthorizationRow & { increased_minor: bigint; asked: boolean }>(
    `select r.*, coalesce(i.minor, 0)::bigint as increased_minor, ${IS_ASKED} as asked
       from (${SELECT_AUTHORIZATION} where a.partner_id = $1 and a.authorization_id = any($2::bigint[])) r
      cross join lateral (
         select sum((e.detail ->> 'hold')::bigint) as minor from authorization_event e
          where e.partner_id = $1 and e.authorization_id = r.authorization_id and e.event_id <> e.authorization_id
            and e.kind = 'increment'
      ) i`,
    [partnerId, ids],
  )
  return new Map(
    rows.map(row => {
      const [authorization, increased] = [
        authorizationOf(row),
        amount(row.increased_minor, currency(row.billing_currency)),
      ]
      const questioned = row.asked ? asQuestioned(authorization, increased) : null
      return [row.authorization_id, { answered: asDecided(authorization, increased), questioned }]
    }),
  )
}

/** What came after the decisions, oldest first. */
async function eventsOfAuthorizations(
  database: Queryable,
  partnerId: bigint,
  ids: readonly bigint[],
): Promise<ReadonlyMap<bigint, AuthorizationEvent[]>> {
  const { rows } = await database.query<EventRow>(
    `select * from authorization_event
      where partner_id = $1 and authorization_id = any($2::bigint[]) and event_id <> authorization_id
      order by created_at, event_id`,
    [partnerId, ids],
  )
  const histories = new Map<bigint, AuthorizationEvent[]>()
  for (const event of rows.map(eventOf)) {
    if (event.authorizationId === null) continue
    const history = histories.get(event.authorizationId) ?? []
    history.push(event)
    histories.set(event.authorizationId, history)
  }
  return histories
}

/** @param decided as it was decided; null for `eventId` leaves it so */
function authorizationAfter(
  decided: Authorization,
  history: readonly AuthorizationEvent[],
  eventId: bigint | null,
): Authorization {
  if (eventId === null) return decided
  const soFar = upTo(history, eventId)
  const sums = soFar.findLast(each => each.effect?.after != null)?.effect?.after
  const feeMinor = soFar.reduce((sum, each) => sum + (each.effect?.fee.minor ?? 0n), 0n)
  return { ...decided, ...sums, fee: amount(feeMinor, decided.billingAmount.currency) }
}

function upTo(history: readonly AuthorizationEvent[], eventId: bigint): readonly AuthorizationEvent[] {
  return history.slice(0, history.findIndex(each => each.eventId === eventId) + 1)
}

/** Those that are announced by themselves. */
async function feesOfEvents(
  database: Queryable,
  partnerId: bigint,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<bigint, CardFee>> {
  const ids = rows.flatMap(row => {
    const fact = row.kind === 'card-fee' ? factOf(row.kind, row.payload) : undefined
    return fact?.kind === 'card-fee' ? [fact.feeId] : []
  })
  if (ids.length === 0) return new Map()
  const { rows: fees } = await database.query<CardFeeRow>(
    'select * from card_fee where partner_id = $1 and fee_id = any($2::bigint[])',
    [partnerId, ids],
  )
  return new Map(fees.map(row => [row.fee_id, feeOf(row)]))
}

// Applications

type ApplicationSubject = Omit<Extract<Happening, { kind: 'card-application' }>, 'kind'>

async function applicationsOfEvents(
  database: Queryable,
  partnerId: bigint,
  rows: readonly OutboxRow[],
): Promise<ReadonlyMap<bigint, ApplicationSubject>> {
  const ids = rows.flatMap(row => {
    const fact = row.kind === 'card-application' ? factOf(row.kind, row.payload) : undefined
    return fact?.kind === 'card-application' ? [fact.applicationId] : []
  })
  if (ids.length === 0) return new Map()
  const applications = await cardApplicationsByIds(database, partnerId, ids)
  const cardholderIds = [...new Set(applications.map(each => each.cardholderId).filter(id => id !== null))]
  const cardholders = await cardholderOperations(database).cardholders(partnerId, cardholderIds)
  const subjects = new Map<bigint, ApplicationSubject>()
  for (const application of applications) {
    const cardholder = cardholders.find(each => each.cardholderId === application.cardholderId) ?? null
    const { applicationId, cardId } = application
    const card = cardId === null ? undefined : await cardOperations(database).card(partnerId, cardId)
    subjects.set(applicationId, { application, cardholder, card: card ? asMade(card) : null })
  }
  return subjects
}

/** A virtual card is active at once. */
function asMade(card: Card): Card {
  return { ...card, status: card.form === 'virtual' ? 'active' : 'pending' }
}
