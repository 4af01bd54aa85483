import { Group } from '@mantine/core'
import type { Deposit } from '@openissuer/sdk/operator.ts'
import { lazy } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { ConfirmButton } from '../../components/confirm.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { ChoiceFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { formatMoney } from '../../lib/money.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { creditedOf, isOpen, payerOf } from './deposits.ts'

const DepositForm = lazy(() => import('./confirm-form.tsx'))

const COLUMNS: readonly Column<Deposit>[] = [
  {
    id: 'order',
    header: 'Order number',
    cell: deposit => <span className="mono">{deposit.orderNo}</span>,
    csv: deposit => deposit.orderNo,
  },
  {
    id: 'status',
    header: 'Status',
    cell: deposit => <StatusBadge status={deposit.status} />,
    csv: deposit => deposit.status,
  },
  {
    id: 'announced',
    header: 'Announced',
    align: 'end',
    cell: deposit => <AmountText value={deposit.payAmount} />,
    csv: deposit => formatMoney(deposit.payAmount),
  },
  {
    id: 'credited',
    header: 'Credited',
    align: 'end',
    cell: deposit => <AmountText value={creditedOf(deposit)} />,
    csv: deposit => {
      const credited = creditedOf(deposit)
      return credited && formatMoney(credited)
    },
  },
  {
    id: 'account',
    header: 'Account',
    cell: deposit => <span className="mono">{deposit.accountId}</span>,
    csv: deposit => deposit.accountId,
  },
  { id: 'payer', header: 'Payer', cell: deposit => payerOf(deposit) ?? '–', csv: payerOf },
  {
    id: 'note',
    header: 'Memo or objection',
    cell: deposit => deposit.rejection ?? deposit.memo ?? '–',
    csv: deposit => deposit.rejection ?? deposit.memo,
  },
  {
    id: 'created',
    header: 'Since',
    cell: deposit => <InstantText at={deposit.createdAt} />,
    csv: deposit => deposit.createdAt,
  },
  { id: 'decide', header: 'Decide', cell: deposit => <Decide deposit={deposit} /> },
]

export default function DepositsPage() {
  const partnerId = usePartnerId()
  const { values } = useFilters()
  const open = values['show'] === 'open'
  const list = useCursorList(['deposits', partnerId, { open }], (page, options) =>
    api.deposits.list(partnerId, { open, ...page }, options),
  )
  return (
    <Page
      title="Deposits"
      lead="Money that the partner says it has sent: it is credited once somebody has seen it arrive."
    >
      <ListTable
        label="Deposits"
        name="deposits"
        list={list}
        columns={COLUMNS}
        rowKey={deposit => deposit.depositId}
        filters={<ChoiceFilter name="show" label="All of them" choices={['open']} />}
        empty={
          open ? (
            <EmptyState title="Nothing waits for you">Every deposit is decided.</EmptyState>
          ) : (
            <EmptyState title="No deposits yet">The partner announces them through its own API.</EmptyState>
          )
        }
      />
    </Page>
  )
}

function Decide({ deposit }: { readonly deposit: Deposit }) {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const { depositId, orderNo, status } = deposit
  const changes = [
    ['deposits', partnerId],
    ['accounts', partnerId],
  ]
  const review = useAction({
    call: () => api.deposits.review(partnerId, depositId),
    done: () => 'The deposit is being looked into.',
    changes,
    quiet: true,
  })
  const reject = useAction({
    call: (reason: string) => api.deposits.reject(partnerId, depositId, reason),
    done: () => 'The deposit is refused.',
    changes,
    quiet: true,
  })
  if (!isOpen(deposit)) return '–'
  return (
    <Group gap={6} wrap="nowrap">
      <DialogButton label="Confirm" about={orderNo} disabled={!may}>
        {close => <DepositForm partnerId={partnerId} deposit={deposit} close={close} />}
      </DialogButton>
      {status === 'awaiting-confirmation' && (
        <ConfirmButton
          label="Review"
          about={orderNo}
          consequence="The partner sees that the deposit is being looked into. Nothing is credited yet."
          disabled={!may}
          run={() => review.mutateAsync()}
        />
      )}
      <ConfirmButton
        label="Reject"
        about={orderNo}
        consequence="Nothing is credited. This cannot be undone; the partner may announce the money again."
        reason="required"
        danger
        disabled={!may}
        run={reason => reject.mutateAsync(reason ?? '')}
      />
    </Group>
  )
}
