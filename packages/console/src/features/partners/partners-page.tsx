import type { CreatedPartner, Partner } from '@openissuer/sdk/operator.ts'
import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { ChoiceFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'

const CreatePartnerForm = lazy(() => import('./create-partner-form.tsx'))
const NewCredentials = lazy(() => import('./new-credentials.tsx'))

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
  const mayChange = useMay('operator')
  const navigate = useNavigate()
  const [created, setCreated] = useState<CreatedPartner | null>(null)
  const createButton = (
    <DialogButton label="Create partner" icon={<Plus size={16} />} primary size="lg" disabled={!mayChange}>
      {close => <CreatePartnerForm close={close} created={setCreated} />}
    </DialogButton>
  )
  const query = values['status'] === undefined ? {} : { status: values['status'] as Partner['status'] }
  const list = useCursorList(['partners', query], (page, options) => api.partners.list({ ...query, ...page }, options))
  return (
    <Page
      title="Partners"
      lead="Who calls the platform: each has its own cards, accounts, keys and webhooks."
      actions={createButton}
    >
      <ListTable
        label="Partners"
        name="partners"
        list={list}
        columns={COLUMNS}
        rowKey={partner => partner.partnerId}
        rowLink={({ partnerId }) => ({ to: '/partners/$partnerId', params: { partnerId } })}
        filters={<ChoiceFilter name="status" label="Status" choices={['active', 'disabled']} />}
        empty={<EmptyState title="No partners">Nobody calls the platform yet.</EmptyState>}
      />
      {created !== null && (
        <Suspense>
          <NewCredentials
            partner={created}
            done={() => {
              setCreated(null)
              void navigate({ to: '/partners/$partnerId' as never, params: { partnerId: created.partnerId } as never })
            }}
          />
        </Suspense>
      )}
    </Page>
  )
}
