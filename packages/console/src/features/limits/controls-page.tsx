import { Group } from '@mantine/core'
import type { MerchantControl, ScopeQuery } from '@openissuer/sdk/operator.ts'
import { Plus } from 'lucide-react'
import { lazy } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton } from '../../components/dialog-form.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { usePartnerId } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { LimitsTabs } from './limits-tabs.tsx'
import { offsetPage } from './offset-page.ts'
import { Rules } from './rules.tsx'
import { ScopeFilters, scopeIn } from './scope-filters.tsx'

const ControlForm = lazy(() => import('./control-form.tsx'))

const COLUMNS: readonly Column<MerchantControl>[] = [
  { id: 'name', header: 'Name', cell: control => control.name, csv: control => control.name },
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
  { id: 'allow', header: 'Only at', cell: control => <Rules rules={control.allow} empty="Anywhere" /> },
  { id: 'block', header: 'Never at', cell: control => <Rules rules={control.block} empty="Nowhere" /> },
  {
    id: 'id',
    header: 'Id',
    cell: control => <span className="mono">{control.controlId}</span>,
    csv: control => control.controlId,
  },
  { id: 'change', header: 'Change', cell: control => <Change control={control} /> },
]

function Change({ control }: { readonly control: MerchantControl }) {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const remove = useAction({
    call: () => api.merchantControls.remove(partnerId, control.controlId),
    done: () => 'The control is asked no more.',
    changes: [['merchant-controls', partnerId]],
    quiet: true,
  })
  return (
    <Group gap={6} wrap="nowrap">
      <DialogButton label="Change" title={`Change ${control.name}`} about={control.name} size="lg" disabled={!may}>
        {close => <ControlForm partnerId={partnerId} known={control} close={close} />}
      </DialogButton>
      <ConfirmButton
        label="Remove"
        about={control.name}
        consequence="The control is asked no more. This cannot be undone."
        danger
        disabled={!may}
        run={() => remove.mutateAsync()}
      />
    </Group>
  )
}

export default function ControlsPage() {
  const partnerId = usePartnerId()
  const may = useMay('operator')
  const query: ScopeQuery = scopeIn(useFilters().values)
  const list = useCursorList(['merchant-controls', partnerId, query], (page, options) =>
    offsetPage(page, part => api.merchantControls.list(partnerId, { ...query, ...part }, options)),
  )
  return (
    <Page
      title="Limits"
      lead="Where cards may be used and where not. What is both allowed and blocked is refused."
      actions={
        <DialogButton label="Create a control" icon={<Plus size={16} />} size="lg" primary disabled={!may}>
          {close => <ControlForm partnerId={partnerId} known={null} close={close} />}
        </DialogButton>
      }
    >
      <LimitsTabs />
      <ListTable
        label="Merchant controls"
        name="merchant-controls"
        list={list}
        columns={COLUMNS}
        rowKey={control => control.controlId}
        filters={<ScopeFilters />}
        empty={
          query.scopeId === undefined ? (
            <EmptyState title="No merchant controls">Cards may be used anywhere.</EmptyState>
          ) : (
            <EmptyState title="No control counts for this alone">Controls of other scopes may.</EmptyState>
          )
        }
      />
    </Page>
  )
}
