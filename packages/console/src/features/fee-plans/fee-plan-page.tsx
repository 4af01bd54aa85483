import type { FeePlan } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { CopyText } from '../../components/copy-button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { type FeeLine, feeLines } from './terms.ts'

const COLUMNS: readonly Column<FeeLine>[] = [
  { id: 'fee', header: 'Fee', cell: ({ fee }) => fee },
  { id: 'when', header: 'Charged', cell: ({ when }) => when },
  { id: 'price', header: 'Price', align: 'end', cell: ({ price }) => price ?? 'Free' },
]

export default function FeePlanPage() {
  const { feePlanId } = useParams({ strict: false }) as { readonly feePlanId: string }
  const query = useQuery({
    queryKey: ['fee-plan', feePlanId],
    queryFn: ({ signal }) => api.feePlans.retrieve(feePlanId, { signal }),
  })
  return (
    <Page
      title={query.data?.name ?? 'Fee plan'}
      lead="A program's page says which plan counts for it."
      crumbs={[{ label: 'Fee plans', to: '/fee-plans' }]}
    >
      <Loaded query={query}>{plan => <PlanSections plan={plan} />}</Loaded>
    </Page>
  )
}

function PlanSections({ plan }: { readonly plan: FeePlan }) {
  return (
    <>
      <Section title="About">
        <Facts
          facts={[
            { term: 'Fee plan id', value: <CopyText value={plan.feePlanId} label="the fee plan id" /> },
            { term: 'Currency', value: plan.currency },
            { term: 'Created', value: <InstantText at={plan.createdAt} /> },
          ]}
        />
      </Section>
      <Section title="Fees" flush>
        <DataTable label="Fees" columns={COLUMNS} rows={feeLines(plan)} rowKey={({ fee }) => fee} empty={null} />
      </Section>
    </>
  )
}
