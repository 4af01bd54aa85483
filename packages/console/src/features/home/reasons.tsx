import type { DecisionCounts } from '@openissuer/sdk/operator.ts'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import classes from './home.module.css'
import { countText } from './numbers.ts'

/** Why purchases were declined, the most frequent first. */
export function Reasons({ counts: { declined, decided } }: { readonly counts: DecisionCounts }) {
  if (declined.length === 0) {
    return (
      <EmptyState title="Nothing was declined">
        {decided === 0 ? 'Nothing was decided either.' : `${countText(decided)} were approved in the last 15 minutes.`}
      </EmptyState>
    )
  }
  const most = declined[0]?.count ?? 1
  return (
    <ol className={classes.reasons}>
      {declined.map(({ reason, count }) => (
        <li key={reason}>
          <span>{wordsOf(reason)}</span>
          <span className="number">
            {countText(count)} <small>{((100 * count) / decided).toFixed(1)} %</small>
          </span>
          <span className={classes.bar} aria-hidden>
            <span style={{ width: `${(100 * count) / most}%` }} />
          </span>
        </li>
      ))}
    </ol>
  )
}
