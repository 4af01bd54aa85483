import type { CardWithDetails, ListedAuthorization } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { AmountText } from '../../components/amount.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge, wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'

const SHOWN = 5

const COLUMNS: readonly Column<ListedAuthorization>[] = [
  {
    id: 'at',
    header: 'Time',
    cell: authorization => <InstantText at={authorization.createdAt} />,
  },
  { id: 'decision', header: 'Decision', cell: authorization => <StatusBadge status={authorization.decision} /> },
  {
    id: 'reason',
    header: 'Reason',
    cell: ({ declineReason }) => (declineReason === null ? '–' : wordsOf(declineReason)),
  },
  { id: 'merchant', header: 'Merchant', cell: ({ merchant }) => merchant.name ?? '–' },
  {
    id: 'amount',
    header: 'Amount',
    align: 'end',
    cell: authorization => <AmountText value={authorization.billingAmount} />,
  },
  { id: 'held', header: 'On hold', align: 'end', cell: authorization => <AmountText value={authorization.held} /> },
]

/** The newest of the card; the list has them all. */
export default function CardAuthorizations({ card }: { readonly card: CardWithDetails }) {
  const { partnerId, cardToken } = card
  const query = useQuery({
    queryKey: ['authorizations', partnerId, { cardToken, limit: SHOWN }],
    queryFn: async ({ signal }) =>
      (await api.authorizations.list(partnerId, { cardToken, limit: SHOWN }, { signal })).rows,
  })
  return (
    <Section
      title="Latest authorizations"
      flush
      actions={
        <Link
          to={'/p/$partnerId/authorizations' as never}
          params={{ partnerId } as never}
          search={{ cardToken } as never}
        >
          All of this card
        </Link>
      }
    >
      <DataTable
        label="Latest authorizations"
        columns={COLUMNS}
        rows={query.data ?? []}
        rowKey={authorization => authorization.authorizationId}
        rowLink={({ authorizationId }) => ({
          to: '/p/$partnerId/authorizations/$authorizationId',
          params: { partnerId, authorizationId },
        })}
        loading={query.isPending}
        error={query.error}
        retry={() => void query.refetch()}
        empty={<EmptyState title="Nothing was asked of this card yet" />}
      />
    </Section>
  )
}
