import type { Authorization } from '@openissuer/sdk/operator.ts'
import { AmountText } from '../../components/amount.tsx'
import { InstantText } from '../../components/instant.tsx'
import { EntryLink } from '../../components/ledger-links.tsx'
import classes from './authorizations.module.css'
import { type Step, stepsOf } from './steps.ts'

export function Timeline({ authorization }: { readonly authorization: Authorization }) {
  return (
    <ol className={classes.timeline}>
      {stepsOf(authorization).map(step => (
        <li key={step.key} className={`${classes.step} ${classes[step.tone]}`}>
          <StepView step={step} />
        </li>
      ))}
    </ol>
  )
}

function StepView({ step: { title, at, amount, hold, notes, entryIds, tone } }: { readonly step: Step }) {
  return (
    <>
      <div className={classes.stepHead}>
        <strong>{title}</strong>
        {amount !== null && <AmountText value={amount} />}
      </div>
      <div className={classes.stepTime}>
        <InstantText at={at} precise={tone !== 'ahead'} />
      </div>
      {notes.length > 0 && <p className={classes.note}>{notes.join(' · ')}</p>}
      {(hold !== null || entryIds.length > 0) && (
        <p className={classes.note}>
          {hold !== null && (
            <>
              Hold <AmountText value={hold} signed />
            </>
          )}
          {entryIds.map(entryId => (
            <span key={entryId} className={classes.entry}>
              Entry <EntryLink entryId={entryId} />
            </span>
          ))}
        </p>
      )}
    </>
  )
}
