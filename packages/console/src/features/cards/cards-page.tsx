import type { Card, CardQuery, CardStatus } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import { useMemo } from 'react'
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
import { useProgramNames } from '../../lib/programs.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'

const STATUSES: readonly CardStatus[] = [
  'pending',
  'awaiting-activation',
  'active',
  'blocked',
  'lost',
  'closing',
  'closed',
  'failed',
]

const FILTERS = ['status', 'lastFour', 'uniqueNo', 'cardholderId', 'programId'] as const

export default function CardsPage() {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const query = Object.fromEntries(FILTERS.map(name => [name, values[name]])) as CardQuery
  const list = useCursorList(['cards', partnerId, query], (page, options) =>
    api.cards.list(partnerId, { ...query, ...page }, options),
  )
  const filtered = FILTERS.some(name => values[name] !== undefined)
  return (
    <Page
      title="Cards"
      lead="Every card of the partner with its masked number: what it may do, and where its money is."
      actions={<NewCardButton partnerId={partnerId} />}
    >
      <ListTable
        label="Cards"
        name="cards"
        list={list}
        columns={useColumns()}
        rowKey={card => card.cardId}
        rowLink={card => ({ to: '/p/$partnerId/cards/$cardId', params: { partnerId, cardId: card.cardId } })}
        filters={
          <>
            <ChoiceFilter name="status" label="Status" choices={STATUSES} />
            <TextFilter name="lastFour" label="Last four digits" />
            <TextFilter name="uniqueNo" label="Unique number" />
            <TextFilter name="cardholderId" label="Cardholder id" />
            <TextFilter name="programId" label="Program id" width={110} />
            <ClearFilters names={FILTERS} />
          </>
        }
        empty={
          filtered ? (
            <EmptyState title="No card fits these filters">Filters are exact: take one away to see more.</EmptyState>
          ) : (
            <EmptyState title="No cards yet" action={<NewCardButton partnerId={partnerId} />}>
              The partner orders cards through its own API, or you create one here.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}

function NewCardButton({ partnerId }: { readonly partnerId: string }) {
  const may = useMay('operator')
  return (
    <LinkButton to="/p/$partnerId/cards/new" params={{ partnerId }} icon={<Plus size={16} />} disabled={!may} primary>
      Create cards
    </LinkButton>
  )
}

function useColumns(): readonly Column<Card>[] {
  const nameOf = useProgramNames()
  return useMemo(
    () => [
      {
        id: 'number',
        header: 'Card',
        cell: card => <span className="mono">{card.maskedPan}</span>,
        csv: card => card.maskedPan,
      },
      {
        id: 'status',
        header: 'Status',
        cell: card => <StatusBadge status={card.status} />,
        csv: card => card.status,
      },
      {
        id: 'form',
        header: 'Form',
        cell: card => wordsOf(card.form),
        csv: card => card.form,
      },
      {
        id: 'program',
        header: 'Program',
        cell: card => nameOf(card.programId),
        csv: card => card.programId,
      },
      {
        id: 'unique',
        header: 'Unique number',
        cell: card => <span className="mono">{card.uniqueNo}</span>,
        csv: card => card.uniqueNo,
      },
      {
        id: 'cardholder',
        header: 'Cardholder id',
        cell: card => (card.cardholderId === null ? '–' : <span className="mono">{card.cardholderId}</span>),
        csv: card => card.cardholderId,
      },
      {
        id: 'expiry',
        header: 'Expires',
        cell: card => <span className="number">{card.expiry}</span>,
        csv: card => card.expiry,
      },
      {
        id: 'created',
        header: 'Created',
        cell: card => <InstantText at={card.createdAt} />,
        csv: card => card.createdAt,
      },
      {
        id: 'token',
        header: 'Token',
        cell: card => <span className="mono">{card.cardToken}</span>,
        csv: card => card.cardToken,
      },
    ],
    [nameOf],
  )
}
