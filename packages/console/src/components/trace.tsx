import type { Check, DeclineReason } from '@openissuer/sdk/operator.ts'
import { CircleCheck, CircleX } from 'lucide-react'
import { gaugeOf } from './gauge.ts'
import { InstantText } from './instant.tsx'
import { wordsOf } from './status-badge.tsx'
import classes from './trace.module.css'

type TraceProps = { readonly trace: readonly Check[]; readonly declineReason: DeclineReason | null }

/** The checks of a decision: those that passed in a line each, the one that did not with all that it compared. */
export function Trace({ trace, declineReason }: TraceProps) {
  if (trace.length === 0) {
    return (
      <p className={classes.note}>
        {declineReason === null ? 'No rule was asked.' : `Decided before any rule: ${wordsOf(declineReason)}.`}
      </p>
    )
  }
  return (
    <ol className={classes.trace}>
      {trace.map(check => (
        <li key={check.check} className={check.passed ? classes.passed : classes.failed}>
          {check.passed ? <Passed check={check} /> : <Failed check={check} />}
        </li>
      ))}
    </ol>
  )
}

function Passed({ check }: { readonly check: Check }) {
  return (
    <>
      <CircleCheck size={16} className={classes.passedIcon} aria-label="Passed" role="img" />
      <span>{wordsOf(check.check)}</span>
      <span className={classes.compared}>
        <Value text={check.value} />
        {check.threshold !== null && check.threshold !== check.value && (
          <>
            {gaugeOf(check) === null ? ', allowed ' : ' of '}
            <Value text={check.threshold} />
          </>
        )}
      </span>
      <Gauge check={check} />
    </>
  )
}

function Failed({ check }: { readonly check: Check }) {
  const { value, threshold, remaining, window } = check
  return (
    <>
      <CircleX size={18} className={classes.failedIcon} aria-label="Failed" role="img" />
      <strong>{wordsOf(check.check)}</strong>
      <dl className={classes.why}>
        <div>
          <dt>Found</dt>
          <dd>
            <Value text={value} />
          </dd>
        </div>
        <div>
          <dt>Allowed</dt>
          <dd>{threshold === null ? '–' : <Value text={threshold} />}</dd>
        </div>
        {remaining !== null && (
          <div>
            <dt>Left</dt>
            <dd>
              <Value text={remaining} />
            </dd>
          </div>
        )}
        {window !== null && (
          <div>
            <dt>Window</dt>
            <dd>
              <InstantText at={window.from} /> – <InstantText at={window.to} />
              {window.zone !== null && ` (${window.zone})`}
            </dd>
          </div>
        )}
      </dl>
      <Gauge check={check} />
    </>
  )
}

/** How much of what is allowed was asked for, where both are numbers. */
function Gauge({ check }: { readonly check: Check }) {
  const gauge = gaugeOf(check)
  if (gauge === null) return null
  return (
    <span className={classes.gauge} aria-hidden>
      <span style={{ width: `${gauge.filled * 100}%` }} />
      {gauge.mark !== null && <i style={{ left: `${gauge.mark * 100}%` }} />}
    </span>
  )
}

const INSTANT = /^\d{4}-\d\d-\d\dT.*Z$/

function Value({ text }: { readonly text: string }) {
  return INSTANT.test(text) ? <InstantText at={text} /> : <span className="number">{text}</span>
}
