import type { KeysecureCredential, PagsmileApp, Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type PagsmileAppRow = {
  app_id: string
  partner_id: bigint
  partner_no: string
  platform_private_key: Buffer
  platform_public_key: string
  merchant_public_key: string | null
  unlimited_date_range: boolean
  show_sensitive: boolean
  plaintext: boolean
  previous_private_key: Buffer | null
  previous_expires_at: Temporal.Instant | null
}

type KeysecureCredentialRow = {
  api_key: string
  partner_id: bigint
  api_secret: Buffer
  enabled: boolean
  expires_at: Temporal.Instant | null
  allowed_addresses: string[]
  pci_enabled: boolean
  pci_origins: string[]
  requests_per_second: number | null
}

type CredentialOperations = Pick<
  Reader & Transaction,
  | 'pagsmileApp'
  | 'pagsmileAppsOf'
  | 'keysecureCredential'
  | 'keysecureCredentialsOf'
  | 'accessToken'
  | 'insertPagsmileApp'
  | 'setPagsmileAppSettings'
  | 'lockPagsmileApp'
  | 'replacePlatformKey'
  | 'setMerchantPublicKey'
  | 'insertKeysecureCredential'
  | 'setKeysecureSettings'
  | 'insertAccessToken'
>

export function credentialOperations(database: Queryable): CredentialOperations {
  return {
    async pagsmileApp(appId) {
      const { rows } = await database.query<PagsmileAppRow>({
        name: 'pagsmile-app',
        text: 'select * from pagsmile_app where app_id = $1',
        values: [appId],
      })
      return rows[0] && pagsmileAppOf(rows[0])
    },

    async pagsmileAppsOf(partnerId) {
      const { rows } = await database.query<PagsmileAppRow>(
        'select * from pagsmile_app where partner_id = $1 order by created_at, app_id',
        [partnerId],
      )
      return rows.map(pagsmileAppOf)
    },

    async insertPagsmileApp(app, createdAt) {
      await database.query(
        `insert into pagsmile_app (app_id, partner_id, partner_no, platform_private_key, platform_public_key,
           merchant_public_key, unlimited_date_range, show_sensitive, plaintext, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          app.appId,
          app.partnerId,
          app.partnerNo,
          app.platformPrivateKey,
          app.platformPublicKey,
          app.merchantPublicKey,
          app.unlimitedDateRange,
          app.showSensitive,
          app.plaintext,
          createdAt.toString(),
        ],
      )
    },

    async setPagsmileAppSettings(partnerId, appId, { unlimitedDateRange, showSensitive, plaintext }) {
      const { rowCount } = await database.query(
        `update pagsmile_app set unlimited_date_range = $3, show_sensitive = $4, plaintext = $5
          where app_id = $2 and partner_id = $1`,
        [partnerId, appId, unlimitedDateRange, showSensitive, plaintext],
      )
      return rowCount === 1
    },

    async lockPagsmileApp(partnerId, appId) {
      const { rows } = await database.query<PagsmileAppRow>(
        'select * from pagsmile_app where app_id = $2 and partner_id = $1 for no key update',
        [partnerId, appId],
      )
      return rows[0] && pagsmileAppOf(rows[0])
    },

    async replacePlatformKey(app) {
      await database.query(
        `update pagsmile_app
            set platform_private_key = $3, platform_public_key = $4, previous_private_key = $5, previous_expires_at = $6
          where app_id = $2 and partner_id = $1`,
        [
          app.partnerId,
          app.appId,
          app.platformPrivateKey,
          app.platformPublicKey,
          app.previousKey?.privateKey ?? null,
          app.previousKey?.expiresAt.toString() ?? null,
        ],
      )
    },

    async setMerchantPublicKey(partnerId, appId, publicKey) {
      const { rowCount } = await database.query(
        'update pagsmile_app set merchant_public_key = $3 where app_id = $2 and partner_id = $1',
        [partnerId, appId, publicKey],
      )
      return rowCount === 1
    },

    async keysecureCredential(apiKey) {
      const { rows } = await database.query<KeysecureCredentialRow>({
        name: 'keysecure-credential',
        text: 'select * from keysecure_credential where api_key = $1',
        values: [apiKey],
      })
      return rows[0] && keysecureCredentialOf(rows[0])
    },

    async keysecureCredentialsOf(partnerId) {
      const { rows } = await database.query<KeysecureCredentialRow>(
        'select * from keysecure_credential where partner_id = $1 order by created_at, api_key',
        [partnerId],
      )
      return rows.map(keysecureCredentialOf)
    },

    async insertKeysecureCredential(credential, createdAt) {
      await database.query(
        `insert into keysecure_credential (api_key, partner_id, api_secret, enabled, expires_at, allowed_addresses,
           pci_enabled, pci_origins, requests_per_second, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          credential.apiKey,
          credential.partnerId,
          credential.apiSecret,
          credential.enabled,
          credential.expiresAt?.toString() ?? null,
          credential.allowedAddresses,
          credential.pciEnabled,
          credential.pciOrigins,
          credential.requestsPerSecond,
          createdAt.toString(),
        ],
      )
    },

    async setKeysecureSettings(partnerId, apiKey, settings) {
      const { rowCount } = await database.query(
        `update keysecure_credential
            set enabled = $3, expires_at = $4, allowed_addresses = $5, pci_enabled = $6, pci_origins = $7,
                requests_per_second = $8
          where api_key = $2 and partner_id = $1`,
        [
          partnerId,
          apiKey,
          settings.enabled,
          settings.expiresAt?.toString() ?? null,
          settings.allowedAddresses,
          settings.pciEnabled,
          settings.pciOrigins,
          settings.requestsPerSecond,
        ],
      )
      return rowCount === 1
    },

    async accessToken(tokenHash) {
      const { rows } = await database.query<{ token_hash: Buffer; api_key: string; expires_at: Temporal.Instant }>({
        name: 'access-token',
        text: 'select token_hash, api_key, expires_at from access_token where token_hash = $1',
        values: [tokenHash],
      })
      const row = rows[0]
      return row && { tokenHash: row.token_hash, apiKey: row.api_key, expiresAt: row.expires_at }
    },

    async insertAccessToken(token) {
      await database.query(
        `insert into access_token (token_hash, partner_id, api_key, created_at, expires_at) values ($1, $2, $3, $4, $5)`,
        [token.tokenHash, token.partnerId, token.apiKey, token.createdAt.toString(), token.expiresAt.toString()],
      )
    },
  }
}

function pagsmileAppOf(row: PagsmileAppRow): PagsmileApp {
  const { previous_private_key: previous, previous_expires_at: expiresAt } = row
  return {
    appId: row.app_id,
    partnerId: row.partner_id,
    partnerNo: row.partner_no,
    platformPrivateKey: row.platform_private_key,
    platformPublicKey: row.platform_public_key,
    merchantPublicKey: row.merchant_public_key,
    unlimitedDateRange: row.unlimited_date_range,
    showSensitive: row.show_sensitive,
    plaintext: row.plaintext,
    previousKey: previous === null || expiresAt === null ? null : { privateKey: previous, expiresAt },
  }
}

function keysecureCredentialOf(row: KeysecureCredentialRow): KeysecureCredential {
  return {
    apiKey: row.api_key,
    partnerId: row.partner_id,
    apiSecret: row.api_secret,
    enabled: row.enabled,
    expiresAt: row.expires_at,
    allowedAddresses: row.allowed_addresses,
    pciEnabled: row.pci_enabled,
    pciOrigins: row.pci_origins,
    requestsPerSecond: row.requests_per_second,
  }
}
