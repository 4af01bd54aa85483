/** What a step has made that a later one can follow. */
import type {
  Challenge,
  ClockMove,
  SimulatedDecision,
  SimulatedEvent,
  SimulationCall,
} from '@openissuer/sdk/operator.ts'
import { formatMoney } from '../../lib/money.ts'
import { referenceText } from './body.ts'

export type OutOfOrder = { readonly reversal: SimulatedEvent; readonly authorization: SimulatedDecision }

export type Answer =
  | { readonly kind: 'decision'; readonly answer: SimulatedDecision }
  | { readonly kind: 'event'; readonly answer: SimulatedEvent }
  | { readonly kind: 'challenge'; readonly answer: Challenge }
  | { readonly kind: 'out-of-order'; readonly answer: OutOfOrder }
  | { readonly kind: 'clock'; readonly answer: ClockMove }

export type Made = 'authorization' | 'clearing' | 'refund' | 'challenge'

/** One thing that can be followed: what stands in the form for it, and what people call it. */
export type Original = { readonly value: string; readonly label: string }

type Step = { readonly call: SimulationCall; readonly outcome: { readonly state: string } }
type Done = { readonly state: 'done'; readonly result: Answer }

/** Newest first. */
export function originalsOf(steps: readonly Step[], made: Made): readonly Original[] {
  return steps
    .flatMap((step, index) => {
      const known = MAKES[step.call]
      if (known?.made !== made) return []
      const value = referenceText({ $step: index + 1, field: known.field })
      return [{ value, label: `Step ${index + 1}: ${labelOf(step, made)}` }]
    })
    .toReversed()
}

/** What each call makes, and where its answer names it. */
const MAKES: Readonly<Partial<Record<SimulationCall, { readonly made: Made; readonly field: string }>>> = {
  authorizations: { made: 'authorization', field: 'authorizationId' },
  'out-of-order-pairs': { made: 'authorization', field: 'authorization.authorizationId' },
  clearings: { made: 'clearing', field: 'eventId' },
  refunds: { made: 'refund', field: 'eventId' },
  'three-ds-challenges': { made: 'challenge', field: 'challengeId' },
}

function labelOf({ outcome }: Step, made: Made): string {
  return outcome.state === 'done' ? `${made} ${summaryOf((outcome as Done).result)}` : `${made}, not played yet`
}

/** `approved 24.90 USD` */
export function summaryOf(result: Answer): string {
  switch (result.kind) {
    case 'decision':
      return `${result.answer.decision} ${formatMoney(result.answer.transactionAmount)}`
    case 'out-of-order':
      return `${result.answer.authorization.decision} ${formatMoney(result.answer.authorization.transactionAmount)}`
    case 'event':
      return `${result.answer.effect?.decision ?? ''} ${formatMoney(result.answer.transactionAmount)}`.trim()
    case 'challenge':
      return formatMoney(result.answer)
    case 'clock':
      return `now ${result.answer.now}`
    default:
      return result satisfies never
  }
}

/** Null for what is not decided. */
export function decisionOf(result: Answer): 'approved' | 'declined' | null {
  if (result.kind === 'decision') return result.answer.decision
  if (result.kind === 'out-of-order') return result.answer.authorization.decision
  return result.kind === 'event' ? (result.answer.effect?.decision ?? null) : null
}

/** Whose things an answer is about. */
export function subjectOf({ kind, answer }: Answer): {
  readonly authorizationId: string | null
  readonly cardToken: string | null
} {
  if (kind === 'decision') return { authorizationId: answer.authorizationId, cardToken: answer.cardToken }
  if (kind === 'event') return { authorizationId: answer.authorizationId, cardToken: null }
  if (kind === 'challenge') return { authorizationId: null, cardToken: answer.cardToken }
  if (kind === 'clock') return { authorizationId: null, cardToken: null }
  const { authorizationId, cardToken } = answer.authorization
  return { authorizationId, cardToken }
}
