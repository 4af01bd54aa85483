import type { CardWithDetails } from '@openissuer/sdk/operator.ts'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import classes from './card-page.module.css'

/** Newest first, down to when the card was made. */
export function StatusHistory({ card }: { readonly card: CardWithDetails }) {
  const changes = card.statusHistory.toReversed()
  const first = card.statusHistory[0]?.previous ?? card.status
  return (
    <Section title="Status history">
      <ol className={classes.history}>
        {changes.map(change => (
          <li key={change.at + change.status}>
            <StatusBadge status={change.status} /> <span className={classes.note}>from {wordsOf(change.previous)}</span>
            {change.reason !== null && <div>{change.reason}</div>}
            <div className={classes.when}>
              <InstantText at={change.at} />
            </div>
          </li>
        ))}
        <li>
          <StatusBadge status={first} /> <span className={classes.note}>when it was made</span>
          <div className={classes.when}>
            <InstantText at={card.createdAt} />
          </div>
        </li>
      </ol>
    </Section>
  )
}
