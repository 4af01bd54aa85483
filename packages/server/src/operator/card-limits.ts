/** The spending limits of cards, with what is left of them. */
import { type Card, maskedPanOf } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { CardLimit, LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { type Amount, amount } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createLimit } from '../app/create-limit.ts'
import type { ListedCardLimit } from '../app/list-ports.ts'
import type { Clock, LimitUsageMinor, Reader } from '../app/ports.ts'
import { updateLimit } from '../app/update-limit.ts'
import { documented, IdText, InstantText, MaskedPan, Money, nullable, pageSchema } from './answers.ts'
import { CardToken, idParameter, knownPartner } from './ids.ts'
import { MoneyBody, moneyOf } from './money.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'
import { wireAmount } from './simulations.ts'

const CLOSED = { additionalProperties: false }

/** In the card's currency. */
export const LimitTermsBody = Type.Object(
  {
    dailyCount: Type.Integer({ minimum: 0, maximum: 999_999_999 }),
    singleAmount: MoneyBody,
    dailyAmount: MoneyBody,
    monthlyAmount: MoneyBody,
    totalAmount: Type.Optional(Type.Union([MoneyBody, Type.Null()])),
  },
  CLOSED,
)

const ListQuery = Type.Object(
  {
    cardholderId: Type.Optional(Type.String({ maxLength: 18 })),
    programId: Type.Optional(Type.String({ maxLength: 18 })),
    ...PAGE,
  },
  CLOSED,
)

const TERMS = {
  dailyCount: Type.Integer(),
  singleAmount: Money,
  dailyAmount: Money,
  monthlyAmount: Money,
}

export const LimitUse = Type.Object(
  { dailyCount: Type.Integer(), dailyAmount: Money, monthlyAmount: Money, totalAmount: Money },
  { description: 'today, in this month and in all, UTC' },
)

const LimitShown = Type.Object(
  {
    limitId: IdText,
    cardId: IdText,
    cardToken: CardToken,
    maskedPan: MaskedPan,
    ...TERMS,
    totalAmount: nullable(Money, { description: 'over the life of the card; null for none' }),
    used: LimitUse,
    remaining: Type.Object(
      { dailyCount: Type.Integer(), dailyAmount: Money, monthlyAmount: Money, totalAmount: nullable(Money) },
      { description: 'what each limit leaves by itself' },
    ),
    createdAt: InstantText,
  },
  { title: 'CardLimit' },
)

const LimitOfCard = Type.Object({
  limit: nullable(LimitShown, { description: 'null while the card has none' }),
  used: LimitUse,
  ceilings: Type.Object(TERMS, { description: 'the highest limits that the program allows' }),
})

const described = documented('Card limits')

type OfCard = { Params: { partnerId: string; cardId: string } }

export const cardLimitRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  const { read } = ports.storage

  server.get<{ Params: { partnerId: string }; Querystring: Static<typeof ListQuery> }>(
    '/partners/:partnerId/card-limits',
    {
      schema: {
        ...described('listCardLimits', 'List the limits of cards', pageSchema('cardLimits', LimitShown), [
          'cardholder-not-found',
          'program-not-found',
        ]),
        querystring: ListQuery,
      },
    },
    async ({ params, query }) => {
      const { cardholderId, programId } = query
      const filter = {
        partnerId: await knownPartner(ports, params.partnerId),
        cardholderId: cardholderId === undefined ? undefined : idParameter(cardholderId, 'cardholder-not-found'),
        programId: programId === undefined ? undefined : idParameter(programId, 'program-not-found'),
        day: todayOf(ports.clock),
      }
      const { rows, nextCursor } = await pageById(
        query,
        page => read.listCardLimits({ ...filter, ...page }),
        ({ limit }) => limit.limitId,
      )
      return { cardLimits: rows.map(encodeLimit), nextCursor }
    },
  )

  server.get<OfCard>(
    '/partners/:partnerId/cards/:cardId/limit',
    { schema: described('showCardLimit', 'Show the limit of a card', LimitOfCard, ['card-not-found']) },
    async ({ params }) => {
      const card = await cardOf(read, params)
      const program = await read.program(card.programId)
      if (program === undefined) throw new Error(`card ${card.cardId} has lost its program`)
      const [limit, used] = await Promise.all([
        read.limitOfCard(card.partnerId, card.token),
        read.usageOn(card.partnerId, card.cardId, todayOf(ports.clock)),
      ])
      const { ceilings } = program
      return {
        limit: limit === undefined ? null : encodeLimit({ limit, card, used }),
        used: encodeUsage(program.currency, used),
        ceilings: {
          dailyCount: ceilings.dailyCount,
          singleAmount: wireAmount(ceilings.singleAmount),
          dailyAmount: wireAmount(ceilings.dailyAmount),
          monthlyAmount: wireAmount(ceilings.monthlyAmount),
        },
      }
    },
  )

  server.put<OfCard & { Body: Static<typeof LimitTermsBody> }>(
    '/partners/:partnerId/cards/:cardId/limit',
    {
      schema: {
        ...described('setCardLimit', 'Give a card its limit, or another one', LimitShown, [
          'card-not-found',
          'duplicate-limit',
          'invalid-amount',
          'limit-above-ceiling',
          'unknown-currency',
        ]),
        body: LimitTermsBody,
      },
    },
    request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const terms = limitTermsOf(request.body)
      return run(
        request,
        partnerId,
        async work => {
          const card = await cardOf(work.tx, request.params)
          const command = { partnerId, cardToken: card.token, terms }
          const known = await work.tx.limitOfCard(partnerId, card.token)
          const limit = await (known === undefined
            ? createLimit(work, command)
            : updateLimit(work, { ...command, limitId: known.limitId }))
          return { limit, card, used: await work.tx.usageOn(partnerId, card.cardId, todayOf(work.clock)) }
        },
        encodeLimit,
      )
    },
  )
}

/** @throws DomainError `invalid-amount`, `unknown-currency` */
export function limitTermsOf(body: Static<typeof LimitTermsBody>): LimitTerms {
  const { dailyCount, totalAmount = null } = body
  return {
    dailyCount,
    singleAmount: moneyOf(body.singleAmount, 'singleAmount'),
    dailyAmount: moneyOf(body.dailyAmount, 'dailyAmount'),
    monthlyAmount: moneyOf(body.monthlyAmount, 'monthlyAmount'),
    totalAmount: totalAmount === null ? null : moneyOf(totalAmount, 'totalAmount'),
  }
}

async function cardOf(read: Pick<Reader, 'card'>, { partnerId, cardId }: OfCard['Params']): Promise<Card> {
  const card = await read.card(idParameter(partnerId, 'partner-not-found'), idParameter(cardId, 'card-not-found'))
  if (card === undefined) throw new DomainError('card-not-found')
  return card
}

/** The day in UTC in which limits count. */
export function todayOf(clock: Clock): string {
  return clock.now().toZonedDateTimeISO('UTC').toPlainDate().toString()
}

function encodeLimit({ limit, card, used }: ListedCardLimit) {
  return {
    limitId: String(limit.limitId),
    cardId: String(limit.cardId),
    cardToken: limit.cardToken,
    maskedPan: maskedPanOf(card),
    ...encodeLimitTerms(limit),
    used: encodeUsage(limit.singleAmount.currency, used),
    remaining: {
      dailyCount: Math.max(0, limit.dailyCount - used.dayCount),
      dailyAmount: leftOf(limit.dailyAmount, used.dayMinor),
      monthlyAmount: leftOf(limit.monthlyAmount, used.monthMinor),
      totalAmount: limit.totalAmount && leftOf(limit.totalAmount, used.totalMinor),
    },
    createdAt: limit.createdAt.toString(),
  }
}

export function encodeLimitTerms(limit: CardLimit) {
  return {
    dailyCount: limit.dailyCount,
    singleAmount: wireAmount(limit.singleAmount),
    dailyAmount: wireAmount(limit.dailyAmount),
    monthlyAmount: wireAmount(limit.monthlyAmount),
    totalAmount: limit.totalAmount && wireAmount(limit.totalAmount),
  }
}

/** What the card has used today, in this month and in its life; days and months in UTC. */
export function encodeUsage(currency: Currency, { dayCount, dayMinor, monthMinor, totalMinor }: LimitUsageMinor) {
  return {
    dailyCount: dayCount,
    dailyAmount: wireAmount(amount(dayMinor, currency)),
    monthlyAmount: wireAmount(amount(monthMinor, currency)),
    totalAmount: wireAmount(amount(totalMinor, currency)),
  }
}

/** Nothing where more was used than the limit is now. */
function leftOf({ minor, currency }: Amount, used: bigint) {
  return wireAmount(amount(minor > used ? minor - used : 0n, currency))
}
