import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

export type PagsmileAppSettings = {
  /** relaxes the 31-day rule of queries */
  readonly unlimitedDateRange: boolean
  /** full PAN and CVV2 in answers to card queries */
  readonly showSensitive: boolean
  /** business data in clear; sandbox only */
  readonly plaintext: boolean
}

/** At least one of `pagsmile` and `keysecure` is named. */
export type CreatePartner = {
  /** 1 to 100 characters */
  readonly name: string
  /** `credit` (unless said): the issuer decides alone; `partner-decides`: the partner's server is asked */
  readonly integrationMode?: IntegrationMode
  /** true in sandbox unless said; no effect in live mode */
  readonly approveCardholdersAutomatically?: boolean
  /** USD on the funding, reserve and shared account; sandbox only */
  readonly openingBalance?: string
  readonly pagsmile?: Partial<PagsmileAppSettings> & {
    /** RSA of at least 2048 bits, SPKI as PEM or Base64 */
    readonly merchantPublicKey?: string
  }
  readonly keysecure?: {
    /** IP addresses and CIDR ranges; empty for all */
    readonly allowedAddresses?: readonly string[]
  }
}

export type IntegrationMode = 'credit' | 'partner-decides'

export type CreatedPartner = {
  readonly partnerId: string
  readonly name: string
  readonly integrationMode: IntegrationMode
  readonly approveCardholdersAutomatically: boolean
  readonly accounts: readonly { readonly accountId: string; readonly kind: string; readonly currency: string }[]
  readonly pagsmile: PagsmileCredentials | null
  readonly keysecure: KeysecureCredentials | null
}

export type PartnerState = { readonly partnerId: string; readonly status: 'active' | 'disabled' }

export type PagsmileCredentials = {
  readonly appId: string
  /** `partner_id` on the wire */
  readonly partnerId: string
  /** PEM */
  readonly platformPublicKey: string
  /** PEM; null until it is uploaded */
  readonly merchantPublicKey: string | null
  readonly fundingAccount: string
  readonly sharedAccount: string
}

export type KeysecureCredentials = {
  readonly apiKey: string
  /** shown this once */
  readonly apiSecret: string
  readonly allowedAddresses: readonly string[]
}

export type KeysecureSettings = {
  readonly enabled: boolean
  /** ISO 8601; null for never */
  readonly expiresAt: string | null
  readonly allowedAddresses: readonly string[]
  readonly pciEnabled: boolean
  /** exact origins: `https://shop.example` */
  readonly pciOrigins: readonly string[]
  /** null for no limit */
  readonly requestsPerSecond: number | null
}

/** Where a partner that decides itself is asked. */
export type Responder = {
  /** the credential in whose name the question is signed */
  readonly apiKey: string
  readonly url: string
  /** what counts when nobody answers */
  readonly fallback: 'decline' | 'approve'
}

export type Partner = {
  readonly partnerId: string
  readonly name: string
  readonly status: PartnerStatus
  readonly integrationMode: IntegrationMode
  readonly approveCardholdersAutomatically: boolean
  readonly createdAt: string
}

export type PartnerStatus = 'active' | 'disabled'

/** How the partner connects; no secret is among it. */
export type PartnerWithCredentials = Partner & {
  readonly pagsmileApps: readonly (PagsmileAppSettings &
    Omit<PagsmileCredentials, 'fundingAccount' | 'sharedAccount'> & {
      readonly previousKeyExpiresAt: string | null
    })[]
  readonly keysecureCredentials: readonly (KeysecureSettings & { readonly apiKey: string })[]
  readonly responder: Omit<Responder, 'apiKey'> | null
}

export type PartnerQuery = { readonly status?: PartnerStatus }

export class Partners extends Resource {
  /** One page, newest first. */
  list(query: PartnerQuery & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<Partner>> {
    return this.page('/partners', 'partners', query, options)
  }

  listAll(query: PartnerQuery = {}, options?: OperatorCallOptions): AsyncIterable<Partner> {
    return this.all(page => this.list({ ...query, ...page }, options))
  }

  retrieve(partnerId: string, options?: OperatorCallOptions): Promise<PartnerWithCredentials> {
    return this.get(path`/partners/${partnerId}`, {}, options)
  }

  create(partner: CreatePartner, options?: OperatorCallOptions): Promise<CreatedPartner> {
    return this.post('/partners', partner, options)
  }

  /** The partner's own calls are refused; its cards go on. */
  disable(partnerId: string, options?: OperatorCallOptions): Promise<PartnerState> {
    return this.post(path`/partners/${partnerId}/disable`, undefined, options)
  }

  enable(partnerId: string, options?: OperatorCallOptions): Promise<PartnerState> {
    return this.post(path`/partners/${partnerId}/enable`, undefined, options)
  }

  /** Uploads or replaces the partner's key; every server process uses it within 3 seconds. */
  setMerchantKey(
    partnerId: string,
    appId: string,
    publicKey: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly appId: string; readonly merchantPublicKey: string }> {
    return this.put(path`/partners/${partnerId}/pagsmile-apps/${appId}/merchant-key`, { publicKey }, options)
  }

  /** Changes the settings that are named. */
  updatePagsmileApp(
    partnerId: string,
    appId: string,
    settings: Partial<PagsmileAppSettings>,
    options?: OperatorCallOptions,
  ): Promise<PagsmileAppSettings & { readonly appId: string }> {
    return this.patch(path`/partners/${partnerId}/pagsmile-apps/${appId}`, settings, options)
  }

  /** @param rotation `graceHours`: how long the old key is still understood, 0 to 2160; 168 unless said */
  rotatePlatformKey(
    partnerId: string,
    appId: string,
    rotation: { readonly graceHours?: number } = {},
    options?: OperatorCallOptions,
  ): Promise<{
    readonly appId: string
    readonly platformPublicKey: string
    readonly previousKeyExpiresAt: string | null
  }> {
    return this.post(path`/partners/${partnerId}/pagsmile-apps/${appId}/platform-key`, rotation, options)
  }

  /** Changes what is named of a KeySecure credential. */
  updateKeysecureCredential(
    partnerId: string,
    apiKey: string,
    settings: Partial<KeysecureSettings>,
    options?: OperatorCallOptions,
  ): Promise<KeysecureSettings & { readonly apiKey: string }> {
    return this.patch(path`/partners/${partnerId}/keysecure-credentials/${apiKey}`, settings, options)
  }

  /** @param responder `fallback` is `decline` unless said */
  setResponder(
    partnerId: string,
    responder: Omit<Responder, 'fallback'> & Partial<Pick<Responder, 'fallback'>>,
    options?: OperatorCallOptions,
  ): Promise<Responder> {
    return this.put(path`/partners/${partnerId}/responder`, responder, options)
  }

  responder(partnerId: string, options?: OperatorCallOptions): Promise<Responder> {
    return this.get(path`/partners/${partnerId}/responder`, {}, options)
  }
}
