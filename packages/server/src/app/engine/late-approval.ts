import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { reverseAuthorization } from '../lifecycle/reverse-authorization.ts'
import type { Ports } from '../ports.ts'

/** The match key of the reversal of an approval that came too late; no network message has it. */
export function lateKeyOf(authorizationId: bigint): string {
  return `late:${authorizationId}`
}

/**
 * Reverses an approval whose commit came after its request had been declined for want of time: the network knows of no
 * purchase, so nothing may stay on hold for it. What the network has reversed itself is left alone.
 */
export async function reverseLateApproval(
  ports: Ports,
  { partnerId, authorizationId }: Pick<Authorization, 'partnerId' | 'authorizationId'>,
): Promise<void> {
  const { storage, engine: _engine, ...rest } = ports
  const message = { partnerId, matchKey: lateKeyOf(authorizationId), inputHash: new Uint8Array() }
  try {
    await storage.transaction(tx =>
      reverseAuthorization({ ...rest, tx }, { ...message, original: { authorizationId }, amount: null }),
    )
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'authorization-closed') throw error
  }
}
