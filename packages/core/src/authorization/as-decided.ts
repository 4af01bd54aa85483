import { type Amount, subtract, zero } from '../money/amount.ts'
import type { Authorization } from './authorization.ts'

/**
 * An authorization as it was answered, whatever has happened to it since: only increments change what was approved, and
 * nothing else of the decision ever changes.
 *
 * @param increased what approved increments have added, read together with the authorization
 */
export function asDecided(authorization: Authorization, increased: Amount): Authorization {
  const approved = subtract(authorization.approved, increased)
  const none = zero(approved.currency)
  return {
    ...authorization,
    approved,
    held: approved,
    reversed: none,
    expired: none,
    cleared: none,
    refunded: none,
    fee: none,
    status: approved.minor > 0n ? 'open' : 'closed',
  }
}
