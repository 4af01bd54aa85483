import type { Partner } from '@openissuer/sdk/operator.ts'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useFilters } from '../../lib/search.ts'

const COLUMNS: readonly Column<Partner>[] = [
  { id: 'name', header: 'Name', cell: partner => partner.name, csv: partner => partner.name },
  {
    id: 'status',
    header: 'Status',
    cell: partner => <StatusBadge status={partner.status} />,
    csv: partner => partner.status,
  },
  {
    id: 'mode',
    header: 'Who decides',
    cell: partner => (partner.integrationMode === 'credit' ? 'The platform' : 'The partner is asked'),
    csv: partner => wordsOf(partner.integrationMode),
  },
  {
    id: 'id',
    header: 'Id',
    cell: partner => <span className="mono">{partner.partnerId}</span>,
    csv: partner => partner.partnerId,
  },
  {
    id: 'created',
    header: 'Created',
    cell: partner => <InstantText at={partner.createdAt} />,
    csv: partner => partner.createdAt,
  },
]

export default function PartnersPage() {
  const { values } = useFilters()
  const query = values['status'] === undefined ? {} : { status: values['status'] as Partner['status'] }
  const list = useCursorList(['partners', query], (page, options) => api.partners.list({ ...query, ...page }, options))
  return (
    <Page title="Partners" lead="Who calls the platform: each has its own cards, accounts, keys and webhooks.">
      <ListTable
        label="Partners"
        name="partners"
        list={list}
        columns={COLUMNS}
        rowKey={partner => partner.partnerId}
        filters={<ChoiceFilter name="status" label="Status" choices={['active', 'disabled']} />}
        empty={<EmptyState title="No partners">Nobody calls the platform yet.</EmptyState>}
      />
    </Page>
  )
}
