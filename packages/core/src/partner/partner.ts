/** An API client of the platform: Pagsmile's partner, KeySecure's merchant. Never the card acceptor. */
export type Partner = {
  readonly partnerId: bigint
  readonly name: string
  readonly status: PartnerStatus
  readonly settings: PartnerSettings
  readonly createdAt: Temporal.Instant
}

export type PartnerStatus = 'active' | 'disabled'

/**
 * How authorizations of this partner's cards are funded and decided.
 * `credit`: cards spend money that was moved to them, the issuer decides alone (KeySecure CREDIT_EXTENSION).
 * `partner-decides`: the partner is asked for each authorization (KeySecure AUTHORIZATION); spending uses its reserve.
 */
export type IntegrationMode = 'credit' | 'partner-decides'

export type PartnerSettings = {
  readonly integrationMode: IntegrationMode
  /** Sandbox only: a new cardholder is approved in the same step that creates it. */
  readonly approveCardholdersAutomatically: boolean
}
