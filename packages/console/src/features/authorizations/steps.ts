/** An authorization's life as steps in the order of time, with the hold as each left it. */
import type { Authorization, AuthorizationEvent, Money } from '@openissuer/sdk/operator.ts'
import { wordsOf } from '../../components/status-badge.tsx'
import { difference, isZero } from '../../lib/money.ts'

export type Step = {
  readonly key: string
  readonly at: string
  readonly title: string
  readonly tone: 'good' | 'bad' | 'calm' | 'plain' | 'ahead'
  /** what the message was about; null where it was about none */
  readonly amount: Money | null
  /** signed; null where the hold did not change */
  readonly hold: Money | null
  readonly heldAfter: Money
  readonly notes: readonly string[]
  readonly entryIds: readonly string[]
}

/** Everything that has happened, and the lapse of the hold where it is still ahead. */
export function stepsOf(authorization: Authorization): readonly Step[] {
  const { events, held, status, expiresAt } = authorization
  const [decision, ...later] = events
  const steps = [
    ...(decision === undefined ? [] : [decided(authorization, decision, initialHold(authorization, later))]),
    ...followed(authorization, later),
    ...asked(authorization),
  ].toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  if (status !== 'open' || expiresAt === null || isZero(held)) return steps
  const lapse = { ...negative(held) }
  return [
    ...steps,
    {
      key: 'lapse',
      at: expiresAt,
      title: 'The hold lapses, unless it is cleared before',
      tone: 'ahead',
      amount: null,
      hold: lapse,
      heldAfter: difference(held, held),
      notes: [],
      entryIds: [],
    },
  ]
}

/** What later messages found on hold. */
function initialHold({ held }: Authorization, later: readonly AuthorizationEvent[]): Money {
  const first = later.find(({ effect }) => effect?.authorization != null)
  const [after, change] = [first?.effect?.authorization?.held, first?.effect?.hold]
  return after === undefined || change === undefined ? held : difference(after, change)
}

function decided(authorization: Authorization, { eventId, createdAt, kind }: AuthorizationEvent, hold: Money): Step {
  const { decision, declineReason, transactionAmount, billingAmount, approvalCode } = authorization
  const approved = decision === 'approved'
  return {
    key: eventId,
    at: createdAt,
    title: `${kind === 'advice' ? 'Advice: ' : ''}${approved ? 'Approved' : `Declined: ${wordsOf(declineReason ?? '').toLowerCase()}`}`,
    tone: approved ? 'good' : 'bad',
    amount: transactionAmount,
    hold: isZero(hold) ? null : hold,
    heldAfter: hold,
    notes: [
      ...(transactionAmount.currency === billingAmount.currency
        ? []
        : [`Billed as ${billingAmount.amount} ${billingAmount.currency}`]),
      ...(approvalCode === null ? [] : [`Approval code ${approvalCode}`]),
    ],
    entryIds: [],
  }
}

function followed({ held }: Authorization, later: readonly AuthorizationEvent[]): readonly Step[] {
  return later.map(event => {
    const { effect } = event
    const change = effect?.hold ?? null
    return {
      key: event.eventId,
      at: event.createdAt,
      title: titleOf(event),
      tone: effect?.decision === 'declined' ? 'bad' : 'calm',
      amount: event.transactionAmount,
      hold: change === null || isZero(change) ? null : change,
      heldAfter: effect?.authorization?.held ?? held,
      notes: notesOf(event),
      entryIds: [event.entryId, effect?.feeEntryId ?? null].filter(id => id !== null),
    }
  })
}

function titleOf({ kind, effect }: AuthorizationEvent): string {
  return effect?.decision == null ? wordsOf(kind) : `${wordsOf(kind)} ${effect.decision}`
}

function notesOf({ effect, originalEventId }: AuthorizationEvent): readonly string[] {
  if (effect === null) return []
  return [
    ...(effect.declineReason === null ? [] : [wordsOf(effect.declineReason)]),
    ...(effect.forced ? ['Forced: beyond its hold, the tolerance or available money'] : []),
    ...(effect.final ? ['No other clearing is expected'] : []),
    ...(isZero(effect.fee) ? [] : [`Fee ${effect.fee.amount} ${effect.fee.currency}`]),
    ...(effect.conversionRate === null ? [] : [`Converted at ${effect.conversionRate}`]),
    ...(originalEventId === null ? [] : [`Of message ${originalEventId}`]),
  ]
}

/** What came of asking the partner, where it decides itself. */
function asked({ authorizationId, partnerDecision, held }: Authorization): readonly Step[] {
  if (partnerDecision === null) return []
  const { approved, outcome, decisionSource, latencyMs, code, message, decidedAt, late } = partnerDecision
  return [
    {
      key: `${authorizationId} partner`,
      at: decidedAt,
      title: approved ? 'The partner lets it stand' : 'The partner declines',
      tone: approved ? 'good' : 'bad',
      amount: null,
      hold: null,
      heldAfter: held,
      notes: [
        decisionSource === 'partner' ? 'The partner answered' : `Fallback: ${wordsOf(outcome).toLowerCase()}`,
        ...(latencyMs === null ? [] : [`after ${latencyMs} ms`]),
        ...(code === null ? [] : [`Code ${code}`]),
        ...(message === null ? [] : [message]),
        ...(late === null
          ? []
          : [`A late answer ${late.approved ? 'would have approved' : 'declined'} after ${late.latencyMs} ms`]),
      ],
      entryIds: [],
    },
  ]
}

function negative({ amount, currency }: Money): Money {
  return { amount: amount.startsWith('-') ? amount.slice(1) : `-${amount}`, currency }
}
