import type { Inspection } from '@openissuer/sdk/operator.ts'
import { CircleCheck, CircleMinus, CircleX } from 'lucide-react'
import { JsonView } from '../../components/json-view.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import classes from './api-log.module.css'

export function InspectionResult({
  result,
  error,
}: {
  readonly result: Inspection | undefined
  readonly error: unknown
}) {
  if (error !== null) {
    return (
      <Section title="Result">
        <ErrorState error={error} />
      </Section>
    )
  }
  if (result === undefined) {
    return (
      <Section title="Result">
        <EmptyState title="Nothing inspected yet">What holds and what does not stands here, step by step.</EmptyState>
      </Section>
    )
  }
  const verdict = result.holds ? 'Everything holds' : 'Something does not hold'
  return (
    <Section
      title="Result"
      actions={
        <span role="status">
          <StatusBadge status="verdict" tone={result.holds ? 'good' : 'bad'} label={verdict} />
        </span>
      }
    >
      <ol className={classes.steps}>
        {result.steps.map(step => (
          <Step key={step.step} {...step} />
        ))}
      </ol>
      {result.content !== null && <JsonView value={result.content} label="what was in it" />}
    </Section>
  )
}

const VERDICTS = { true: 'holds', false: 'does not hold', null: 'not looked at' } as const

function Step({ step, holds, says }: Inspection['steps'][number]) {
  const Icon = holds === null ? CircleMinus : holds ? CircleCheck : CircleX
  return (
    <li data-holds={String(holds)}>
      <Icon size={17} aria-hidden />
      <p>
        <strong>{step}</strong> {VERDICTS[`${holds}`]}
      </p>
      <p className={classes.says}>{says}</p>
    </li>
  )
}
