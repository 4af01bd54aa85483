/** Who may call, in the name of which partner: apps, credentials and tokens, with the secret parts sealed. */

/** A Pagsmile app: the identity and the keys of one API client. Private and secret parts are sealed by the vault. */
export type PagsmileApp = {
  readonly appId: string
  readonly partnerId: bigint
  /** the partner's number on the Pagsmile wire, 17 digits */
  readonly partnerNo: string
  readonly platformPrivateKey: Uint8Array
  readonly platformPublicKey: string
  /** PEM; null until the partner has uploaded it */
  readonly merchantPublicKey: string | null
  /** true relaxes the 31-day rule of authorization and ledger queries */
  readonly unlimitedDateRange: boolean
  /** answers to card queries hold the full PAN and the CVV2 */
  readonly showSensitive: boolean
  /** business data may come and go in clear: for development, in sandbox only */
  readonly plaintext: boolean
  /** the platform key that was replaced, for as long as requests may still use it */
  readonly previousKey: { readonly privateKey: Uint8Array; readonly expiresAt: Temporal.Instant } | null
}

export type PagsmileAppSettings = Pick<PagsmileApp, 'unlimitedDateRange' | 'showSensitive' | 'plaintext'>

/** A KeySecure credential. `apiSecret` is sealed by the vault. */
export type KeysecureCredential = {
  readonly apiKey: string
  readonly partnerId: bigint
  readonly apiSecret: Uint8Array
  readonly enabled: boolean
  readonly expiresAt: Temporal.Instant | null
} & KeysecureSettings

/** What the operator sets of a KeySecure credential. */
export type KeysecureSettings = {
  /** IP addresses and CIDR ranges; an empty list allows every address */
  readonly allowedAddresses: readonly string[]
  /** the caller may see PANs and CVVs */
  readonly pciEnabled: boolean
  /** origins of the pages that may show the hosted card page in a frame, as browsers name them */
  readonly pciOrigins: readonly string[]
  /** calls that are answered; null for no limit */
  readonly requestsPerSecond: number | null
}

export type AccessToken = {
  readonly tokenHash: Uint8Array
  readonly apiKey: string
  readonly expiresAt: Temporal.Instant
}

/** A token for the hosted card page; only its digest is kept. It opens one page, which fetches the card once. */
export type PciToken = {
  readonly tokenHash: Uint8Array
  readonly partnerId: bigint
  readonly cardId: bigint
  /** the credential that asked for it */
  readonly apiKey: string
  readonly createdAt: Temporal.Instant
  readonly expiresAt: Temporal.Instant
  readonly openedAt: Temporal.Instant | null
  readonly shownAt: Temporal.Instant | null
}
