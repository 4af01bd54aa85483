import type { Address } from './cardholder.ts'

/** A company that owns cards; dates are calendar dates `yyyy-MM-dd`, countries ISO 3166-1 alpha-2. */
export type Corporation = CorporationTerms & {
  readonly corporationId: bigint
  readonly registrationAddressId: bigint
  readonly directorId: bigint
  readonly directorAddressId: bigint
}

/** A company as the partner describes it. */
export type CorporationTerms = {
  readonly contactName: string
  readonly mobile: string
  readonly email: string
  readonly registrationName: string
  readonly registrationCode: string
  readonly registeredOn: string
  readonly vatCode: string | null
  readonly expiresOn: string | null
  readonly businessScope: string | null
  readonly registrationAddress: Address
  readonly director: Director
}

/** Who answers for the company. */
export type Director = {
  readonly firstName: string
  readonly lastName: string
  readonly middleName: string | null
  /** the name in the writing of the director's country */
  readonly nationalName: string | null
  readonly idNo: string
  readonly idType: number
  readonly idIssuedOn: string | null
  readonly idExpiresOn: string | null
  readonly birthday: string
  readonly citizenship: string
  readonly gender: number | null
  readonly address: Address
}
