import { Group } from '@mantine/core'
import type { ScopeQuery, SpendLimitInUse } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import { lazy } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { ConfirmButton } from '../../components/confirm.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { UsageCell } from '../../components/usage-bar.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { share } from '../../lib/money.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { LimitsTabs } from './limits-tabs.tsx'
import { offsetPage } from './offset-page.ts'
import { Rules } from './rules.tsx'
import { ScopeFilters, scopeIn } from './scope-filters.tsx'
import { windowWords } from './terms.ts'

const SpendLimitForm = lazy(() => import('./spend-limit-form.tsx'))
const ThresholdsForm = lazy(() => import('./thresholds-form.tsx'))

const COLUMNS: readonly Column<SpendLimitInUse>[] = [
  { id: 'name', header: 'Name', cell: limit => limit.name, csv: limit => limit.name },
  {
    id: 'scope',
    header: 'Counts for',
    cell: ({ scope }) => (
      <>
        {wordsOf(scope.kind)} <span className="mono">{scope.id}</span>
      </>
    ),
    csv: ({ scope }) => `${scope.kind} ${scope.id}`,
  },
  {
    id: 'window',
    header: 'In',
    cell: limit => windowWords(limit.window),
    csv: limit => windowWords(limit.window),
  },
  { id: 'amount', header: 'Amount used', cell: limit => <AmountUsed limit={limit} />, csv: limit => limit.maxAmount },
  { id: 'count', header: 'Purchases', cell: limit => <CountUsed limit={limit} />, csv: limit => limit.maxCount },
  { id: 'filter', header: 'Of what', cell: limit => <Rules rules={limit.filter} empty="Everything" /> },
  { id: 'policy', header: 'What returns', cell: limit => wordsOf(limit.policy), csv: limit => limit.policy },
  { id: 'id', header: 'Id', cell: limit => <span className="mono">{limit.limitId}</span>, csv: limit => limit.limitId },
  { id: 'change', header: 'Change', cell: limit => <Change limit={limit} /> },
]

type LimitProps = { readonly limit: SpendLimitInUse }

function AmountUsed({ limit }: LimitProps) {
  const { maxAmount, currency, use } = limit
  const used = { amount: use.amount, currency }
  if (maxAmount === null) return <AmountText value={used} />
  const of = { amount: maxAmount, currency }
  return (
    <UsageCell
      label={`${limit.name}, amount`}
      part={share(used, of)}
      used={<AmountText value={used} />}
      of={<AmountText value={of} />}
    />
  )
}

function CountUsed({ limit }: LimitProps) {
  const { maxCount, use } = limit
  if (maxCount === null) return <>{use.count}</>
  return (
    <UsageCell
      label={`${limit.name}, purchases`}
      part={Math.min(1, use.count / maxCount)}
      used={use.count}
      of={maxCount}
    />
  )
}

function Change({ limit }: LimitProps) {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const remove = useAction({
    call: () => api.spendLimits.remove(partnerId, limit.limitId),
    done: () => 'The limit is asked no more.',
    changes: [['spend-limits', partnerId]],
    quiet: true,
  })
  return (
    <Group gap={6} wrap="nowrap">
      <DialogButton label="Change" title={`Change ${limit.name}`} about={limit.name} disabled={!may}>
        {close => <ThresholdsForm partnerId={partnerId} limit={limit} close={close} />}
      </DialogButton>
      <ConfirmButton
        label="Remove"
        about={limit.name}
        consequence="The limit is asked no more, and what was counted is gone. This cannot be undone."
        danger
        disabled={!may}
        run={() => remove.mutateAsync()}
      />
    </Group>
  )
}

export default function SpendLimitsPage() {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const query: ScopeQuery = scopeIn(useFilters().values)
  const list = useCursorList(['spend-limits', partnerId, query], (page, options) =>
    offsetPage(page, part => api.spendLimits.list(partnerId, { ...query, ...part }, options)),
  )
  return (
    <Page
      title="Limits"
      lead="How much of what, in any window: of a card, or of all cards of a cardholder, an account or a program together."
      actions={
        <DialogButton label="Create a spend limit" icon={<Plus size={16} />} size="xl" primary disabled={!may}>
          {close => <SpendLimitForm partnerId={partnerId} close={close} />}
        </DialogButton>
      }
    >
      <LimitsTabs />
      <ListTable
        label="Spend limits"
        name="spend-limits"
        list={list}
        columns={COLUMNS}
        rowKey={limit => limit.limitId}
        filters={<ScopeFilters />}
        empty={
          query.scopeId === undefined ? (
            <EmptyState title="No spend limits">They count from their creation on.</EmptyState>
          ) : (
            <EmptyState title="No spend limit counts for this alone">Limits of other scopes may.</EmptyState>
          )
        }
      />
    </Page>
  )
}
