/** Keys of the people and programs that run the platform. */

/** Each may do all that the ones before it may. `reveal` sees PANs and manages keys. */
export const OPERATOR_ROLES = ['read-only', 'operator', 'reveal'] as const

export type OperatorRole = (typeof OPERATOR_ROLES)[number]

/** A key without its secret, of which nothing but a digest is kept. */
export type OperatorKey = {
  readonly keyId: bigint
  readonly name: string
  readonly role: OperatorRole
  readonly createdAt: Temporal.Instant
  /** null while it opens the door */
  readonly revokedAt: Temporal.Instant | null
}

export function mayActAs(role: OperatorRole, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(role) >= OPERATOR_ROLES.indexOf(needed)
}
