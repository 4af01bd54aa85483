import type { OperatorKey } from '@openissuer/core/operator/operator-key.ts'
import type { Work } from './ports.ts'

export type Revocation =
  | { readonly outcome: 'revoked'; readonly key: OperatorKey }
  | { readonly outcome: 'unknown' }
  /** nobody could make or revoke keys any more */
  | { readonly outcome: 'last-reveal-key' }

/** A key opens nothing from now on, and the sessions that began with it end. One that was revoked before stays as it is. */
export async function revokeOperatorKey({ tx, clock }: Pick<Work, 'tx' | 'clock'>, keyId: bigint): Promise<Revocation> {
  // locked together first, so that two keys that are revoked at once cannot each take the other for the one that is left
  const revealing = await tx.lockRevealKeys()
  const key = await tx.lockOperatorKey(keyId)
  if (key === undefined) return { outcome: 'unknown' }
  if (key.revokedAt !== null) return { outcome: 'revoked', key }
  if (key.role === 'reveal' && revealing.length === 1) return { outcome: 'last-reveal-key' }
  const revokedAt = clock.now()
  await tx.revokeOperatorKey(keyId, revokedAt)
  return { outcome: 'revoked', key: { ...key, revokedAt } }
}
