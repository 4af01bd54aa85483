import { type Amount, subtract, zero } from '../money/amount.ts'
import type { Authorization } from './authorization.ts'

/**
 * An authorization as it was answered, whatever has happened to it since: only increments change what was approved, and
 * nothing else of the decision ever changes.
 *
 * @param increased what approved increments have added, read together with the authorization
 */
export function asDecided(authorization: Authorization, increased: Amount): Authorization {
  const none = zero(authorization.approved.currency)
  // what its partner has declined was held for a moment, and nobody was told of that
  const approved = authorization.declineReason === null ? subtract(authorization.approved, increased) : none
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

/** As it stood while its partner was asked: approved by the issuer, and nobody had been answered. */
export function asQuestioned(authorization: Authorization, increased: Amount): Authorization {
  return asDecided({ ...authorization, declineReason: null, approvalCode: null }, increased)
}
