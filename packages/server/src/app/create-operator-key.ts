import type { OperatorKey, OperatorRole } from '@openissuer/core/operator/operator-key.ts'
import type { Work } from './ports.ts'

const SECRET_BYTES = 32

/**
 * Makes a key for whoever runs the platform. Its secret is given back this once: nothing but its digest is kept.
 *
 * @param options.hash how secrets are known to the database
 */
export async function createOperatorKey(
  { tx, ids, random, clock }: Pick<Work, 'tx' | 'ids' | 'random' | 'clock'>,
  options: {
    readonly name: string
    readonly role: OperatorRole
    readonly hash: (secret: string) => Uint8Array
  },
): Promise<{ readonly key: OperatorKey; readonly secret: string }> {
  const { name, role, hash } = options
  const secret = `op_${random.token(SECRET_BYTES)}`
  const key = { keyId: await ids.next('operator-key'), name, role, createdAt: clock.now(), revokedAt: null }
  await tx.insertOperatorKey(key, hash(secret))
  return { key, secret }
}
