import { createPublicKey } from 'node:crypto'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { parseDecimal } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import type { PartnerStatus } from '@openissuer/core/partner/partner.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import {
  addKeysecureCredential,
  addPagsmileApp,
  createPartner,
  keysecureSecretContext,
  type PartnerAccounts,
} from '../app/create-partner.ts'
import type { PagsmileApp, PagsmileAppSettings, Ports, Work } from '../app/ports.ts'
import { rotatePlatformKey } from '../app/rotate-platform-key.ts'
import { findUnusableAddress } from '../http/ip-allow-list.ts'
import { CurrencyText, documented, IdText, InstantText, nullable } from './answers.ts'
import { idParameter } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'

/** What an app may see and do; what is not given stays off, or as it is. */
const APP_SETTINGS = {
  unlimitedDateRange: Type.Optional(Type.Boolean()),
  /** full PAN and CVV2 in answers to card queries */
  showSensitive: Type.Optional(Type.Boolean()),
  /** business data in clear; sandbox only */
  plaintext: Type.Optional(Type.Boolean()),
}

const AppSettingsBody = Type.Object(APP_SETTINGS, { additionalProperties: false })

/** How long the old key is still understood; a week unless told, a quarter of a year at most. */
const RotationBody = Type.Object(
  { graceHours: Type.Optional(Type.Integer({ minimum: 0, maximum: 2_160 })) },
  { additionalProperties: false },
)

const GRACE_HOURS = 168

const CreatePartnerBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    integrationMode: Type.Optional(Type.Union([Type.Literal('credit'), Type.Literal('partner-decides')])),
    approveCardholdersAutomatically: Type.Optional(Type.Boolean()),
    /** USD, sandbox only */
    openingBalance: Type.Optional(Type.String({ maxLength: 24 })),
    pagsmile: Type.Optional(
      Type.Object(
        {
          merchantPublicKey: Type.Optional(Type.String({ maxLength: 4096 })),
          ...APP_SETTINGS,
        },
        { additionalProperties: false },
      ),
    ),
    keysecure: Type.Optional(
      Type.Object(
        { allowedAddresses: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { maxItems: 100 })) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
)

const MerchantKeyBody = Type.Object(
  { publicKey: Type.String({ minLength: 1, maxLength: 4096 }) },
  { additionalProperties: false },
)

const described = documented('Partners')

const PartnerMade = Type.Object(
  {
    partnerId: IdText,
    name: Type.String(),
    integrationMode: Type.Enum(['credit', 'partner-decides']),
    approveCardholdersAutomatically: Type.Boolean(),
    accounts: Type.Array(Type.Object({ accountId: IdText, kind: Type.String(), currency: CurrencyText })),
    pagsmile: nullable(
      Type.Object({
        appId: Type.String(),
        partnerId: Type.String({ description: 'the number of the partner on the Pagsmile wire' }),
        platformPublicKey: Type.String({ description: 'PEM' }),
        merchantPublicKey: nullable(Type.String(), { description: 'PEM; null until it is uploaded' }),
        fundingAccount: IdText,
        sharedAccount: IdText,
      }),
    ),
    keysecure: nullable(
      Type.Object({
        apiKey: Type.String(),
        apiSecret: Type.String({ description: 'shown this once' }),
        allowedAddresses: Type.Array(Type.String()),
      }),
    ),
  },
  { title: 'NewPartner' },
)

const AppSettings = Type.Object({
  appId: Type.String(),
  unlimitedDateRange: Type.Boolean(),
  showSensitive: Type.Boolean(),
  plaintext: Type.Boolean(),
})

const APP_ID = /^\d{1,32}$/

export const partnerRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, run }) => {
  server.post<{ Body: Static<typeof CreatePartnerBody> }>(
    '/partners',
    {
      schema: {
        ...described(
          'createPartner',
          'Create a partner with its credentials',
          PartnerMade,
          ['invalid-amount', 'invalid-field'],
          201,
        ),
        body: CreatePartnerBody,
      },
    },
    async (request, reply) => {
      const { body } = request
      if (body.pagsmile === undefined && body.keysecure === undefined) {
        throw new OperatorError(400, 'invalid-request', 'Name at least one dialect: pagsmile, keysecure.')
      }
      const recorded = await run(
        request,
        0n,
        work => partnerWithCredentials(work, body),
        encoded => encoded,
      )
      return reply.code(201).send(withSecret(ports, recorded))
    },
  )

  /** Says whether the partner's own calls are answered; its cards and what it has been promised are not touched. */
  const statusRoute = (action: string, status: PartnerStatus, summary: string) => {
    const schema = described(
      `${action}Partner`,
      summary,
      Type.Object({ partnerId: IdText, status: Type.Enum(['active', 'disabled']) }),
    )
    server.post<{ Params: { partnerId: string } }>(`/partners/:partnerId/${action}`, { schema }, request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      return run(
        request,
        partnerId,
        async ({ tx }) => {
          if (!(await tx.setPartnerStatus(partnerId, status))) throw new DomainError('partner-not-found')
        },
        () => ({ partnerId: String(partnerId), status }),
      )
    })
  }
  statusRoute('disable', 'disabled', "Answer none of the partner's own calls any more")
  statusRoute('enable', 'active', "Answer the partner's own calls again")

  server.put<{ Params: { partnerId: string; appId: string }; Body: Static<typeof MerchantKeyBody> }>(
    '/partners/:partnerId/pagsmile-apps/:appId/merchant-key',
    {
      schema: {
        ...described(
          'setMerchantKey',
          'Upload or replace the public key of an app',
          Type.Object({ appId: Type.String(), merchantPublicKey: Type.String() }),
          ['app-not-found', 'invalid-field'],
        ),
        body: MerchantKeyBody,
      },
    },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const { appId } = request.params
      const publicKey = merchantKeyOf(request.body.publicKey, 'publicKey')
      return run(
        request,
        partnerId,
        async ({ tx }) => {
          const replaced = APP_ID.test(appId) && (await tx.setMerchantPublicKey(partnerId, appId, publicKey))
          if (!replaced) throw appNotFound()
        },
        () => ({ appId, merchantPublicKey: publicKey }),
      )
    },
  )

  server.patch<{ Params: { partnerId: string; appId: string }; Body: Static<typeof AppSettingsBody> }>(
    '/partners/:partnerId/pagsmile-apps/:appId',
    {
      schema: {
        ...described('changePagsmileApp', 'Change the settings of an app', AppSettings, [
          'app-not-found',
          'invalid-field',
        ]),
        body: AppSettingsBody,
      },
    },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const { appId } = request.params
      return run(
        request,
        partnerId,
        async work => {
          const app = APP_ID.test(appId) ? await work.tx.lockPagsmileApp(partnerId, appId) : undefined
          if (app === undefined) throw appNotFound()
          const settings = settingsOf(work, { ...app, ...request.body })
          await work.tx.setPagsmileAppSettings(partnerId, appId, settings)
          return settings
        },
        settings => ({ appId, ...settings }),
      )
    },
  )

  server.post<{ Params: { partnerId: string; appId: string }; Body: Static<typeof RotationBody> }>(
    '/partners/:partnerId/pagsmile-apps/:appId/platform-key',
    {
      schema: {
        ...described(
          'rotatePlatformKey',
          'Give an app a new platform key',
          Type.Object({
            appId: Type.String(),
            platformPublicKey: Type.String(),
            previousKeyExpiresAt: nullable(InstantText),
          }),
          ['app-not-found'],
        ),
        body: RotationBody,
      },
    },
    async request => {
      const partnerId = idParameter(request.params.partnerId, 'partner-not-found')
      const { appId } = request.params
      const graceHours = request.body.graceHours ?? GRACE_HOURS
      return run(
        request,
        partnerId,
        async work => {
          const app = APP_ID.test(appId) ? await rotatePlatformKey(work, { partnerId, appId, graceHours }) : undefined
          if (app === undefined) throw appNotFound()
          return app
        },
        app => ({
          appId,
          platformPublicKey: app.platformPublicKey,
          previousKeyExpiresAt: app.previousKey?.expiresAt.toString() ?? null,
        }),
      )
    },
  )
}

function appNotFound(): OperatorError {
  return new OperatorError(404, 'app-not-found', 'The partner has no such app.')
}

/** @throws DomainError `invalid-field` for business data in clear in live mode */
function settingsOf(work: Work, wanted: Partial<PagsmileAppSettings>): PagsmileAppSettings {
  const { unlimitedDateRange = false, showSensitive = false, plaintext = false } = wanted
  if (plaintext && work.mode === 'live') throw new DomainError('invalid-field', 'plaintext')
  return { unlimitedDateRange, showSensitive, plaintext }
}

async function partnerWithCredentials(work: Work, body: Static<typeof CreatePartnerBody>) {
  const usd = currency('USD')
  const openingBalance = body.openingBalance === undefined ? null : parseDecimal(body.openingBalance, usd)
  if (openingBalance === undefined) throw new DomainError('invalid-amount', 'openingBalance')
  const { partner, accounts } = await createPartner(work, {
    name: body.name,
    settings: {
      integrationMode: body.integrationMode ?? 'credit',
      approveCardholdersAutomatically: body.approveCardholdersAutomatically ?? work.mode === 'sandbox',
    },
    currency: usd,
    openingBalance,
  })
  return {
    partnerId: String(partner.partnerId),
    name: partner.name,
    integrationMode: partner.settings.integrationMode,
    approveCardholdersAutomatically: partner.settings.approveCardholdersAutomatically,
    accounts: Object.values(accounts).map((account: Account) => ({
      accountId: String(account.accountId),
      kind: account.kind,
      currency: account.currency,
    })),
    pagsmile:
      body.pagsmile === undefined ? null : await pagsmileCredentials(work, partner.partnerId, accounts, body.pagsmile),
    keysecure:
      body.keysecure === undefined ? null : await keysecureCredentials(work, partner.partnerId, body.keysecure),
  }
}

async function pagsmileCredentials(
  work: Work,
  partnerId: bigint,
  accounts: PartnerAccounts,
  wanted: NonNullable<Static<typeof CreatePartnerBody>['pagsmile']>,
) {
  const { merchantPublicKey } = wanted
  const app: PagsmileApp = await addPagsmileApp(work, {
    partnerId,
    merchantPublicKey:
      merchantPublicKey === undefined ? null : merchantKeyOf(merchantPublicKey, 'pagsmile.merchantPublicKey'),
    ...settingsOf(work, wanted),
  })
  return {
    appId: app.appId,
    partnerId: app.partnerNo,
    platformPublicKey: app.platformPublicKey,
    merchantPublicKey: app.merchantPublicKey,
    fundingAccount: String(accounts['partner-funding'].accountId),
    sharedAccount: String(accounts.shared.accountId),
  }
}

async function keysecureCredentials(
  work: Work,
  partnerId: bigint,
  wanted: NonNullable<Static<typeof CreatePartnerBody>['keysecure']>,
) {
  const allowedAddresses = wanted.allowedAddresses ?? []
  const unusable = findUnusableAddress(allowedAddresses)
  if (unusable !== undefined) throw new DomainError('invalid-field', 'keysecure.allowedAddresses')
  const { credential } = await addKeysecureCredential(work, { partnerId, expiresAt: null, allowedAddresses })
  const sealedSecret = Buffer.from(credential.apiSecret).toString('base64')
  return { apiKey: credential.apiKey, sealedSecret, allowedAddresses }
}

type NewPartner = Awaited<ReturnType<typeof partnerWithCredentials>>

/** The answer as it goes out. What is recorded for a repetition holds the secret sealed, as the database must. */
function withSecret({ vault }: Ports, { keysecure, ...partner }: NewPartner) {
  if (keysecure === null) return { ...partner, keysecure }
  const { apiKey, sealedSecret, allowedAddresses } = keysecure
  const apiSecret = vault.openSecret(keysecureSecretContext(apiKey), Buffer.from(sealedSecret, 'base64'))
  return { ...partner, keysecure: { apiKey, apiSecret, allowedAddresses } }
}

const PEM = /^-----BEGIN PUBLIC KEY-----/

/**
 * An RSA public key of at least 2048 bits as SPKI PEM; Base64 of the DER without PEM lines is accepted.
 * @throws DomainError `invalid-field`
 */
function merchantKeyOf(text: string, field: string): string {
  const bare = text.trim()
  const pem = PEM.test(bare) ? bare : `-----BEGIN PUBLIC KEY-----\n${bare}\n-----END PUBLIC KEY-----\n`
  try {
    const key = createPublicKey(pem)
    if (key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048) {
      return key.export({ type: 'spki', format: 'pem' })
    }
  } catch (cause) {
    throw Object.assign(new DomainError('invalid-field', field), { cause })
  }
  throw new DomainError('invalid-field', field)
}
