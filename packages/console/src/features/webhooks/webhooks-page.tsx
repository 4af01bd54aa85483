import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, LoadingState } from '../../components/states.tsx'
import { usePartnerId } from '../../lib/partner.ts'
import { useMay } from '../../lib/session.ts'
import { DIALECTS } from './dialects.ts'
import { EndpointHealth, type EndpointHealthProps } from './endpoint-health.tsx'
import { backlogQuery, endpointName, endpointsQuery } from './webhook-queries.ts'

const NewEndpointForm = lazy(() => import('./new-endpoint-form.tsx'))
const DeliveriesList = lazy(() => import('./deliveries-list.tsx'))

export default function WebhooksPage() {
  const partnerId = usePartnerId()
  return (
    <Page
      title="Webhooks"
      lead="Where the partner hears of what happens to its cards, and what has become of each message."
      actions={<NewEndpointButton partnerId={partnerId} />}
    >
      <Endpoints partnerId={partnerId} />
      <Suspense fallback={<LoadingState />}>
        <DeliveriesList partnerId={partnerId} />
      </Suspense>
    </Page>
  )
}

function NewEndpointButton({ partnerId }: { readonly partnerId: string }) {
  return (
    <DialogButton label="New endpoint" icon={<Plus size={15} />} disabled={!useMay('operator')} primary size="lg">
      {close => <NewEndpointForm partnerId={partnerId} close={close} />}
    </DialogButton>
  )
}

function Endpoints({ partnerId }: { readonly partnerId: string }) {
  const endpoints = useQuery(endpointsQuery(partnerId))
  const { data: backlog } = useQuery(backlogQuery(partnerId))
  const rows = useMemo(
    () =>
      (endpoints.data ?? []).map(endpoint => ({
        endpoint,
        backlog: backlog?.endpoints.find(({ endpointId }) => endpointId === endpoint.endpointId),
      })),
    [endpoints.data, backlog],
  )
  return (
    <Section title="Endpoints" flush>
      <DataTable
        label="Endpoints"
        columns={COLUMNS}
        rows={rows}
        rowKey={({ endpoint }) => endpoint.endpointId}
        rowLink={({ endpoint }) => ({
          to: '/p/$partnerId/webhooks/$endpointId',
          params: { partnerId, endpointId: endpoint.endpointId },
        })}
        loading={endpoints.isPending}
        error={endpoints.error}
        retry={() => void endpoints.refetch()}
        empty={
          <EmptyState title="No endpoints">
            Nobody hears of what happens to the partner's cards. An endpoint hears of everything from its making on;
            what was before can be replayed.
          </EmptyState>
        }
      />
    </Section>
  )
}

const COLUMNS: readonly Column<EndpointHealthProps>[] = [
  { id: 'name', header: 'Endpoint', cell: ({ endpoint }) => endpointName(endpoint) },
  { id: 'dialect', header: 'Dialect', cell: ({ endpoint }) => DIALECTS[endpoint.dialect].label },
  { id: 'state', header: 'State', cell: row => <EndpointHealth {...row} /> },
  { id: 'pending', header: 'Waiting', align: 'end', cell: ({ backlog }) => backlog?.pending ?? 0 },
  { id: 'retrying', header: 'Retrying', align: 'end', cell: ({ backlog }) => backlog?.retrying ?? 0 },
  { id: 'failed', header: 'Given up', align: 'end', cell: ({ backlog }) => backlog?.failed ?? 0 },
  {
    id: 'oldest',
    header: 'Oldest waiting',
    cell: ({ backlog }) => <InstantText at={backlog?.oldestPendingAt ?? null} />,
  },
]
