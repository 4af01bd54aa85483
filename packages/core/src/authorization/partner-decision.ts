import { unreachable } from '../errors.ts'
import type { DeclineReason } from './decline-reason.ts'

/** What a partner that decides itself does with an authorization while it cannot be heard. */
export type Fallback = 'decline' | 'approve'

/**
 * What came of asking a partner. `approved` and `declined` are its own words; all others mean that none came in time:
 * `timeout`, `unreachable`, `bad-answer`, `busy` (too many questions are open), `not-set-up` (nobody to ask), `lost` (we
 * stopped before the answer was recorded).
 */
export type InquiryOutcome =
  | 'approved'
  | 'declined'
  | 'timeout'
  | 'unreachable'
  | 'bad-answer'
  | 'busy'
  | 'not-set-up'
  | 'lost'

/** Who decided in the end. */
export type DecisionSource = 'partner' | 'fallback'

/** The answer to an inquiry, made once for an authorization whose hold stands already. */
export type PartnerDecision = {
  readonly partnerId: bigint
  readonly authorizationId: bigint
  readonly outcome: InquiryOutcome
  readonly source: DecisionSource
  readonly approved: boolean
  /** what the partner said, or what went wrong */
  readonly code: string | null
  readonly message: string | null
  /** from the question to the last byte of the answer or the end of our patience; null where nobody was asked */
  readonly latencyMs: number | null
  /** what came after the end of our patience; it changes nothing */
  readonly late: LateAnswer | null
  readonly createdAt: Temporal.Instant
}

export type LateAnswer = {
  readonly approved: boolean
  readonly code: string | null
  readonly message: string | null
  readonly latencyMs: number
}

export function decisionOf(outcome: InquiryOutcome, fallback: Fallback): Pick<PartnerDecision, 'source' | 'approved'> {
  switch (outcome) {
    case 'approved':
    case 'declined':
      return { source: 'partner', approved: outcome === 'approved' }
    case 'timeout':
    case 'unreachable':
    case 'bad-answer':
    case 'busy':
    case 'not-set-up':
    case 'lost':
      return { source: 'fallback', approved: fallback === 'approve' }
    default:
      return unreachable(outcome)
  }
}

/** Why the network hears a decline. */
export function reasonOf({ source }: Pick<PartnerDecision, 'source'>): DeclineReason {
  return source === 'partner' ? 'partner-declined' : 'partner-unavailable'
}
