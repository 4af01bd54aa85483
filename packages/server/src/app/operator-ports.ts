/** What the operator's door needs to know of who calls: keys, and browsers that are signed in with one. */
import type { OperatorKey } from '@openissuer/core/operator/operator-key.ts'
import type { IdPlace } from './list-ports.ts'

/** A browser that is signed in; only the digest of its token is kept. Its times are real time. */
export type OperatorSession = {
  readonly sessionHash: Uint8Array
  readonly keyId: bigint
  readonly createdAt: Temporal.Instant
  readonly expiresAt: Temporal.Instant
}

export type OperatorReader = {
  /** newest first, those that were revoked too */
  listOperatorKeys(page: {
    readonly after: IdPlace | undefined
    readonly limit: number
  }): Promise<readonly OperatorKey[]>
  /** undefined for a key that was revoked, too */
  operatorKey(keyHash: Uint8Array): Promise<OperatorKey | undefined>
  /** undefined for a session that is over at `now`, or whose key was revoked */
  operatorSession(
    sessionHash: Uint8Array,
    now: Temporal.Instant,
  ): Promise<{ readonly key: OperatorKey; readonly expiresAt: Temporal.Instant } | undefined>
}

export type OperatorTransaction = {
  insertOperatorKey(key: Omit<OperatorKey, 'revokedAt'>, keyHash: Uint8Array): Promise<void>
  lockOperatorKey(keyId: bigint): Promise<OperatorKey | undefined>
  /** Locks the keys of role `reveal` that were not revoked, in the order of their ids. */
  lockRevealKeys(): Promise<readonly OperatorKey[]>
  /** Ends a locked key, and the sessions that began with it. */
  revokeOperatorKey(keyId: bigint, revokedAt: Temporal.Instant): Promise<void>
  insertOperatorSession(session: OperatorSession): Promise<void>
  /** @returns false when there is none */
  deleteOperatorSession(sessionHash: Uint8Array): Promise<boolean>
  /** Forgets the sessions that are over. */
  deleteOperatorSessionsOver(now: Temporal.Instant): Promise<void>
}
