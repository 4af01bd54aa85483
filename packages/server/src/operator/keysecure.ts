/** What an operator sets of a KeySecure merchant: its credentials, and whom to ask about its authorizations. */
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { KeysecureCredential, PartnerResponder, Reader } from '../app/ports.ts'
import type { WebhookDoor } from '../app/webhook-ports.ts'
import { findUnusableAddress } from '../http/ip-allow-list.ts'
import { documented, InstantText, nullable } from './answers.ts'
import { idParameter } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { oneOf } from './simulations.ts'

const SettingsBody = Type.Object(
  {
    enabled: Type.Optional(Type.Boolean()),
    /** ISO 8601; null for never */
    expiresAt: Type.Optional(Type.Union([Type.String({ maxLength: 40 }), Type.Null()])),
    allowedAddresses: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 })),
    pciEnabled: Type.Optional(Type.Boolean()),
    pciOrigins: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { maxItems: 20 })),
    /** null for no limit */
    requestsPerSecond: Type.Optional(Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()])),
  },
  { additionalProperties: false, minProperties: 1 },
)

const ResponderBody = Type.Object(
  {
    apiKey: Type.String({ minLength: 1, maxLength: 128 }),
    url: Type.String({ minLength: 1, maxLength: 2_048 }),
    fallback: Type.Optional(oneOf(['decline', 'approve'])),
  },
  { additionalProperties: false },
)

const described = documented('KeySecure merchants')

export const Credential = Type.Object(
  {
    apiKey: Type.String(),
    enabled: Type.Boolean(),
    expiresAt: nullable(InstantText),
    allowedAddresses: Type.Array(Type.String()),
    pciEnabled: Type.Boolean(),
    pciOrigins: Type.Array(Type.String()),
    requestsPerSecond: nullable(Type.Integer()),
  },
  { title: 'KeysecureCredential' },
)

const Responder = Type.Object(
  { apiKey: Type.String(), url: Type.String(), fallback: oneOf(['decline', 'approve']) },
  { title: 'Responder' },
)

type OfPartner = { Params: { partnerId: string } }
type OfCredential = { Params: { partnerId: string; apiKey: string } }

export const keysecureRoutes: FastifyPluginAsync<OperatorContext & Pick<WebhookDoor, 'refusalOf'>> = async (
  server,
  { ports, run, refusalOf },
) => {
  server.patch<OfCredential & { Body: Static<typeof SettingsBody> }>(
    '/partners/:partnerId/keysecure-credentials/:apiKey',
    {
      schema: {
        ...described('changeKeysecureCredential', 'Change the settings of a credential', Credential, [
          'app-not-found',
          'invalid-field',
        ]),
        body: SettingsBody,
      },
    },
    request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const { apiKey } = request.params
      return run(
        request,
        partnerId,
        async ({ tx }) => {
          const changed = changedBy(await requireCredential(tx, partnerId, apiKey), request.body)
          await tx.setKeysecureSettings(partnerId, apiKey, changed)
          return changed
        },
        encodeCredential,
      )
    },
  )

  server.put<OfPartner & { Body: Static<typeof ResponderBody> }>(
    '/partners/:partnerId/responder',
    {
      schema: {
        ...described('setResponder', 'Say where a partner that decides itself is asked', Responder, [
          'app-not-found',
          'invalid-field',
        ]),
        body: ResponderBody,
      },
    },
    request => {
      const { apiKey, url, fallback = 'decline' } = request.body
      const responder = {
        partnerId: idParameter(request.params.partnerId, 'partner-not-found'),
        apiKey,
        url,
        fallback,
      }
      if (refusalOf(url) !== undefined) throw new DomainError('invalid-field', 'url')
      return run(
        request,
        responder.partnerId,
        async ({ tx }) => {
          await requireCredential(tx, responder.partnerId, apiKey)
          await tx.replacePartnerResponder(responder)
          return responder
        },
        encodeResponder,
      )
    },
  )

  server.get<OfPartner>(
    '/partners/:partnerId/responder',
    { schema: described('showResponder', 'Show where a partner is asked', Responder, ['not-found']) },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const responder = await ports.storage.read.partnerResponder(partnerId)
      if (responder === undefined) throw new OperatorError(404, 'not-found', 'Nobody is asked for this partner.')
      return encodeResponder(responder)
    },
  )
}

async function requireCredential(read: Reader, partnerId: bigint, apiKey: string): Promise<KeysecureCredential> {
  const credential = await read.keysecureCredential(apiKey)
  if (credential?.partnerId !== partnerId) {
    throw new OperatorError(404, 'app-not-found', 'The partner has no such credential.')
  }
  return credential
}

/** @throws DomainError `invalid-field` */
function changedBy(credential: KeysecureCredential, body: Static<typeof SettingsBody>): KeysecureCredential {
  const { expiresAt, ...rest } = body
  if (findUnusableAddress(body.allowedAddresses ?? []) !== undefined) {
    throw new DomainError('invalid-field', 'allowedAddresses')
  }
  if (body.pciOrigins?.every(isOrigin) === false) throw new DomainError('invalid-field', 'pciOrigins')
  return {
    ...credential,
    ...rest,
    expiresAt: expiresAt === undefined ? credential.expiresAt : expiresAt === null ? null : instantOf(expiresAt),
  }
}

/** As browsers write it: `https://shop.example`. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text)
}

function instantOf(text: string): Temporal.Instant {
  try {
    return Temporal.Instant.from(text)
  } catch {
    throw new DomainError('invalid-field', 'expiresAt')
  }
}

export function encodeCredential(credential: KeysecureCredential) {
  const { apiKey, enabled, expiresAt, allowedAddresses, pciEnabled, pciOrigins, requestsPerSecond } = credential
  return {
    apiKey,
    enabled,
    expiresAt: expiresAt?.toString() ?? null,
    allowedAddresses: [...allowedAddresses],
    pciEnabled,
    pciOrigins: [...pciOrigins],
    requestsPerSecond,
  }
}

function encodeResponder({ apiKey, url, fallback }: PartnerResponder) {
  return { apiKey, url, fallback }
}
