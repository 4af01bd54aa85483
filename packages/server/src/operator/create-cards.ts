import type { CardFunding, CardTerms, Delivery } from '@openissuer/core/card/application.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createCards } from '../app/create-cards.ts'
import { CARDS_PER_ORDER_MAX } from '../app/order-cards.ts'
import type { Work } from '../app/ports.ts'
import { documented, Form } from './answers.ts'
import { LimitTermsBody, limitTermsOf } from './card-limits.ts'
import { fundingAccountOf } from './card-money.ts'
import { idParameter, knownPartner } from './ids.ts'
import { CardShown, encodeCard } from './list-cards.ts'
import { MONEY, moneyOf } from './money.ts'
import type { OperatorContext } from './operator-api.ts'
import { AddressBody, addressOf, lineText } from './people.ts'

const CLOSED = { additionalProperties: false }

const Id = Type.String({ maxLength: 18 })

const FUNDINGS = ['card', 'shared', 'cardholder', 'reserve'] as const

const DeliveryBody = Type.Object(
  {
    firstName: Type.Optional(lineText(64)),
    lastName: Type.Optional(lineText(64)),
    phone: Type.Optional(Type.String({ pattern: '^[0-9]{5,16}$', description: 'with the dialling code, digits only' })),
    address: AddressBody,
  },
  CLOSED,
)

const NewCards = Type.Object(
  {
    programId: Id,
    form: Form,
    cardholderId: Type.Optional({ ...Id, description: 'may be left out for physical cards without a name' }),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: CARDS_PER_ORDER_MAX })),
    uniqueNo: Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,60}$', description: 'made up unless given' })),
    funding: Type.Optional(Type.Enum([...FUNDINGS], { description: 'card unless given' })),
    sharedAccount: Type.Optional({ ...Id, description: 'with the funding shared' }),
    initialBalance: Type.Optional(Type.Object({ ...MONEY, payAccount: Type.Optional(Id) }, CLOSED)),
    limit: Type.Optional(LimitTermsBody),
    remark: Type.Optional(lineText(256)),
    contactId: Type.Optional({ ...Id, description: 'whom the courier of a physical card may call' }),
    delivery: Type.Optional(DeliveryBody),
  },
  CLOSED,
)

type NewCards = Static<typeof NewCards>

export const createCardRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Params: { partnerId: string }; Body: NewCards }>(
    '/partners/:partnerId/cards',
    {
      schema: {
        ...documented('Cards')(
          'createCards',
          'Make one card or several alike',
          Type.Object({ cards: Type.Array(CardShown, { minItems: 1 }) }),
          [
            'account-not-found',
            'card-form-not-offered',
            'card-has-no-balance',
            'card-numbers-exhausted',
            'cardholder-disabled',
            'cardholder-not-found',
            'cardholder-rejected',
            'cardholder-under-review',
            'contact-not-found',
            'duplicate-order',
            'insufficient-funds',
            'insufficient-reserve',
            'invalid-amount',
            'invalid-field',
            'limit-above-ceiling',
            'missing-field',
            'program-not-found',
            'unknown-currency',
          ],
          201,
        ),
        body: NewCards,
      },
    },
    async (request, reply) => {
      const { body } = request
      const partnerId = await knownPartner(ports, request.params.partnerId)
      const command = {
        partnerId,
        programId: idParameter(body.programId, 'program-not-found'),
        uniqueNo: body.uniqueNo ?? null,
        count: body.count ?? 1,
        cardholderId: body.cardholderId === undefined ? null : idParameter(body.cardholderId, 'cardholder-not-found'),
        contactId: body.contactId === undefined ? null : idParameter(body.contactId, 'contact-not-found'),
      }
      const terms = termsOf(body)
      const made = await run(
        request,
        partnerId,
        async work => {
          const initialBalance = await initialBalanceOf(work, partnerId, body.initialBalance)
          return createCards(work, { ...command, terms: { ...terms, initialBalance } })
        },
        encodeCards,
      )
      return reply.code(201).send(made)
    },
  )
}

function termsOf(body: NewCards): Omit<CardTerms, 'production' | 'initialBalance'> {
  return {
    form: body.form,
    funding: fundingOf(body),
    limit: body.limit === undefined ? null : limitTermsOf(body.limit),
    remark: body.remark ?? null,
    delivery: body.delivery === undefined ? null : deliveryOf(body.delivery),
  }
}

function fundingOf({ funding: kind = 'card', sharedAccount }: NewCards): CardFunding {
  if (kind !== 'shared') {
    if (sharedAccount !== undefined) throw new DomainError('invalid-field', 'sharedAccount')
    return { kind }
  }
  if (sharedAccount === undefined) throw new DomainError('missing-field', 'sharedAccount')
  return { kind, accountId: idParameter(sharedAccount, 'account-not-found') }
}

function deliveryOf({ firstName, lastName, phone, address }: Static<typeof DeliveryBody>): Delivery {
  return {
    firstName: firstName ?? null,
    lastName: lastName ?? null,
    phone: phone ?? null,
    address: addressOf(address, 'delivery.address'),
  }
}

async function initialBalanceOf(
  work: Work,
  partnerId: bigint,
  body: NewCards['initialBalance'],
): Promise<CardTerms['initialBalance']> {
  if (body === undefined) return null
  const amount = moneyOf(body)
  return { amount, payAccountId: await fundingAccountOf(work, partnerId, amount.currency, body.payAccount) }
}

function encodeCards(cards: readonly Card[]) {
  return { cards: cards.map(encodeCard) }
}
