import type { OperatorCallOptions } from './call.ts'
import type { OperatorRole } from './operator-keys.ts'
import { Resource } from './resource.ts'

/** Who is signed in, or whose key a call has carried. */
export type SignedIn = {
  readonly keyId: string
  readonly name: string
  readonly role: OperatorRole
  readonly mode: 'sandbox' | 'live'
  /** ISO 8601 in UTC, in real time; null for a bearer key, which has no session */
  readonly expiresAt: string | null
}

/** A browser that is signed in: a cookie that its pages cannot read stands for the operator key. */
export class Session extends Resource {
  /** Begins a session, for a client with `session: true`. A key that is refused is not tried again. */
  signIn(operatorKey: string, options?: OperatorCallOptions): Promise<SignedIn> {
    return this.postUnrecorded('/session', { operatorKey }, { retries: 0, ...options })
  }

  current(options?: OperatorCallOptions): Promise<SignedIn> {
    return this.get('/session', {}, options)
  }

  /** `signedOut` is false where there was no session. */
  signOut(options?: OperatorCallOptions): Promise<{ readonly signedOut: boolean }> {
    return this.deleteUnrecorded('/session', options)
  }
}
