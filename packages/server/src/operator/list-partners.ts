import { DomainError } from '@openissuer/core/errors.ts'
import type { Partner } from '@openissuer/core/partner/partner.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { PagsmileApp } from '../app/ports.ts'
import { documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { idParameter } from './ids.ts'
import { Credential, encodeCredential } from './keysecure.ts'
import type { OperatorContext } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'
import { oneOf } from './simulations.ts'

const ListQuery = Type.Object(
  { status: Type.Optional(oneOf(['active', 'disabled'])), ...PAGE },
  { additionalProperties: false },
)

const described = documented('Partners')

const PARTNER = {
  partnerId: IdText,
  name: Type.String(),
  status: oneOf(['active', 'disabled']),
  integrationMode: oneOf(['credit', 'partner-decides']),
  approveCardholdersAutomatically: Type.Boolean(),
  createdAt: InstantText,
}

const ShownPartner = Type.Object(
  {
    ...PARTNER,
    pagsmileApps: Type.Array(
      Type.Object({
        appId: Type.String(),
        partnerId: Type.String({ description: 'the number of the partner on the Pagsmile wire' }),
        platformPublicKey: Type.String({ description: 'PEM' }),
        merchantPublicKey: nullable(Type.String(), { description: 'PEM' }),
        unlimitedDateRange: Type.Boolean(),
        showSensitive: Type.Boolean(),
        plaintext: Type.Boolean(),
        previousKeyExpiresAt: nullable(InstantText),
      }),
    ),
    keysecureCredentials: Type.Array(Credential),
    responder: nullable(Type.Object({ url: Type.String(), fallback: oneOf(['decline', 'approve']) })),
  },
  { title: 'PartnerWithCredentials' },
)

/** Who the partners are, and how each connects; no secret is shown. */
export const partnerListRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports: { storage } }) => {
  server.get<{ Querystring: Static<typeof ListQuery> }>(
    '/partners',
    {
      schema: {
        ...described(
          'listPartners',
          'List the partners',
          pageSchema('partners', Type.Object(PARTNER, { title: 'Partner' })),
        ),
        querystring: ListQuery,
      },
    },
    async ({ query }) => {
      const { rows, nextCursor } = await pageById(
        query,
        page => storage.read.listPartners({ status: query.status, ...page }),
        partner => partner.partnerId,
      )
      return { partners: rows.map(encodePartner), nextCursor }
    },
  )

  server.get<{ Params: { partnerId: string } }>(
    '/partners/:partnerId',
    { schema: described('showPartner', 'Show a partner and what it connects by', ShownPartner) },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const partner = await storage.read.partner(partnerId)
      if (partner === undefined) throw new DomainError('partner-not-found')
      const apps = await storage.read.pagsmileAppsOf(partnerId)
      const credentials = await storage.read.keysecureCredentialsOf(partnerId)
      const responder = await storage.read.partnerResponder(partnerId)
      return {
        ...encodePartner(partner),
        pagsmileApps: apps.map(encodeApp),
        keysecureCredentials: credentials.map(encodeCredential),
        responder: responder === undefined ? null : { url: responder.url, fallback: responder.fallback },
      }
    },
  )
}

function encodePartner({ partnerId, name, status, settings, createdAt }: Partner) {
  return {
    partnerId: String(partnerId),
    name,
    status,
    integrationMode: settings.integrationMode,
    approveCardholdersAutomatically: settings.approveCardholdersAutomatically,
    createdAt: createdAt.toString(),
  }
}

function encodeApp(app: PagsmileApp) {
  return {
    appId: app.appId,
    partnerId: app.partnerNo,
    platformPublicKey: app.platformPublicKey,
    merchantPublicKey: app.merchantPublicKey,
    unlimitedDateRange: app.unlimitedDateRange,
    showSensitive: app.showSensitive,
    plaintext: app.plaintext,
    previousKeyExpiresAt: app.previousKey?.expiresAt.toString() ?? null,
  }
}
