import type { LedgerProof, LedgerVerification } from '@openissuer/sdk/operator.ts'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { InstantText } from '../../components/instant.tsx'
import { formatDuration } from '../../lib/time.ts'
import classes from './ledger.module.css'

/** What the last verification of all partners' books has found. */
export function Proof({ standing }: { readonly standing: LedgerVerification }) {
  const { last, runningSince, failure } = standing
  return (
    <div aria-live="polite">
      {failure !== null && (
        <p className={classes.broken} role="alert">
          The last run did not come to its end: {failure}
        </p>
      )}
      {last !== null && <Verdict proof={last} />}
      {last === null && runningSince === null && (
        <span className={classes.counts}>
          Not verified since this server started. It does so every five minutes, and when asked.
        </span>
      )}
      {runningSince !== null && (
        <p className={classes.counts}>
          Under way since <InstantText at={runningSince} />
        </p>
      )}
    </div>
  )
}

function Verdict({ proof }: { readonly proof: LedgerProof }) {
  const { inOrder, differences, shown, checked, at, durationMs } = proof
  const Icon = inOrder ? CircleCheck : CircleAlert
  return (
    <>
      <div className={classes.proof}>
        <span className={`${classes.verdict} ${inOrder ? classes.inOrder : classes.broken}`}>
          <Icon size={18} aria-hidden />
          {inOrder
            ? 'The books are in order'
            : `${differences} ${differences === 1 ? 'difference' : 'differences'} found`}
        </span>
        <span className={classes.counts}>
          {count(checked.accounts, 'account')}, {count(checked.entries, 'entry', 'entries')},{' '}
          {count(checked.postings, 'posting')}, {count(checked.authorizations, 'authorization')} and{' '}
          {count(checked.seals, 'seal')} of hash chains, of all partners
        </span>
        <span className={classes.counts}>
          as of <InstantText at={at} />, in {formatDuration(durationMs)}
        </span>
      </div>
      {shown.length > 0 && (
        <ol className={classes.differences}>
          {shown.map(difference => (
            <li key={difference}>{difference}</li>
          ))}
        </ol>
      )}
    </>
  )
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`
}
