/** Which events a step has set off, and for how long it is worth looking for more. */
import type { Event, WebhookDelivery } from '@openissuer/sdk/operator.ts'
import type { subjectOf } from './answers.ts'
import type { Outcome, Step } from './use-steps.ts'

export type WatchedStep = Pick<Step, 'id'> & { readonly outcome: Extract<Outcome, { readonly state: 'done' }> }

/**
 * An event of the authorization or of the card that the answer names; where it names neither, whatever happened.
 * @param until the newest event before the next step; null while there is none
 */
export function concerns(event: Event, subject: ReturnType<typeof subjectOf>, until: string | null): boolean {
  if (until !== null && BigInt(event.eventId) > BigInt(until)) return false
  const { authorizationId, cardToken } = subject
  if (authorizationId === null && cardToken === null) return true
  const ofAuthorization = authorizationId !== null && authorizationOf(event) === authorizationId
  return ofAuthorization || (cardToken !== null && event.card?.cardToken === cardToken)
}

function authorizationOf({ message, fact }: Event): string | null {
  if (message !== null) return message.authorizationId
  return fact !== null && 'authorizationId' in fact ? fact.authorizationId : null
}

/** What was there when the next step was sent ends what is this one's. */
export function untilOf(step: WatchedStep, steps: readonly WatchedStep[]): string | null {
  const later = steps
    .filter(other => other.outcome.at > step.outcome.at)
    .toSorted((a, b) => a.outcome.at - b.outcome.at)
  return later[0]?.outcome.since ?? null
}

const WATCHED_MS_MIN = 3_000
const WATCHED_MS_MAX = 20_000

/** Webhooks are sent beside the answer, so the first seconds tell; one that waits for its next try is not waited for. */
export function isSettled(watchedMs: number, deliveries: readonly WebhookDelivery[] | undefined): boolean {
  if (watchedMs > WATCHED_MS_MAX) return true
  const underWay = deliveries?.some(({ state, attempts }) => state === 'pending' && attempts === 0) ?? true
  return watchedMs > WATCHED_MS_MIN && !underWay
}
