import { type Amount, formatDecimal } from '../money/amount.ts'
import type { Authorization } from './authorization.ts'
import { DECLINE_REASONS } from './decline-reason.ts'

/** How an authorization stands, in one sentence that is safe to show to the cardholder. */
export function explain(authorization: Authorization): string {
  const { declineReason, approved, held, cleared, expired, reversed } = authorization
  if (cleared.minor > 0n) return paid(authorization)
  if (declineReason !== null) return DECLINE_REASONS[declineReason].sentence
  if (held.minor > 0n) return `Approved: ${text(held)} is on hold.`
  if (expired.minor > 0n) return 'The merchant did not claim the money in time, so nothing is on hold any more.'
  if (reversed.minor > 0n) return 'The merchant cancelled the purchase, so nothing is on hold any more.'
  if (approved.minor > 0n) return 'Nothing was paid, and nothing is on hold any more.'
  return authorization.refunded.minor > 0n
    ? `${text(authorization.refunded)} was refunded.`
    : 'Approved: nothing had to be put on hold.'
}

function paid({ cleared, held, refunded }: Authorization): string {
  const rest = held.minor > 0n ? ` and ${text(held)} is still on hold` : ''
  const back = refunded.minor > 0n ? `, of which ${text(refunded)} was refunded` : ''
  return `${text(cleared)} was paid${back}${rest}.`
}

function text(amount: Amount): string {
  return `${formatDecimal(amount)} ${amount.currency}`
}
