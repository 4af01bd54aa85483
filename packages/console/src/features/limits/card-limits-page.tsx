import type { CardLimit, CardLimitQuery, Money } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import { lazy } from 'react'
import { AmountText } from '../../components/amount.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { ClearFilters, TextFilter } from '../../components/filters.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { UsageCell } from '../../components/usage-bar.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { share } from '../../lib/money.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'
import { LimitsTabs } from './limits-tabs.tsx'

const GiveLimit = lazy(() => import('./give-limit.tsx'))
const ChangeLimit = lazy(() => import('./change-limit.tsx'))

const COLUMNS: readonly Column<CardLimit>[] = [
  {
    id: 'card',
    header: 'Card',
    cell: limit => <span className="mono">{limit.maskedPan}</span>,
    csv: limit => limit.maskedPan,
  },
  {
    id: 'single',
    header: 'Single purchase',
    align: 'end',
    cell: limit => <AmountText value={limit.singleAmount} />,
    csv: limit => limit.singleAmount.amount,
  },
  {
    id: 'count',
    header: 'Purchases today',
    cell: ({ dailyCount, used }) => (
      <UsageCell
        label="Purchases today"
        part={dailyCount === 0 ? 1 : Math.min(1, used.dailyCount / dailyCount)}
        used={used.dailyCount}
        of={dailyCount}
      />
    ),
    csv: limit => limit.dailyCount,
  },
  {
    id: 'day',
    header: 'Today',
    cell: ({ dailyAmount, used }) => <Used label="Today" used={used.dailyAmount} of={dailyAmount} />,
    csv: limit => limit.dailyAmount.amount,
  },
  {
    id: 'month',
    header: 'This month',
    cell: ({ monthlyAmount, used }) => <Used label="This month" used={used.monthlyAmount} of={monthlyAmount} />,
    csv: limit => limit.monthlyAmount.amount,
  },
  {
    id: 'total',
    header: 'In all',
    cell: ({ totalAmount, used }) =>
      totalAmount === null ? '–' : <Used label="In all" used={used.totalAmount} of={totalAmount} />,
    csv: limit => limit.totalAmount?.amount ?? null,
  },
  {
    id: 'change',
    header: 'Change',
    cell: limit => <Change limit={limit} />,
  },
]

function Used({ label, used, of }: { readonly label: string; readonly used: Money; readonly of: Money }) {
  return (
    <UsageCell label={label} part={share(used, of)} used={<AmountText value={used} />} of={<AmountText value={of} />} />
  )
}

function Change({ limit }: { readonly limit: CardLimit }) {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  return (
    <DialogButton label="Change" title="Change the limit" about={limit.maskedPan} disabled={!may}>
      {close => <ChangeLimit partnerId={partnerId} cardId={limit.cardId} close={close} />}
    </DialogButton>
  )
}

const FILTERS = ['cardholderId', 'programId'] as const

export default function CardLimitsPage() {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const { values } = useFilters()
  const query = Object.fromEntries(FILTERS.map(name => [name, values[name]])) as CardLimitQuery
  const list = useCursorList(['card-limits', partnerId, query], (page, options) =>
    api.cardLimits.list(partnerId, { ...query, ...page }, options),
  )
  const filtered = FILTERS.some(name => values[name] !== undefined)
  return (
    <Page
      title="Limits"
      lead="What single cards may spend at once, in a day, in a month and in all. Days and months are those of UTC."
      actions={
        <DialogButton label="Give a card a limit" icon={<Plus size={16} />} primary disabled={!may}>
          {close => <GiveLimit partnerId={partnerId} close={close} />}
        </DialogButton>
      }
    >
      <LimitsTabs />
      <ListTable
        label="Card limits"
        name="card-limits"
        list={list}
        columns={COLUMNS}
        rowKey={limit => limit.limitId}
        rowLink={({ cardId }) => ({ to: '/p/$partnerId/cards/$cardId', params: { partnerId, cardId } })}
        filters={
          <>
            <TextFilter name="cardholderId" label="Cardholder id" />
            <TextFilter name="programId" label="Program id" width={110} />
            <ClearFilters names={FILTERS} />
          </>
        }
        empty={
          filtered ? (
            <EmptyState title="No limit fits these filters">Filters are exact: take one away to see more.</EmptyState>
          ) : (
            <EmptyState title="No card has a limit">
              Cards without one are held back by money, status and spend limits alone.
            </EmptyState>
          )
        }
      />
    </Page>
  )
}
