import type { Authorization, Merchant } from '@openissuer/core/authorization/authorization.ts'
import { APPROVED_RESPONSE_CODE, DECLINE_REASONS } from '@openissuer/core/authorization/decline-reason.ts'
import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { hasPanForm } from '@openissuer/core/card/pan.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, formatDecimal, parseDecimal } from '@openissuer/core/money/amount.ts'
import { isCurrency } from '@openissuer/core/money/currency.ts'
import { isCountry } from '@openissuer/core/reference/countries.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { authorize } from '../app/authorize.ts'
import type { Ports } from '../app/ports.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'

const Text = (maxLength: number) => Type.Optional(Type.String({ minLength: 1, maxLength }))

const SimulatedAuthorization = Type.Object(
  {
    cardToken: Text(20),
    pan: Text(19),
    /** major units, positive */
    amount: Type.String({ maxLength: 24 }),
    currency: Type.String({ maxLength: 5 }),
    merchant: Type.Optional(
      Type.Object(
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
      ),
    ),
  },
  { additionalProperties: false },
)

type Simulation = Static<typeof SimulatedAuthorization>

/** Plays the card network: each call is a message that an acquirer could have sent. */
export const simulationRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Body: Simulation }>(
    '/simulations/authorizations',
    { schema: { body: SimulatedAuthorization } },
    async request => {
      if (ports.mode === 'live') throw new OperatorError(403, 'sandbox-only', 'Simulations exist in sandbox mode only.')
      const { body } = request
      const located = await locate(ports, body)
      return run(
        request,
        located.partnerId,
        work => authorize(work, { ...located, transactionAmount: amountOf(body), merchant: merchantOf(body) }),
        encode,
      )
    },
  )
}

async function locate(ports: Ports, body: Simulation): Promise<{ partnerId: bigint; cardId: bigint }> {
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

function amountOf(body: Simulation): Amount {
  if (!isCurrency(body.currency)) throw new DomainError('unknown-currency', 'currency')
  const amount = parseDecimal(body.amount, body.currency)
  if (amount === undefined) throw new DomainError('invalid-amount', 'amount')
  return amount
}

function merchantOf({ merchant = {} }: Simulation): Merchant {
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

function encode(authorization: Authorization) {
  const { declineReason } = authorization
  return {
    authorizationId: String(authorization.authorizationId),
    partnerId: String(authorization.partnerId),
    cardToken: authorization.card.token,
    maskedPan: maskedPanOf(authorization.card),
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
    held: wireAmount(authorization.held),
    trace: authorization.trace.map(check => ({ ...check })),
    createdAt: authorization.createdAt.toString(),
  }
}

function wireAmount(value: Amount): { amount: string; currency: string } {
  return { amount: formatDecimal(value), currency: value.currency }
}
