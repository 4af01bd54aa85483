/** What came of a step: the decision with its checks, or what a message has moved. */
import type {
  Challenge,
  Check,
  ClockMove,
  DeclineReason,
  SimulatedDecision,
  SimulatedEvent,
} from '@openissuer/sdk/operator.ts'
import { Link } from '@tanstack/react-router'
import { AmountText } from '../../components/amount.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { type Fact, Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { Trace } from '../../components/trace.tsx'
import type { Answer } from './answers.ts'
import classes from './simulator.module.css'

export function Result({ result }: { readonly result: Answer }) {
  switch (result.kind) {
    case 'decision':
      return <DecisionResult answer={result.answer} />
    case 'event':
      return <EventResult answer={result.answer} />
    case 'challenge':
      return <ChallengeResult answer={result.answer} />
    case 'clock':
      return <ClockResult answer={result.answer} />
    case 'out-of-order':
      return (
        <>
          <h3 className={classes.part}>First the reversal</h3>
          <EventResult answer={result.answer.reversal} />
          <h3 className={classes.part}>Then the authorization</h3>
          <DecisionResult answer={result.answer.authorization} />
        </>
      )
    default:
      return result satisfies never
  }
}

function DecisionResult({ answer }: { readonly answer: SimulatedDecision }) {
  const foreign = answer.transactionAmount.currency !== answer.billingAmount.currency
  return (
    <div className={classes.fields}>
      <Verdict decision={answer.decision} reason={answer.declineReason} repeated={answer.repeated}>
        {answer.explanation}
      </Verdict>
      <Facts
        facts={[
          { term: 'Authorization', value: <AuthorizationLink {...answer} authorizationId={answer.authorizationId} /> },
          { term: 'Asked for', value: <AmountText value={answer.transactionAmount} /> },
          ...(foreign
            ? [
                { term: 'Billed', value: <AmountText value={answer.billingAmount} /> },
                { term: 'Rate', value: <span className="number">{answer.conversionRate}</span> },
              ]
            : []),
          { term: 'Approved', value: <AmountText value={answer.approvedAmount} /> },
          { term: 'Held', value: <AmountText value={answer.held} /> },
          { term: 'Response code', value: <span className="mono">{answer.responseCode}</span> },
          { term: 'Approval code', value: answer.approvalCode && <span className="mono">{answer.approvalCode}</span> },
          { term: 'Hold lapses', value: <InstantText at={answer.expiresAt} /> },
        ]}
      />
      <Checks trace={answer.trace} declineReason={answer.declineReason} />
    </div>
  )
}

type VerdictProps = {
  readonly decision: 'approved' | 'declined'
  readonly reason: DeclineReason | null
  readonly repeated: boolean
  readonly children: string | null
}

function Verdict({ decision, reason, repeated, children }: VerdictProps) {
  return (
    <div className={classes.verdict}>
      <StatusBadge
        status={decision}
        label={reason === null ? undefined : `Declined: ${wordsOf(reason).toLowerCase()}`}
      />
      {repeated && <StatusBadge status="repeated" label="Recorded answer, nothing has changed" />}
      <p>{children}</p>
    </div>
  )
}

/** The check that failed first, as it is what everybody looks for. */
function Checks({
  trace,
  declineReason,
}: {
  readonly trace: readonly Check[]
  readonly declineReason: DeclineReason | null
}) {
  const ordered = [...trace.filter(({ passed }) => !passed), ...trace.filter(({ passed }) => passed)]
  return (
    <div>
      <h3 className={classes.part}>Checks</h3>
      <Trace trace={ordered} declineReason={declineReason} />
    </div>
  )
}

function AuthorizationLink({
  partnerId,
  authorizationId,
}: {
  readonly partnerId: string
  readonly authorizationId: string
}) {
  return (
    <Link
      to={'/p/$partnerId/authorizations/$authorizationId' as never}
      params={{ partnerId, authorizationId } as never}
      className="mono"
    >
      {authorizationId}
    </Link>
  )
}

function EventResult({ answer }: { readonly answer: SimulatedEvent }) {
  const { effect } = answer
  return (
    <div className={classes.fields}>
      {effect?.decision === null || effect?.decision === undefined ? (
        <div className={classes.verdict}>
          <StatusBadge status="posted" tone="good" label={`${wordsOf(answer.kind)} recorded`} />
          {answer.repeated && <StatusBadge status="repeated" label="Recorded answer, nothing has changed" />}
        </div>
      ) : (
        <Verdict decision={effect.decision} reason={effect.declineReason} repeated={answer.repeated}>
          {effect.explanation}
        </Verdict>
      )}
      <Facts facts={[...eventFacts(answer), ...effectFacts(answer)]} />
      {effect !== null && effect.decision !== null && (
        <Checks trace={effect.trace} declineReason={effect.declineReason} />
      )}
    </div>
  )
}

function eventFacts({
  authorizationId,
  partnerId,
  eventId,
  transactionAmount,
  billingAmount,
}: SimulatedEvent): readonly Fact[] {
  return [
    {
      term: 'Authorization',
      value: authorizationId && <AuthorizationLink partnerId={partnerId} authorizationId={authorizationId} />,
    },
    { term: 'Event', value: <CopyText value={eventId} label="event id" /> },
    { term: 'Amount', value: <AmountText value={transactionAmount} /> },
    { term: 'Billed', value: <AmountText value={billingAmount} /> },
  ]
}

function effectFacts({ effect }: SimulatedEvent): readonly Fact[] {
  if (effect === null) return []
  const { authorization } = effect
  return [
    { term: 'Change of the hold', value: <AmountText value={effect.hold} signed /> },
    { term: 'Fee', value: <AmountText value={effect.fee} /> },
    ...(effect.forced ? [{ term: 'Forced', value: 'Neither a hold nor available money covered it' }] : []),
    ...(authorization === null
      ? []
      : [
          { term: 'The authorization is', value: <StatusBadge status={authorization.status} /> },
          { term: 'Still held', value: <AmountText value={authorization.held} /> },
          { term: 'Cleared', value: <AmountText value={authorization.cleared} /> },
          { term: 'Reversed', value: <AmountText value={authorization.reversed} /> },
          { term: 'Refunded', value: <AmountText value={authorization.refunded} /> },
        ]),
  ]
}

function ChallengeResult({ answer }: { readonly answer: Challenge }) {
  return (
    <div className={classes.fields}>
      <div className={classes.verdict}>
        <StatusBadge status="pending" label="The cardholder is asked" />
        <p>
          The partner hears the password by a webhook. An authorization of the card answers with it, under 3-D Secure.
        </p>
      </div>
      <Facts
        facts={[
          { term: 'Challenge', value: <CopyText value={answer.challengeId} label="challenge id" /> },
          { term: 'Amount', value: <AmountText value={answer} /> },
          { term: 'Merchant', value: answer.merchantName },
          { term: 'Good until', value: <InstantText at={answer.expiresAt} /> },
        ]}
      />
    </div>
  )
}

function ClockResult({ answer }: { readonly answer: ClockMove }) {
  return (
    <div className={classes.fields}>
      <Facts
        facts={[
          { term: 'It was', value: <InstantText at={answer.from} /> },
          { term: 'It is', value: <InstantText at={answer.now} /> },
          { term: 'The clock is', value: <StatusBadge status={answer.state} /> },
          { term: 'Fell due on the way', value: answer.ran.length },
        ]}
      />
      {answer.ran.length > 0 && (
        <ul className={classes.ran}>
          {answer.ran.map(({ at, kind, subject }) => (
            <li key={`${at} ${kind} ${subject}`}>
              <InstantText at={at} /> {wordsOf(kind)} <span className="mono">{subject}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
