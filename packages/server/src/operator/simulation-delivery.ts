/**
 * What a network does to messages on their way: one arrives twice, or a reversal before what it reverses.
 */
import { ENTRY_MODES } from '@openissuer/core/authorization/authorization.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { overtakeAuthorization } from '../app/overtake-authorization.ts'
import { resendAuthorization } from '../app/resend-authorization.ts'
import { documented } from './answers.ts'
import { encodeEvent } from './authorizations.ts'
import type { OperatorContext } from './operator-api.ts'
import { body, CardFields, MessageAnswer, OriginalFields, originalOf } from './simulation-lifecycle.ts'
import {
  AuthorizationAnswer,
  amountOf,
  assertSandbox,
  encodeAnswer,
  locate,
  MerchantBody,
  merchantOf,
  messageIdentity,
  oneOf,
} from './simulations.ts'

export const DuplicateBody = body(OriginalFields)
export const OutOfOrderBody = body({
  ...CardFields,
  amount: Type.String({ maxLength: 24 }),
  currency: Type.String({ maxLength: 5 }),
  purpose: Type.Optional(oneOf(['purchase', 'cash'])),
  entryMode: Type.Optional(oneOf(ENTRY_MODES)),
  advice: Type.Optional(Type.Boolean()),
  merchant: Type.Optional(MerchantBody),
})

export const OutOfOrderAnswer = Type.Object({ reversal: MessageAnswer, authorization: AuthorizationAnswer })

const described = documented('Simulations')

export const deliverySimulationRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports }) => {
  server.addHook('onRequest', async () => assertSandbox(ports))

  server.post<{ Body: Static<typeof DuplicateBody> }>(
    '/simulations/duplicates',
    {
      schema: {
        ...described('simulateDuplicate', 'Send the message of an authorization once more', AuthorizationAnswer, [
          'sandbox-only',
          'authorization-not-found',
          'card-not-found',
          'issuer-overloaded',
          'issuer-unavailable',
        ]),
        body: DuplicateBody,
      },
    },
    async request => encodeAnswer(await resendAuthorization(ports, await originalOf(ports, request.body))),
  )

  server.post<{ Body: Static<typeof OutOfOrderBody> }>(
    '/simulations/out-of-order-pairs',
    {
      schema: {
        ...described(
          'simulateOutOfOrderPair',
          'Send a reversal before the authorization that it reverses',
          OutOfOrderAnswer,
          [
            'sandbox-only',
            'card-not-found',
            'invalid-amount',
            'invalid-field',
            'unknown-currency',
            'issuer-overloaded',
            'issuer-unavailable',
          ],
        ),
        body: OutOfOrderBody,
      },
    },
    async request => {
      const { body: asked } = request
      const located = await locate(ports, asked)
      const identity = messageIdentity(ports, request)
      const { reversal, authorization } = await overtakeAuthorization(ports, {
        reversal: { partnerId: located.partnerId, ...identity },
        authorization: {
          ...located,
          // under a key that no call can take, so that no other message comes between the two
          matchKey: `overtaken:${identity.matchKey}`,
          inputHash: identity.inputHash,
          purpose: asked.purpose ?? 'purchase',
          transactionAmount: amountOf(asked),
          merchant: merchantOf(asked),
          entryMode: asked.entryMode ?? null,
          cardData: {},
          partialApproval: false,
          advice: asked.advice ?? false,
          forcedReason: null,
        },
      })
      return {
        reversal: { ...encodeEvent(reversal.event), repeated: reversal.repeated },
        authorization: encodeAnswer(authorization),
      }
    },
  )
}
