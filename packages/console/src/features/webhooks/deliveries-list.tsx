/** Deliveries of a partner, or of one of its endpoints, with the filters of the address. */
import type { DeliveryQuery, WebhookDelivery } from '@openissuer/sdk/operator.ts'
import { useMemo } from 'react'
import type { Column } from '../../components/data-table.tsx'
import { type Choice, ChoiceFilter, ClearFilters, InstantFilter, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useFilters } from '../../lib/search.ts'
import { DELIVERY_FILTERS } from './delivery-filters.ts'
import { DeliveryState } from './delivery-state.tsx'
import { TOLD_KINDS } from './dialects.ts'
import { REFRESH_MS, useEndpointNames } from './webhook-queries.ts'

const STATES = ['pending', 'delivered', 'failed', 'skipped', 'cancelled']

type DeliveriesListProps = { readonly partnerId: string; readonly endpointId?: string }

export default function DeliveriesList({ partnerId, endpointId }: DeliveriesListProps) {
  const { values } = useFilters()
  const names = useEndpointNames(partnerId)
  const query = { ...queryOf(values), ...(endpointId === undefined ? {} : { endpointId }) }
  const list = useCursorList(
    ['webhook-deliveries', partnerId, query],
    (page, options) => api.webhookDeliveries.list(partnerId, { ...query, ...page }, options),
    { refetchMs: REFRESH_MS },
  )
  const columns = useMemo(() => columnsOf(endpointId === undefined ? names : undefined), [endpointId, names])
  const endpoints = [...names].map(([value, label]) => ({ value, label }))
  return (
    <ListTable
      label="Deliveries"
      name="deliveries"
      list={list}
      columns={columns}
      rowKey={delivery => delivery.deliveryId}
      rowLink={({ deliveryId }) => ({ to: '/p/$partnerId/deliveries/$deliveryId', params: { partnerId, deliveryId } })}
      filters={<DeliveryFilters endpoints={endpointId === undefined ? endpoints : undefined} />}
      empty={
        <EmptyState title="No deliveries">
          Nothing has been told that fits these filters. What happens to the partner's cards is, as soon as an endpoint
          wants to hear of it.
        </EmptyState>
      }
    />
  )
}

function DeliveryFilters({ endpoints }: { readonly endpoints: readonly Choice[] | undefined }) {
  return (
    <>
      {endpoints !== undefined && <ChoiceFilter name="endpointId" label="Endpoint" choices={endpoints} width={190} />}
      <ChoiceFilter name="state" label="State" choices={STATES} width={120} />
      <ChoiceFilter name="kind" label="Kind" choices={TOLD_KINDS} width={180} />
      <TextFilter name="cardToken" label="Card token" />
      <TextFilter name="authorizationId" label="Authorization" />
      <InstantFilter name="from" label="From" />
      <InstantFilter name="to" label="To" />
      <ClearFilters names={DELIVERY_FILTERS} />
    </>
  )
}

function queryOf(values: Readonly<Record<string, string | undefined>>): DeliveryQuery {
  // what the address says is checked by the API, which names the filter that is wrong
  return Object.fromEntries(
    DELIVERY_FILTERS.flatMap(name => (values[name] === undefined ? [] : [[name, values[name]]])),
  )
}

/** @param endpoints by id; left out where all rows are of one */
function columnsOf(endpoints: ReadonlyMap<string, string> | undefined): readonly Column<WebhookDelivery>[] {
  const endpoint: Column<WebhookDelivery> = {
    id: 'endpoint',
    header: 'Endpoint',
    cell: row => endpoints?.get(row.endpointId) ?? <span className="mono">{row.endpointId}</span>,
    csv: row => row.endpointId,
  }
  return [
    { id: 'kind', header: 'Kind', cell: row => wordsOf(row.kind), csv: row => row.kind },
    { id: 'state', header: 'State', cell: row => <DeliveryState delivery={row} />, csv: row => row.state },
    ...(endpoints === undefined ? [] : [endpoint]),
    { id: 'attempts', header: 'Tries', align: 'end', cell: row => row.attempts, csv: row => row.attempts },
    { id: 'last', header: 'Last answer', cell: lastAnswerOf, csv: lastAnswerOf },
    { id: 'created', header: 'Happened', cell: row => <InstantText at={row.createdAt} />, csv: row => row.createdAt },
    { id: 'due', header: 'Next try', cell: row => <InstantText at={row.dueAt} />, csv: row => row.dueAt },
    {
      id: 'delivered',
      header: 'Delivered',
      cell: row => <InstantText at={row.deliveredAt} />,
      csv: row => row.deliveredAt,
    },
    { id: 'event', header: 'Event', cell: row => <span className="mono">{row.eventId}</span>, csv: row => row.eventId },
  ]
}

function lastAnswerOf({ lastStatus, lastError }: WebhookDelivery): string {
  return lastError ?? (lastStatus === null ? '–' : `HTTP ${lastStatus}`)
}
