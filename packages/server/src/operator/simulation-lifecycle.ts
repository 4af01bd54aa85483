/**
 * The messages that follow an authorization, as the card network would send them. The Idempotency-Key of a call is its
 * match key: repeated, it is the same message again, and a later message may name it.
 */
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, parseDecimal } from '@openissuer/core/money/amount.ts'
import { type Currency, isCurrency } from '@openissuer/core/money/currency.ts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Static, type TProperties, Type } from 'typebox'
import { correctClearing } from '../app/lifecycle/correct-clearing.ts'
import { expireAuthorization } from '../app/lifecycle/expire-authorizations.ts'
import type { OriginalEvent } from '../app/lifecycle/find-event.ts'
import { incrementAuthorization } from '../app/lifecycle/increment-authorization.ts'
import type { Answer, OnCard, Original } from '../app/lifecycle/message.ts'
import { postClearing } from '../app/lifecycle/post-clearing.ts'
import { postRefund } from '../app/lifecycle/post-refund.ts'
import { reverseAuthorization } from '../app/lifecycle/reverse-authorization.ts'
import { reverseRefund } from '../app/lifecycle/reverse-refund.ts'
import { perform } from '../app/perform.ts'
import type { Ports, Work } from '../app/ports.ts'
import { documented } from './answers.ts'
import { EventShown, encodeEvent, partnerOf } from './authorizations.ts'
import { idParameter } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { assertSandbox, locate, MerchantBody, matchKeyOf, merchantOf, messageIdentity } from './simulations.ts'

const Id = Type.Optional(Type.String({ maxLength: 18 }))
const OriginalKey = Type.Optional(Type.String({ pattern: '^[\\x21-\\x7e]{1,128}$' }))
export const CardFields = {
  cardToken: Type.Optional(Type.String({ minLength: 1, maxLength: 20 })),
  pan: Type.Optional(Type.String({ minLength: 1, maxLength: 19 })),
}
/** major units; the currency is that of the card unless it is named */
const Decimal = Type.String({ maxLength: 24 })
const CurrencyCode = Type.Optional(Type.String({ maxLength: 5 }))

export function body<T extends TProperties>(fields: T) {
  return Type.Object(fields, { additionalProperties: false })
}

/** `authorizationId`, or `originalKey` with the card: the Idempotency-Key that the authorization came under */
export const OriginalFields = { authorizationId: Id, originalKey: OriginalKey, ...CardFields }

export const IncrementBody = body({ ...OriginalFields, amount: Decimal, currency: CurrencyCode })
export const ReversalBody = body({ ...OriginalFields, amount: Type.Optional(Decimal), currency: CurrencyCode })
export const ExpiryBody = body({ authorizationId: Type.String({ maxLength: 18 }) })
const PostingFields = {
  ...OriginalFields,
  amount: Decimal,
  currency: CurrencyCode,
  /** in the card's currency, as the network has converted it */
  billingAmount: Type.Optional(Decimal),
  merchant: Type.Optional(MerchantBody),
}
export const ClearingBody = body({ ...PostingFields, final: Type.Optional(Type.Boolean()) })
export const RefundBody = body(PostingFields)
export const CorrectionBody = body({ clearingId: Id, originalKey: OriginalKey, ...CardFields, amount: Decimal })
export const RefundReversalBody = body({
  refundId: Id,
  originalKey: OriginalKey,
  ...CardFields,
  amount: Type.Optional(Decimal),
})

const described = documented('Simulations')

/** The answer to a message that follows an authorization. */
export const MessageAnswer = Type.Object(
  {
    ...EventShown.properties,
    repeated: Type.Boolean({ description: 'the same message was answered before' }),
  },
  { title: 'MessageAnswer' },
)

const ON_AUTHORIZATION = [
  'sandbox-only',
  'authorization-not-found',
  'card-not-found',
  'invalid-amount',
  'unknown-currency',
]

export const lifecycleSimulationRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.addHook('onRequest', async () => assertSandbox(ports))

  server.post<{ Body: Static<typeof IncrementBody> }>(
    '/simulations/increments',
    {
      schema: {
        ...described('simulateIncrement', 'Ask for more on an authorization', MessageAnswer, [
          ...ON_AUTHORIZATION,
          'authorization-closed',
        ]),
        body: IncrementBody,
      },
    },
    async request => {
      const subject = await originalOf(ports, request.body)
      const amount = amountOf(request.body, subject.currency)
      return send(ports, request, subject.partnerId, (work, message) =>
        incrementAuthorization(work, { ...message, original: subject.original, amount }),
      )
    },
  )

  server.post<{ Body: Static<typeof ReversalBody> }>(
    '/simulations/reversals',
    {
      schema: {
        ...described('simulateReversal', 'Reverse an authorization, in part or in full', MessageAnswer, [
          ...ON_AUTHORIZATION,
          'reversal-exceeds-hold',
          'authorization-closed',
        ]),
        body: ReversalBody,
      },
    },
    async request => {
      const subject = await originalOf(ports, request.body)
      const { amount: text } = request.body
      const amount = text === undefined ? null : amountOf({ ...request.body, amount: text }, subject.currency)
      return send(ports, request, subject.partnerId, (work, message) =>
        reverseAuthorization(work, { ...message, original: subject.original, amount }),
      )
    },
  )

  server.post<{ Body: Static<typeof ExpiryBody> }>(
    '/simulations/expiries',
    {
      schema: {
        ...described('simulateExpiry', 'Let a hold lapse now', MessageAnswer, [
          'sandbox-only',
          'authorization-not-found',
          'authorization-closed',
        ]),
        body: ExpiryBody,
      },
    },
    async request => {
      const authorizationId = idParameter(request.body.authorizationId, 'authorization-not-found')
      const partnerId = await partnerOf(ports, authorizationId)
      return send(ports, request, partnerId, work => expireAuthorization(work, { partnerId, authorizationId }))
    },
  )

  server.post<{ Body: Static<typeof ClearingBody> }>(
    '/simulations/clearings',
    {
      schema: {
        ...described('simulateClearing', 'Post a clearing', MessageAnswer, [
          ...ON_AUTHORIZATION,
          'no-exchange-rate',
          'authorization-closed',
        ]),
        body: ClearingBody,
      },
    },
    async request => {
      const subject = await originalOrCardOf(ports, request.body)
      const posting = postingOf(request.body, subject)
      return send(ports, request, subject.partnerId, (work, message) =>
        postClearing(work, { ...message, ...posting, final: request.body.final ?? false }),
      )
    },
  )

  server.post<{ Body: Static<typeof RefundBody> }>(
    '/simulations/refunds',
    {
      schema: {
        ...described('simulateRefund', 'Post a refund', MessageAnswer, [
          ...ON_AUTHORIZATION,
          'no-exchange-rate',
          'refund-exceeds-cleared',
        ]),
        body: RefundBody,
      },
    },
    async request => {
      const subject = await originalOrCardOf(ports, request.body)
      const posting = postingOf(request.body, subject)
      return send(ports, request, subject.partnerId, (work, message) => postRefund(work, { ...message, ...posting }))
    },
  )

  server.post<{ Body: Static<typeof CorrectionBody> }>(
    '/simulations/clearing-corrections',
    {
      schema: {
        ...described('simulateClearingCorrection', 'Correct a clearing', MessageAnswer, [
          'sandbox-only',
          'clearing-not-found',
          'card-not-found',
          'invalid-amount',
          'correction-below-refunded',
        ]),
        body: CorrectionBody,
      },
    },
    async request => {
      const subject = await eventOf(ports, request.body, request.body.clearingId, 'clearing')
      const billingAmount = decimalOf(request.body.amount, subject.currency, 'amount')
      return send(ports, request, subject.partnerId, (work, message) =>
        correctClearing(work, { ...message, clearing: subject.original, billingAmount }),
      )
    },
  )

  server.post<{ Body: Static<typeof RefundReversalBody> }>(
    '/simulations/refund-reversals',
    {
      schema: {
        ...described('simulateRefundReversal', 'Reverse a refund', MessageAnswer, [
          'sandbox-only',
          'refund-not-found',
          'card-not-found',
          'invalid-amount',
          'reversal-exceeds-refund',
        ]),
        body: RefundReversalBody,
      },
    },
    async request => {
      const subject = await eventOf(ports, request.body, request.body.refundId, 'refund')
      const { amount: text } = request.body
      const billingAmount = text === undefined ? null : decimalOf(text, subject.currency, 'amount')
      return send(ports, request, subject.partnerId, (work, message) =>
        reverseRefund(work, { ...message, refund: subject.original, billingAmount }),
      )
    },
  )
}

type NamedMessage = { readonly partnerId: bigint; readonly matchKey: string; readonly inputHash: Uint8Array }

/** The message's own match key makes a repetition of the call the same message, so the call needs no key besides. */
function send(
  ports: Ports,
  request: FastifyRequest,
  partnerId: bigint,
  useCase: (work: Work, message: NamedMessage) => Promise<Answer>,
) {
  const message = { partnerId, ...messageIdentity(ports, request) }
  return perform(
    ports,
    { partnerId, idempotency: null },
    work => useCase(work, message),
    ({ event, repeated }) => ({ ...encodeEvent(event), repeated }),
  )
}

/** What a message is about, and the currency of the card, in which its amounts are unless they name another. */
type Subject<T> = { readonly partnerId: bigint; readonly original: T; readonly currency: Currency }

type Names = {
  readonly authorizationId?: string
  readonly originalKey?: string
  readonly cardToken?: string
  readonly pan?: string
}

const names = ({ cardToken, pan }: Names) => cardToken !== undefined || pan !== undefined

export async function originalOf(ports: Ports, named: Names): Promise<Subject<Original>> {
  const { authorizationId: text, originalKey } = named
  if (text !== undefined && originalKey === undefined && !names(named)) {
    const authorizationId = idParameter(text, 'authorization-not-found')
    const partnerId = await partnerOf(ports, authorizationId)
    const authorization = await ports.storage.read.authorizationById(partnerId, authorizationId)
    if (authorization === undefined) throw new DomainError('authorization-not-found')
    return { partnerId, original: { authorizationId }, currency: authorization.billingAmount.currency }
  }
  if (text !== undefined || originalKey === undefined) {
    const rule = 'Name the original by authorizationId, or by originalKey with its card.'
    throw new OperatorError(400, 'invalid-request', rule, 'authorizationId')
  }
  const { cardId, ...card } = await cardOf(ports, named)
  return { ...card, original: { cardId, originalKey: matchKeyOf(originalKey) } }
}

/** The same, or a card alone for a message that follows no authorization. */
async function originalOrCardOf(
  ports: Ports,
  named: Names & { readonly merchant?: Static<typeof MerchantBody> },
): Promise<Subject<Original | OnCard>> {
  const { authorizationId, originalKey, merchant } = named
  if (authorizationId !== undefined || originalKey !== undefined) {
    if (merchant !== undefined) {
      const rule = 'The merchant is that of the authorization.'
      throw new OperatorError(400, 'invalid-request', rule, 'merchant')
    }
    return originalOf(ports, named)
  }
  const { cardId, ...card } = await cardOf(ports, named)
  return { ...card, original: { cardId, originalKey: null, merchant: merchantOf(named) } }
}

async function eventOf(
  ports: Ports,
  named: Names,
  text: string | undefined,
  kind: 'clearing' | 'refund',
): Promise<Subject<OriginalEvent>> {
  const { originalKey } = named
  if (text !== undefined && originalKey === undefined && !names(named)) {
    const eventId = idParameter(text, `${kind}-not-found`)
    const located = await ports.storage.read.locateEvent(eventId)
    const event = located && (await ports.storage.read.authorizationEvent(located.partnerId, eventId))
    if (event === undefined) throw new DomainError(`${kind}-not-found`)
    return { partnerId: event.partnerId, original: { eventId }, currency: event.billingAmount.currency }
  }
  if (text !== undefined || originalKey === undefined) {
    const rule = `Name the ${kind} by ${kind}Id, or by originalKey with its card.`
    throw new OperatorError(400, 'invalid-request', rule, `${kind}Id`)
  }
  const { cardId, ...card } = await cardOf(ports, named)
  return { ...card, original: { cardId, originalKey: matchKeyOf(originalKey) } }
}

async function cardOf(ports: Ports, named: Names) {
  const { partnerId, cardId } = await locate(ports, named)
  const card = await ports.storage.read.card(partnerId, cardId)
  const program = card && (await ports.storage.read.program(card.programId))
  if (program === undefined) throw new DomainError('card-not-found')
  return { partnerId, cardId, currency: program.currency }
}

function postingOf<T>(
  posting: { readonly amount: string; readonly currency?: string; readonly billingAmount?: string },
  { original, currency }: Subject<T>,
) {
  const { billingAmount: text } = posting
  return {
    original,
    transactionAmount: amountOf(posting, currency),
    billingAmount: text === undefined ? null : decimalOf(text, currency, 'billingAmount'),
  }
}

function amountOf(named: { readonly amount: string; readonly currency?: string }, fallback: Currency): Amount {
  const code = named.currency ?? fallback
  if (!isCurrency(code)) throw new DomainError('unknown-currency', 'currency')
  return decimalOf(named.amount, code, 'amount')
}

function decimalOf(text: string, currency: Currency, field: string): Amount {
  const amount = parseDecimal(text, currency)
  if (amount === undefined) throw new DomainError('invalid-amount', field)
  return amount
}
