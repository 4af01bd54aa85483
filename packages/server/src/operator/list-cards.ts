import { CARD_STATUSES, type Card, maskedPanOf } from '@openissuer/core/card/card.ts'
import type { CardStatusChange } from '@openissuer/core/card/status-change.ts'
import { nameOf, VERIFICATIONS } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Ports } from '../app/ports.ts'
import { documented, Form, IdText, InstantText, MaskedPan, Money, Network, nullable, pageSchema } from './answers.ts'
import { encodeLimitTerms, encodeUsage, LimitUse, todayOf } from './card-limits.ts'
import { CardToken, idOrNull, idParameter, knownPartner } from './ids.ts'
import { AccountShown, encodeAccount } from './list-ledger.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageByTime } from './paging.ts'
import { oneOf } from './simulations.ts'

const ListQuery = Type.Object(
  {
    status: Type.Optional(oneOf(CARD_STATUSES)),
    cardholderId: Type.Optional(Type.String({ maxLength: 18 })),
    programId: Type.Optional(Type.String({ maxLength: 18 })),
    lastFour: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
    uniqueNo: Type.Optional(Type.String({ pattern: '^[\\x20-\\x7e]{1,64}$' })),
    ...PAGE,
  },
  { additionalProperties: false },
)

const described = documented('Cards')

const CARD = {
  cardId: IdText,
  partnerId: IdText,
  cardToken: CardToken,
  uniqueNo: Type.String({ description: 'the number of the partner’s own' }),
  maskedPan: MaskedPan,
  lastFour: Type.String(),
  expiry: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}$' }),
  network: Network,
  form: Form,
  status: oneOf(CARD_STATUSES),
  shared: Type.Boolean({ description: 'spends from a shared account' }),
  programId: IdText,
  cardholderId: nullable(IdText),
  accountId: IdText,
  remark: nullable(Type.String()),
  createdAt: InstantText,
  activatedAt: nullable(InstantText),
}

export const CardShown = Type.Object(CARD, { title: 'Card' })

const ShownCard = Type.Object(
  {
    ...CARD,
    program: Type.Object({ programId: IdText, name: Type.String() }),
    cardholder: nullable(
      Type.Object({ cardholderId: IdText, name: nullable(Type.String()), verification: oneOf(VERIFICATIONS) }),
    ),
    account: AccountShown,
    hasPin: Type.Boolean(),
    limit: nullable(
      Type.Object({ ...LimitUse.properties, limitId: IdText, singleAmount: Money, totalAmount: nullable(Money) }),
    ),
    used: LimitUse,
    statusHistory: Type.Array(
      Type.Object({
        previous: oneOf(CARD_STATUSES),
        status: oneOf(CARD_STATUSES),
        reason: nullable(Type.String()),
        at: InstantText,
      }),
      { description: 'oldest first' },
    ),
  },
  { title: 'CardWithDetails' },
)

/** Cards without their secrets: the PAN is masked wherever it is shown. */
export const cardListRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/cards',
    {
      schema: {
        ...described('listCards', 'List the cards of a partner', pageSchema('cards', CardShown), [
          'cardholder-not-found',
          'program-not-found',
        ]),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => {
      const { status, cardholderId, programId, lastFour, uniqueNo } = query
      const filter = {
        partnerId: await knownPartner(ports, params.partnerId),
        status,
        cardholderId: cardholderId === undefined ? undefined : idParameter(cardholderId, 'cardholder-not-found'),
        programId: programId === undefined ? undefined : idParameter(programId, 'program-not-found'),
        lastFour,
        uniqueNo,
      }
      const { rows, nextCursor } = await pageByTime(
        query,
        page => ports.storage.read.listCards({ ...filter, ...page }),
        ({ createdAt, cardId }) => ({ at: createdAt, id: cardId }),
      )
      return { cards: rows.map(encodeCard), nextCursor }
    },
  )

  server.get<{ Params: { partnerId: string; cardId: string } }>(
    '/partners/:partnerId/cards/:cardId',
    { schema: described('showCard', 'Show a card', ShownCard, ['card-not-found']) },
    ({ params }) =>
      shownCard(ports, {
        partnerId: idParameter(params.partnerId, 'partner-not-found'),
        cardId: idParameter(params.cardId, 'card-not-found'),
      }),
  )

  server.get<{ Params: { cardToken: string } }>(
    '/cards/:cardToken',
    { schema: described('showCardByToken', 'Show a card by its token', ShownCard, ['card-not-found']) },
    async ({ params }) => {
      const located = await ports.storage.read.locateCardByToken(cardTokenOf(params.cardToken))
      if (located === undefined) throw new DomainError('card-not-found')
      return shownCard(ports, located)
    },
  )
}

/** @throws DomainError `card-not-found` for what no card can have */
export function cardTokenOf(text: string): string {
  if (!/^\d{1,20}$/.test(text)) throw new DomainError('card-not-found')
  return text
}

async function shownCard({ storage: { read }, clock }: Ports, { partnerId, cardId }: CardKey) {
  const card = await read.card(partnerId, cardId)
  if (card === undefined) throw new DomainError('card-not-found')
  const { accountId, programId, cardholderId } = card
  const [account, program, cardholder, limit, changes, pin, used] = await Promise.all([
    read.account(partnerId, accountId),
    read.program(programId),
    cardholderId === null ? undefined : read.cardholder(partnerId, cardholderId),
    read.limitOfCard(partnerId, card.token),
    read.cardStatusChanges(partnerId, cardId),
    read.pinDigest(partnerId, cardId),
    read.usageOn(partnerId, cardId, todayOf(clock)),
  ])
  if (account === undefined || program === undefined) throw new Error(`card ${cardId} has lost its account or program`)
  return {
    ...encodeCard(card),
    program: { programId: String(programId), name: program.name },
    cardholder:
      cardholder === undefined
        ? null
        : {
            cardholderId: String(cardholder.cardholderId),
            name: nameOf(cardholder),
            verification: cardholder.verification,
          },
    account: encodeAccount(account),
    hasPin: pin !== undefined,
    limit: limit === undefined ? null : { limitId: String(limit.limitId), ...encodeLimitTerms(limit) },
    used: encodeUsage(account.currency, used),
    statusHistory: changes.map(encodeChange),
  }
}

type CardKey = { readonly partnerId: bigint; readonly cardId: bigint }

export function encodeCard(card: Card) {
  return {
    cardId: String(card.cardId),
    partnerId: String(card.partnerId),
    cardToken: card.token,
    uniqueNo: card.uniqueNo,
    maskedPan: maskedPanOf(card),
    lastFour: card.lastFour,
    expiry: expiryText(card),
    network: card.network,
    form: card.form,
    status: card.status,
    shared: card.shared,
    programId: String(card.programId),
    cardholderId: idOrNull(card.cardholderId),
    accountId: String(card.accountId),
    remark: card.remark,
    createdAt: card.createdAt.toString(),
    activatedAt: card.activatedAt?.toString() ?? null,
  }
}

function encodeChange({ previous, status, reason, at }: CardStatusChange) {
  return { previous, status, reason, at: at.toString() }
}

/** `yyyy-MM` */
export function expiryText({ expiry }: Pick<Card, 'expiry'>): string {
  return `${expiry.year}-${String(expiry.month).padStart(2, '0')}`
}
