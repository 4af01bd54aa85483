/** A name, mobile, email and language record. It belongs to a partner and is not linked to a card. */
export type Contact = {
  readonly partnerId: bigint
  readonly contactId: bigint
  readonly firstName: string
  readonly lastName: string
  readonly mobile: string
  readonly email: string
  readonly language: string
  readonly createdAt: Temporal.Instant
}
