import type { FeePlan } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import type { Column } from '../../components/data-table.tsx'
import { InstantText } from '../../components/instant.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useMay } from '../../lib/session.ts'
import { feeLines } from './terms.ts'

const COLUMNS: readonly Column<FeePlan>[] = [
  { id: 'name', header: 'Name', cell: plan => plan.name, csv: plan => plan.name },
  { id: 'currency', header: 'Currency', cell: plan => plan.currency, csv: plan => plan.currency },
  { id: 'fees', header: 'What costs', cell: plan => costsOf(plan), csv: plan => costsOf(plan) },
  {
    id: 'id',
    header: 'Id',
    cell: plan => <span className="mono">{plan.feePlanId}</span>,
    csv: plan => plan.feePlanId,
  },
  {
    id: 'created',
    header: 'Created',
    cell: plan => <InstantText at={plan.createdAt} />,
    csv: plan => plan.createdAt,
  },
]

function costsOf(plan: FeePlan): string {
  const fees = feeLines(plan).filter(({ price }) => price !== null)
  return fees.length === 0 ? 'Nothing' : fees.map(({ fee }) => fee).join(', ')
}

export default function FeePlansPage() {
  const mayChange = useMay('operator')
  const list = useCursorList(['fee-plans'], (page, options) => api.feePlans.list(page, options))
  return (
    <Page
      title="Fee plans"
      lead="Price lists. A plan is never changed: other prices are another plan, which is then given to a program."
      actions={
        <LinkButton to="/fee-plans/new" icon={<Plus size={16} />} primary disabled={!mayChange}>
          Create fee plan
        </LinkButton>
      }
    >
      <ListTable
        label="Fee plans"
        name="fee-plans"
        list={list}
        columns={COLUMNS}
        rowKey={plan => plan.feePlanId}
        rowLink={({ feePlanId }) => ({ to: '/fee-plans/$feePlanId', params: { feePlanId } })}
        empty={<EmptyState title="No fee plans">Cards cost nothing but what is bought with them.</EmptyState>}
      />
    </Page>
  )
}
