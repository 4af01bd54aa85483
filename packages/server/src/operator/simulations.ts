import {
  type Authorization,
  ENTRY_MODES,
  type Merchant,
  PURPOSES,
} from '@openissuer/core/authorization/authorization.ts'
import type { CardData } from '@openissuer/core/authorization/decide.ts'
import {
  APPROVED_RESPONSE_CODE,
  DECLINE_REASONS,
  type DeclineReason,
} from '@openissuer/core/authorization/decline-reason.ts'
import {
  ECIS,
  eciFits,
  eciOf,
  THREE_DS_RESULTS,
  THREE_DS_VERSIONS,
  type ThreeDs,
} from '@openissuer/core/authorization/three-ds.ts'
import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { parseYearMonth } from '@openissuer/core/card/expiry.ts'
import { hasPanForm } from '@openissuer/core/card/pan.ts'
import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import { type Amount, formatDecimal, parseDecimal } from '@openissuer/core/money/amount.ts'
import { isCurrency } from '@openissuer/core/money/currency.ts'
import { isCountry } from '@openissuer/core/reference/countries.ts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { answerAuthorization } from '../app/answer-authorization.ts'
import { type Authorize, messageOf } from '../app/authorize.ts'
import { answerChallenge } from '../app/challenge-cardholder.ts'
import type { EngineAnswer } from '../app/engine/authorization-engine.ts'
import type { Ports } from '../app/ports.ts'
import { DecimalText, documented, IdText, InstantText, MaskedPan, Money, nullable } from './answers.ts'
import { idempotencyOf, type OperatorContext, OperatorError } from './operator-api.ts'

const Text = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }))

export function oneOf<const T extends string>(values: readonly T[]) {
  return Type.Unsafe<T>(Type.String({ enum: [...values] }))
}

const UUID = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'

/** The card acceptor of a simulated message. */
export const MerchantBody = Type.Object(
  {
    // DE 42 has 15 characters; the Pagsmile documentation shows 16
    id: Text(32),
    name: Text(64),
    mcc: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
    country: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    city: Text(64),
    acquirerId: Text(13),
  },
  { additionalProperties: false },
)

export const SimulatedAuthorization = Type.Object(
  {
    cardToken: Text(20),
    pan: Text(19),
    /** major units, positive */
    amount: Type.String({ maxLength: 24 }),
    currency: Type.String({ maxLength: 5 }),
    /** in the card's currency, as the network has converted it */
    billingAmount: Text(24),
    purpose: Type.Optional(oneOf(PURPOSES)),
    entryMode: Type.Optional(oneOf(ENTRY_MODES)),
    cardData: Type.Optional(
      Type.Object(
        {
          /** YYMM, as in DE 14 */
          expiry: Type.Optional(Type.String({ pattern: '^[0-9]{4}$' })),
          cvv2: Type.Optional(Type.String({ pattern: '^[0-9]{3}$' })),
          pin: Type.Optional(Type.String({ pattern: '^[0-9]{4,12}$' })),
        },
        { additionalProperties: false },
      ),
    ),
    threeDs: Type.Optional(
      Type.Object(
        {
          version: Type.Optional(oneOf(THREE_DS_VERSIONS)),
          eci: oneOf(ECIS),
          result: oneOf(THREE_DS_RESULTS),
          dsTransactionId: Type.Optional(Type.String({ pattern: UUID })),
        },
        { additionalProperties: false },
      ),
    ),
    /** instead of `threeDs`: the answer to a challenge decides what the message says */
    threeDsChallenge: Type.Optional(
      Type.Object(
        { challengeId: Type.String({ maxLength: 18 }), password: Type.String({ maxLength: 12 }) },
        { additionalProperties: false },
      ),
    ),
    partialApproval: Type.Optional(Type.Boolean()),
    advice: Type.Optional(Type.Boolean()),
    forceDecline: Type.Optional(oneOf(Object.keys(DECLINE_REASONS) as DeclineReason[])),
    merchant: Type.Optional(MerchantBody),
  },
  { additionalProperties: false },
)

const described = documented('Simulations')

const Check = Type.Object(
  {
    check: Type.String(),
    passed: Type.Boolean(),
    value: Type.String(),
    threshold: nullable(Type.String()),
    remaining: nullable(Type.String()),
    window: nullable(Type.Object({ from: Type.String(), to: nullable(Type.String()), zone: nullable(Type.String()) })),
  },
  { title: 'Check' },
)

export const Trace = Type.Array(Check, { description: 'the rules in the order in which they were applied' })

export const DeclineReasonText = Type.Unsafe<DeclineReason>({
  title: 'DeclineReason',
  type: 'string',
  enum: Object.keys(DECLINE_REASONS),
})

/** An authorization without the trace of its decision. */
export const AUTHORIZATION = {
  authorizationId: IdText,
  partnerId: IdText,
  cardToken: Type.String(),
  maskedPan: MaskedPan,
  purpose: oneOf(PURPOSES),
  decision: oneOf(['approved', 'declined']),
  declineReason: nullable(DeclineReasonText),
  explanation: Type.String({ description: 'safe to show to the cardholder' }),
  responseCode: Type.String({ description: 'ISO 8583 DE 39' }),
  approvalCode: nullable(Type.String()),
  transactionAmount: Money,
  billingAmount: Money,
  conversionRate: nullable(DecimalText),
  approvedAmount: Money,
  held: Money,
  expiresAt: nullable(InstantText),
  createdAt: InstantText,
}

/** The answer to a message of the network. */
export const AuthorizationAnswer = Type.Object(
  {
    ...AUTHORIZATION,
    trace: Trace,
    repeated: Type.Boolean({ description: 'the same message was answered before' }),
  },
  { title: 'AuthorizationAnswer' },
)

type Simulation = Static<typeof SimulatedAuthorization>

/** Plays the card network: each call is a message that an acquirer could have sent. */
export const simulationRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.post<{ Body: Simulation }>(
    '/simulations/authorizations',
    {
      schema: {
        ...described('simulateAuthorization', 'Send the message of an authorization', AuthorizationAnswer, [
          'sandbox-only',
          'card-not-found',
          'challenge-not-found',
          'invalid-amount',
          'invalid-field',
          'unknown-currency',
          'issuer-overloaded',
          'issuer-unavailable',
        ]),
        body: SimulatedAuthorization,
      },
    },
    async request => {
      assertSandbox(ports)
      const { body } = request
      const located = await locate(ports, body)
      const identity = messageIdentity(ports, request)
      const message: Authorize = {
        ...located,
        ...identity,
        purpose: body.purpose ?? 'purchase',
        transactionAmount: amountOf(body),
        billingAmount: await billingAmountOf(ports, located, body),
        merchant: merchantOf(body),
        entryMode: body.entryMode ?? null,
        cardData: await cardDataOf(ports, located, body),
        partialApproval: body.partialApproval ?? false,
        advice: body.advice ?? false,
        forcedReason: body.forceDecline ?? null,
      }
      const threeDs = threeDsOf(body) ?? (await answeredThreeDs(ports, message, body))
      const cardData = { ...message.cardData, ...(threeDs === undefined ? {} : { threeDs }) }
      const answer = await answerAuthorization(ports, { ...message, cardData })
      return encodeAnswer(answer)
    },
  )
}

/**
 * @throws DomainError `duplicate-request` where the match key belongs to another message
 * @throws OperatorError 503 with the reason that the network hears where nothing was decided
 */
export function encodeAnswer(answer: EngineAnswer) {
  switch (answer.kind) {
    case 'decided':
    case 'repeated':
      return { ...encodeAuthorization(answer.authorization), repeated: answer.kind === 'repeated' }
    case 'conflict':
      throw new DomainError('duplicate-request')
    case 'unanswered':
      throw new OperatorError(503, answer.reason, DECLINE_REASONS[answer.reason].sentence)
    default:
      return unreachable(answer)
  }
}

export function assertSandbox({ mode }: Ports): void {
  if (mode === 'live') throw new OperatorError(403, 'sandbox-only', 'Simulations exist in sandbox mode only.')
}

/** The request's Idempotency-Key plays the part of the network's match key: repeated, it is the same message again. */
export function messageIdentity(ports: Ports, request: FastifyRequest): { matchKey: string; inputHash: Uint8Array } {
  const idempotency = idempotencyOf(request, ports)
  return {
    matchKey: matchKeyOf(idempotency?.key ?? ports.random.token(18)),
    inputHash: idempotency?.inputHash ?? new Uint8Array(),
  }
}

/** The match key of the simulated message that came under an Idempotency-Key. */
export function matchKeyOf(idempotencyKey: string): string {
  return `simulation:${idempotencyKey}`
}

/**
 * What the message says about the card, checked against the card: the CVV2 is derived, the PIN compared with what is kept
 * of it, the expiry compared later.
 */
async function cardDataOf(
  ports: Ports,
  owner: { partnerId: bigint; cardId: bigint },
  { cardData }: Simulation,
): Promise<CardData> {
  if (cardData === undefined) return {}
  const expiry = cardData.expiry === undefined ? undefined : parseYearMonth(cardData.expiry)
  if (cardData.expiry !== undefined && expiry === undefined) throw new DomainError('invalid-field', 'cardData.expiry')
  return {
    ...(expiry === undefined ? {} : { expiry }),
    ...(cardData.cvv2 === undefined ? {} : { cvv2: await cvv2Result(ports, owner, cardData.cvv2) }),
    ...(cardData.pin === undefined ? {} : { pin: await pinResult(ports, owner, cardData.pin) }),
  }
}

async function pinResult(
  { storage, vault }: Ports,
  owner: { partnerId: bigint; cardId: bigint },
  pin: string,
): Promise<'match' | 'mismatch' | 'not-set'> {
  const kept = await storage.read.pinDigest(owner.partnerId, owner.cardId)
  if (kept === undefined) return 'not-set'
  return vault.pinMatches(owner, pin, kept) ? 'match' : 'mismatch'
}

/** @throws OperatorError when the indicator says another thing than the result, or when there is a challenge too */
function threeDsOf({ threeDs, threeDsChallenge }: Simulation): ThreeDs | undefined {
  if (threeDs === undefined) return undefined
  if (threeDsChallenge !== undefined) {
    throw new OperatorError(400, 'invalid-request', 'Give one of threeDs and threeDsChallenge.', 'threeDsChallenge')
  }
  if (!eciFits(threeDs)) {
    const rule = 'authenticated goes with 05 or 02, attempted with 06 or 01, every other result with 07 or 00.'
    throw new OperatorError(400, 'invalid-request', rule, 'threeDs.eci')
  }
  const { version, eci, result, dsTransactionId } = threeDs
  return { version: version ?? null, eci, result, dsTransactionId: dsTransactionId?.toLowerCase() ?? null }
}

/**
 * What the answer to a challenge makes the message say. An answer is recorded, so the message is looked at first: one that
 * is refused has given none.
 *
 * @throws DomainError as `authorize` does
 * @throws OperatorError when the card has no such challenge
 */
async function answeredThreeDs(
  ports: Ports,
  message: Authorize,
  { threeDsChallenge }: Simulation,
): Promise<ThreeDs | undefined> {
  if (threeDsChallenge === undefined) return undefined
  await messageOf(ports, message)
  const { partnerId, cardId, matchKey } = message
  const { password } = threeDsChallenge
  const challengeId = /^\d{1,18}$/.test(threeDsChallenge.challengeId) ? BigInt(threeDsChallenge.challengeId) : 0n
  const card = await ports.storage.read.card(partnerId, cardId)
  const passed = await answerChallenge(ports, { partnerId, cardId, challengeId, matchKey, password })
  if (card === undefined || passed === undefined) {
    const field = 'threeDsChallenge.challengeId'
    throw new OperatorError(404, 'challenge-not-found', 'The card has no such challenge.', field)
  }
  const result = passed ? 'authenticated' : 'failed'
  return { version: null, eci: eciOf(result, card.network), result, dsTransactionId: null }
}

async function cvv2Result(
  { storage, vault }: Ports,
  owner: { partnerId: bigint; cardId: bigint },
  cvv2: string,
): Promise<'match' | 'mismatch'> {
  const card = await storage.read.card(owner.partnerId, owner.cardId)
  const sealed = await storage.read.sealedPan(owner.partnerId, owner.cardId)
  if (card === undefined || sealed === undefined) throw new DomainError('card-not-found')
  return vault.cvv2(vault.openPan(owner, sealed), card.expiry) === cvv2 ? 'match' : 'mismatch'
}

export async function locate(
  ports: Ports,
  body: Pick<Simulation, 'cardToken' | 'pan'>,
): Promise<{ partnerId: bigint; cardId: bigint }> {
  const { cardToken, pan } = body
  if ((cardToken === undefined) === (pan === undefined)) {
    throw new OperatorError(400, 'invalid-request', 'Name the card by exactly one of cardToken and pan.', 'cardToken')
  }
  const located =
    cardToken === undefined
      ? hasPanForm(pan ?? '')
        ? await ports.storage.read.locateCardByPan(ports.vault.fingerprintPan(pan ?? ''))
        : undefined
      : await ports.storage.read.locateCardByToken(cardToken)
  if (located === undefined) throw new DomainError('card-not-found')
  return located
}

export function amountOf(body: Pick<Simulation, 'amount' | 'currency'>): Amount {
  if (!isCurrency(body.currency)) throw new DomainError('unknown-currency', 'currency')
  const amount = parseDecimal(body.amount, body.currency)
  if (amount === undefined) throw new DomainError('invalid-amount', 'amount')
  return amount
}

async function billingAmountOf(
  { storage }: Ports,
  { partnerId, cardId }: { partnerId: bigint; cardId: bigint },
  { billingAmount: text }: Simulation,
): Promise<Amount | null> {
  if (text === undefined) return null
  const card = await storage.read.card(partnerId, cardId)
  const program = card && (await storage.read.program(card.programId))
  if (program === undefined) throw new DomainError('card-not-found')
  const billingAmount = parseDecimal(text, program.currency)
  if (billingAmount === undefined) throw new DomainError('invalid-amount', 'billingAmount')
  return billingAmount
}

export function merchantOf({ merchant = {} }: Pick<Simulation, 'merchant'>): Merchant {
  if (merchant.country !== undefined && !isCountry(merchant.country)) {
    throw new DomainError('invalid-field', 'merchant.country')
  }
  return {
    id: merchant.id ?? null,
    name: merchant.name ?? null,
    mcc: merchant.mcc ?? null,
    country: merchant.country ?? null,
    city: merchant.city ?? null,
    acquirerId: merchant.acquirerId ?? null,
  }
}

export function encodeAuthorization(authorization: Authorization) {
  const { declineReason } = authorization
  return {
    authorizationId: String(authorization.authorizationId),
    partnerId: String(authorization.partnerId),
    cardToken: authorization.card.token,
    maskedPan: maskedPanOf(authorization.card),
    purpose: authorization.purpose,
    decision: declineReason === null ? 'approved' : 'declined',
    declineReason,
    explanation:
      declineReason === null
        ? `Approved: ${formatDecimal(authorization.held)} ${authorization.held.currency} is on hold.`
        : DECLINE_REASONS[declineReason].sentence,
    responseCode: declineReason === null ? APPROVED_RESPONSE_CODE : DECLINE_REASONS[declineReason].responseCode,
    approvalCode: authorization.approvalCode,
    transactionAmount: wireAmount(authorization.transactionAmount),
    billingAmount: wireAmount(authorization.billingAmount),
    conversionRate: authorization.conversionRate,
    approvedAmount: wireAmount(authorization.approved),
    held: wireAmount(authorization.held),
    trace: authorization.trace.map(check => ({ ...check })),
    expiresAt: authorization.expiresAt?.toString() ?? null,
    createdAt: authorization.createdAt.toString(),
  }
}

export function wireAmount(value: Amount): { amount: string; currency: string } {
  return { amount: formatDecimal(value), currency: value.currency }
}
