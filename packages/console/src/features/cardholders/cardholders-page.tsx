import type { CardholderQuery, ListedCardholder } from '@openissuer/sdk/operator.ts'
import { UserPlus } from 'lucide-react'
import type { Column } from '../../components/data-table.tsx'
import { ChoiceFilter, ClearFilters, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'

const COLUMNS: readonly Column<ListedCardholder>[] = [
  { id: 'name', header: 'Name', cell: holder => holder.name ?? holder.cardholderId, csv: holder => holder.name },
  {
    id: 'verification',
    header: 'Verification',
    cell: holder => <StatusBadge status={holder.verification} />,
    csv: holder => holder.verification,
  },
  {
    id: 'cards',
    header: 'May get cards',
    cell: holder => (holder.disabled ? <StatusBadge status="disabled" /> : mayGetCards(holder)),
    csv: holder => !holder.disabled && holder.verification === 'approved',
  },
  { id: 'kind', header: 'Kind', cell: holder => wordsOf(holder.kind), csv: holder => holder.kind },
  {
    id: 'unique',
    header: 'Unique number',
    cell: holder => (holder.uniqueNo === null ? '–' : <span className="mono">{holder.uniqueNo}</span>),
    csv: holder => holder.uniqueNo,
  },
  { id: 'rejection', header: 'Objection', cell: holder => holder.rejection ?? '–', csv: holder => holder.rejection },
  {
    id: 'created',
    header: 'Registered',
    cell: holder => <InstantText at={holder.createdAt} />,
    csv: holder => holder.createdAt,
  },
  {
    id: 'id',
    header: 'Id',
    cell: holder => <span className="mono">{holder.cardholderId}</span>,
    csv: holder => holder.cardholderId,
  },
]

function mayGetCards({ verification }: ListedCardholder): string {
  return verification === 'approved' ? 'Yes' : 'Once approved'
}

const FILTERS = ['verification', 'disabled', 'uniqueNo'] as const

export default function CardholdersPage() {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const { verification, disabled, uniqueNo } = values
  const query = {
    ...(verification === undefined ? {} : { verification }),
    ...(disabled === undefined ? {} : { disabled: disabled === 'true' }),
    ...(uniqueNo === undefined ? {} : { uniqueNo }),
  } as CardholderQuery
  const list = useCursorList(['cardholders', partnerId, query], (page, options) =>
    api.cardholders.list(partnerId, { ...query, ...page }, options),
  )
  const filtered = FILTERS.some(name => values[name] !== undefined)
  const create = <NewButton partnerId={partnerId} />
  return (
    <Page
      title="Cardholders"
      lead="People and companies who own cards. Only who is approved gets any."
      actions={create}
    >
      <ListTable
        label="Cardholders"
        name="cardholders"
        list={list}
        columns={COLUMNS}
        rowKey={holder => holder.cardholderId}
        rowLink={({ cardholderId }) => ({
          to: '/p/$partnerId/cardholders/$cardholderId',
          params: { partnerId, cardholderId },
        })}
        filters={
          <>
            <ChoiceFilter
              name="verification"
              label="Verification"
              choices={['documents-needed', 'in-review', 'approved', 'rejected']}
              width={180}
            />
            <ChoiceFilter name="disabled" label="Disabled" choices={['true', 'false']} width={120} />
            <TextFilter name="uniqueNo" label="Unique number" />
            <ClearFilters names={FILTERS} />
          </>
        }
        empty={
          filtered ? (
            <EmptyState title="No cardholder fits these filters">Take one away to see more.</EmptyState>
          ) : (
            <EmptyState title="No cardholders yet">
              The partner registers them through its own API, or you register one here.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}

function NewButton({ partnerId }: { readonly partnerId: string }) {
  const may = useMay('operator')
  return (
    <LinkButton
      to="/p/$partnerId/cardholders/new"
      params={{ partnerId }}
      icon={<UserPlus size={16} />}
      disabled={!may}
      primary
    >
      Register a cardholder
    </LinkButton>
  )
}
