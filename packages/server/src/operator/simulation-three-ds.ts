/** Plays the access control server of 3-D Secure: asks the cardholder for a one-time password. */
import type { ThreeDsChallenge } from '@openissuer/core/authorization/three-ds-challenge.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { maskedPanOf } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { isNegative } from '@openissuer/core/money/amount.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { challengeCardholder } from '../app/challenge-cardholder.ts'
import { CurrencyText, DecimalText, documented, IdText, InstantText, MaskedPan, nullable } from './answers.ts'
import type { OperatorContext } from './operator-api.ts'
import { body, CardFields } from './simulation-lifecycle.ts'
import { amountOf, assertSandbox, locate, MerchantBody, merchantOf, wireAmount } from './simulations.ts'

export const ChallengeBody = body({
  ...CardFields,
  amount: Type.String({ maxLength: 24 }),
  currency: Type.String({ maxLength: 5 }),
  merchant: Type.Optional(MerchantBody),
})

export const Challenge = Type.Object(
  {
    challengeId: IdText,
    partnerId: IdText,
    cardToken: Type.String(),
    maskedPan: MaskedPan,
    amount: DecimalText,
    currency: CurrencyText,
    merchantName: nullable(Type.String()),
    createdAt: InstantText,
    expiresAt: InstantText,
  },
  { title: 'ThreeDsChallenge' },
)

export const threeDsSimulationRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Body: Static<typeof ChallengeBody> }>(
    '/simulations/three-ds-challenges',
    {
      schema: {
        ...documented('Simulations')(
          'simulateThreeDsChallenge',
          'Ask the cardholder for a one-time password',
          Challenge,
          ['sandbox-only', 'card-not-found', 'invalid-amount', 'unknown-currency'],
        ),
        body: ChallengeBody,
      },
    },
    async request => {
      assertSandbox(ports)
      const { body: asked } = request
      const { partnerId, cardId } = await locate(ports, asked)
      const card = await ports.storage.read.card(partnerId, cardId)
      if (card === undefined) throw new DomainError('card-not-found')
      const amount = amountOf(asked)
      if (isNegative(amount)) throw new DomainError('invalid-amount', 'amount')
      const { name: merchantName } = merchantOf(asked)
      return run(
        request,
        partnerId,
        work => challengeCardholder(work, { partnerId, cardId, amount, merchantName }),
        challenge => encodeChallenge(challenge, card),
      )
    },
  )
}

/** Without the password: the partner hears it, and this answer is kept with its Idempotency-Key. */
function encodeChallenge(challenge: ThreeDsChallenge, card: Card) {
  return {
    challengeId: String(challenge.challengeId),
    partnerId: String(challenge.partnerId),
    cardToken: card.token,
    maskedPan: maskedPanOf(card),
    ...wireAmount(challenge.amount),
    merchantName: challenge.merchantName,
    createdAt: challenge.createdAt.toString(),
    expiresAt: challenge.expiresAt.toString(),
  }
}
