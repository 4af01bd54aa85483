import type { WebhookDelivery } from '@openissuer/sdk/operator.ts'
import type { Column } from '../../components/data-table.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import classes from './authorizations.module.css'

const COLUMNS: readonly Column<WebhookDelivery>[] = [
  { id: 'event', header: 'Event', cell: row => wordsOf(row.kind), csv: row => row.kind },
  { id: 'state', header: 'State', cell: row => <StatusBadge status={row.state} />, csv: row => row.state },
  { id: 'attempts', header: 'Tries', align: 'end', cell: row => row.attempts, csv: row => row.attempts },
  {
    id: 'answer',
    header: 'Last answer',
    cell: row => row.lastError ?? (row.lastStatus === null ? '–' : `HTTP ${row.lastStatus}`),
    csv: row => row.lastError ?? row.lastStatus,
  },
  { id: 'due', header: 'Next try', cell: row => <InstantText at={row.dueAt} />, csv: row => row.dueAt },
  {
    id: 'endpoint',
    header: 'Endpoint',
    cell: row => <span className="mono">{row.endpointId}</span>,
    csv: row => row.endpointId,
  },
  { id: 'time', header: 'Happened', cell: row => <InstantText at={row.createdAt} />, csv: row => row.createdAt },
]

type DeliveriesProps = { readonly partnerId: string; readonly authorizationId: string }

/** What its partner was told of it, by every endpoint. */
export function Deliveries({ partnerId, authorizationId }: DeliveriesProps) {
  const list = useCursorList(['webhook-deliveries', partnerId, { authorizationId }], (page, options) =>
    api.webhookDeliveries.list(partnerId, { authorizationId, ...page }, options),
  )
  return (
    <ListTable
      label="Deliveries"
      name="deliveries-of-authorization"
      list={list}
      columns={COLUMNS}
      rowKey={row => row.deliveryId}
      rowLink={({ deliveryId }) => ({ to: '/p/$partnerId/deliveries/$deliveryId', params: { partnerId, deliveryId } })}
      filters={<h2 className={classes.heading}>Deliveries</h2>}
      empty={
        <EmptyState title="Nobody was told">No webhook endpoint of the partner hears of authorizations.</EmptyState>
      }
    />
  )
}
