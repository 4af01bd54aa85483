import { Button } from '@mantine/core'
import type { ListedAuthorization } from '@openissuer/sdk/operator.ts'
import { Link } from '@tanstack/react-router'
import { Pause, Play } from 'lucide-react'
import { memo, useState, useSyncExternalStore } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { formatPrecise } from '../../lib/time.ts'
import { useZone } from '../../lib/zone.tsx'
import classes from './home.module.css'
import type { LiveFigures, Newest } from './live-figures.ts'
import { countText } from './numbers.ts'

/** What is being decided, newest first. It holds still when asked, so that a row can be read and opened. */
export function NewestList({ live }: { readonly live: LiveFigures }) {
  const newest = useSyncExternalStore(live.subscribe, live.newest)
  const [held, setHeld] = useState<Newest | null>(null)
  const { rows, leftOut } = held ?? newest
  return (
    <Section
      flush
      title="Newest authorizations"
      lead={
        leftOut > 0
          ? `More come than can be shown: ${countText(leftOut)} were left out of the last quarter of a second.`
          : 'Of all partners, as they are decided.'
      }
      actions={
        <Button
          variant="default"
          size="xs"
          disabled={rows.length === 0}
          leftSection={held === null ? <Pause size={14} /> : <Play size={14} />}
          onClick={() => setHeld(held === null ? newest : null)}
        >
          {held === null ? 'Hold still' : 'Go on'}
        </Button>
      }
    >
      {rows.length === 0 ? (
        <EmptyState title="Waiting for the next authorization">It appears here within a second.</EmptyState>
      ) : (
        <Rows rows={rows} />
      )}
    </Section>
  )
}

function Rows({ rows }: { readonly rows: readonly ListedAuthorization[] }) {
  return (
    // what scrolls has to be reachable by keyboard
    <section className={classes.newest} aria-label="Newest authorizations" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Decision</th>
            <th scope="col" data-end>
              Amount
            </th>
            <th scope="col">Merchant</th>
            <th scope="col">Card</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <Row key={row.authorizationId} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  )
}

const Row = memo(function Row({ row }: { readonly row: ListedAuthorization }) {
  const { zone } = useZone()
  const { authorizationId, partnerId, decision, declineReason, merchant } = row
  return (
    <tr>
      <td>
        <Link
          to={'/p/$partnerId/authorizations/$authorizationId' as never}
          params={{ partnerId, authorizationId } as never}
          preload={false}
          className="number"
        >
          {formatPrecise(row.createdAt, zone).slice(-12)}
        </Link>
      </td>
      <td>
        <StatusBadge status={decision} />
      </td>
      <td data-end>
        <AmountText value={row.transactionAmount} />
      </td>
      <td className={classes.merchant}>{merchant.name ?? '–'}</td>
      <td className="mono">{row.maskedPan}</td>
      <td>{declineReason === null ? '' : wordsOf(declineReason)}</td>
    </tr>
  )
})
