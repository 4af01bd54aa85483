import type { Corporation } from './corporation.ts'

/** The verified owner of cards: a person or a company. */
export type Cardholder = {
  readonly partnerId: bigint
  readonly cardholderId: bigint
  /** the partner's own number, unique per partner */
  readonly uniqueNo: string | null
  readonly verification: Verification
  /** why verification was refused */
  readonly rejection: string | null
  /** numbered faults that verification has found, in the numbering of the partner's dialect */
  readonly rejectionCodes: readonly string[]
  /** gets no more cards, whatever the verification says */
  readonly disabled: boolean
  /** null for a company, and while only a KYC provider knows the person */
  readonly person: Person | null
  readonly corporation: Corporation | null
  readonly createdAt: Temporal.Instant
}

/**
 * `documents-needed`: waiting for the partner (identity documents, a verification token);
 * `in-review`: waiting for the issuer or its KYC provider; only an `approved` cardholder gets cards.
 */
export type Verification = 'documents-needed' | 'in-review' | 'approved' | 'rejected'

export const VERIFICATIONS: readonly Verification[] = ['documents-needed', 'in-review', 'approved', 'rejected']

/** Whether a review has found fault with a cardholder who may come again, as after a rejection. */
export function isAskedAgain({ verification, rejection }: Pick<Cardholder, 'verification' | 'rejection'>): boolean {
  return verification === 'documents-needed' && rejection !== null
}

/** Null while only a KYC provider knows who it is. */
export function nameOf({ person, corporation }: Pick<Cardholder, 'person' | 'corporation'>): string | null {
  if (corporation !== null) return corporation.registrationName
  return person === null ? null : `${person.firstName} ${person.lastName}`
}

/** A natural person as the partner describes it; dates are calendar dates `yyyy-MM-dd`, countries ISO 3166-1 alpha-2. */
export type Person = {
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string
  readonly email: string
  readonly idNo: string
  readonly idType: number
  readonly idIssuedOn: string | null
  readonly idExpiresOn: string | null
  readonly birthday: string
  readonly gender: number | null
  readonly nationality: string
  readonly address: Address
}

export type Address = {
  readonly line1: string
  readonly line2: string | null
  readonly postalCode: string
  readonly city: string
  readonly state: string
  readonly country: string
}
