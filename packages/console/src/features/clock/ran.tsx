import type { ClockMove } from '@openissuer/sdk/operator.ts'
import type { Column } from '../../components/data-table.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import classes from './clock.module.css'
import { countsOf } from './moves.ts'

type Item = ClockMove['ran'][number]

const COLUMNS: readonly Column<Item>[] = [
  { id: 'at', header: 'Due', cell: item => <InstantText at={item.at} /> },
  { id: 'kind', header: 'What', cell: item => wordsOf(item.kind) },
  { id: 'subject', header: 'Of', cell: item => <span className="mono">{item.subject}</span> },
]

const SHOWN_MAX = 200

/** What the last move has brought about. */
export function Ran({ moved }: { readonly moved: ClockMove }) {
  const { from, now, ran } = moved
  return (
    <Section
      title="What the move has run"
      lead={
        <>
          From <InstantText at={from} /> to <InstantText at={now} />
        </>
      }
      flush
    >
      <p className={classes.counts} role="status">
        {ran.length === 0
          ? 'Nothing fell due.'
          : countsOf(ran)
              .map(([kind, count]) => `${wordsOf(kind)}: ${count.toLocaleString('en-GB')}`)
              .join(' · ')}
        {ran.length > SHOWN_MAX && `. The first ${SHOWN_MAX}:`}
      </p>
      {ran.length > 0 && (
        <DataTable
          label="What has run"
          columns={COLUMNS}
          rows={ran.slice(0, SHOWN_MAX)}
          rowKey={item => `${item.at} ${item.kind} ${item.subject}`}
          empty={<EmptyState title="Nothing fell due" />}
        />
      )}
    </Section>
  )
}
