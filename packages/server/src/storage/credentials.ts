import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type CredentialOperations = Pick<
  Reader & Transaction,
  | 'pagsmileApp'
  | 'keysecureCredential'
  | 'accessToken'
  | 'operatorKeyExists'
  | 'insertPagsmileApp'
  | 'setMerchantPublicKey'
  | 'insertKeysecureCredential'
  | 'insertAccessToken'
  | 'insertOperatorKey'
>

export function credentialOperations(database: Queryable): CredentialOperations {
  return {
    async pagsmileApp(appId) {
      const { rows } = await database.query<{
        app_id: string
        partner_id: bigint
        partner_no: string
        platform_private_key: Buffer
        platform_public_key: string
        merchant_public_key: string | null
        unlimited_date_range: boolean
      }>({ name: 'pagsmile-app', text: 'select * from pagsmile_app where app_id = $1', values: [appId] })
      const row = rows[0]
      if (row === undefined) return undefined
      return {
        appId: row.app_id,
        partnerId: row.partner_id,
        partnerNo: row.partner_no,
        platformPrivateKey: row.platform_private_key,
        platformPublicKey: row.platform_public_key,
        merchantPublicKey: row.merchant_public_key,
        unlimitedDateRange: row.unlimited_date_range,
      }
    },

    async insertPagsmileApp(app, createdAt) {
      await database.query(
        `insert into pagsmile_app (app_id, partner_id, partner_no, platform_private_key, platform_public_key,
           merchant_public_key, unlimited_date_range, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)`,
        [
          app.appId,
          app.partnerId,
          app.partnerNo,
          app.platformPrivateKey,
          app.platformPublicKey,
          app.merchantPublicKey,
          app.unlimitedDateRange,
          createdAt.toString(),
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
      const { rows } = await database.query<{
        api_key: string
        partner_id: bigint
        api_secret: Buffer
        enabled: boolean
        expires_at: Temporal.Instant | null
        allowed_addresses: string[]
      }>({
        name: 'keysecure-credential',
        text: 'select * from keysecure_credential where api_key = $1',
        values: [apiKey],
      })
      const row = rows[0]
      if (row === undefined) return undefined
      return {
        apiKey: row.api_key,
        partnerId: row.partner_id,
        apiSecret: row.api_secret,
        enabled: row.enabled,
        expiresAt: row.expires_at,
        allowedAddresses: row.allowed_addresses,
      }
    },

    async insertKeysecureCredential(credential, createdAt) {
      await database.query(
        `insert into keysecure_credential (api_key, partner_id, api_secret, enabled, expires_at, allowed_addresses, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [
          credential.apiKey,
          credential.partnerId,
          credential.apiSecret,
          credential.enabled,
          credential.expiresAt?.toString() ?? null,
          credential.allowedAddresses,
          createdAt.toString(),
        ],
      )
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

    async operatorKeyExists(keyHash) {
      const { rowCount } = await database.query({
        name: 'operator-key',
        text: 'select from operator_key where key_hash = $1',
        values: [keyHash],
      })
      return rowCount === 1
    },

    async insertOperatorKey(keyHash, createdAt) {
      await database.query('insert into operator_key (key_hash, created_at) values ($1, $2)', [
        keyHash,
        createdAt.toString(),
      ])
    },
  }
}
