import { LoadingState } from '../../components/states.tsx'
import { Aftermath } from './aftermath.tsx'
import RequestView from './request-view.tsx'
import { Result } from './result.tsx'
import classes from './simulator.module.css'
import type { Step } from './use-steps.ts'
import type { WatchedStep } from './watch.ts'

type StepResultProps = { readonly partnerId: string; readonly step: Step; readonly steps: readonly Step[] }

/** What came of a step, and what it brings about. */
export default function StepResult({ partnerId, step, steps }: StepResultProps) {
  const { outcome } = step
  if (outcome.state === 'running') return <LoadingState rows={5} />
  if (outcome.state === 'waiting') return <RequestView call={step.call} body={step.body} />
  if (outcome.state === 'refused') {
    return (
      <>
        <p role="alert" className={classes.refused}>
          <strong>{outcome.failure.title}:</strong> {outcome.failure.message}
        </p>
        <RequestView call={step.call} body={step.body} />
      </>
    )
  }
  return (
    <>
      <Result result={outcome.result} />
      <h3 className={classes.part}>Events and webhooks</h3>
      <Aftermath partnerId={partnerId} step={{ ...step, outcome }} steps={steps.filter(isWatched)} />
      <details className={classes.folded}>
        <summary>The request</summary>
        <RequestView call={step.call} body={step.body} />
      </details>
    </>
  )
}

function isWatched(step: Step): step is Step & WatchedStep {
  return step.outcome.state === 'done'
}
