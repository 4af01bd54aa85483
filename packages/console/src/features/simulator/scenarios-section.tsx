/** Scenarios that are kept: to be loaded, or removed. */

import { Button } from '@mantine/core'
import type { Scenario } from '@openissuer/sdk/operator.ts'
import { FolderOpen, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import { ConfirmButton } from '../../components/confirm.tsx'
import type { Column } from '../../components/data-table.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { EmptyState } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { CALLS } from './calls.ts'
import classes from './simulator.module.css'

type ScenariosSectionProps = { readonly load: (scenario: Scenario) => void }

export default function ScenariosSection({ load }: ScenariosSectionProps) {
  const list = useCursorList(['scenarios'], (page, options) => api.scenarios.list(page, options))
  const columns = useMemo(() => columnsOf(load), [load])
  return (
    <ListTable
      label="Scenarios"
      name="scenarios"
      list={list}
      columns={columns}
      rowKey={({ scenarioId }) => scenarioId}
      filters={<h2 className={classes.heading}>Scenarios</h2>}
      empty={
        <EmptyState title="No scenarios">
          Steps that are saved under a name can be played again, on any card.
        </EmptyState>
      }
    />
  )
}

function columnsOf(load: (scenario: Scenario) => void): readonly Column<Scenario>[] {
  return [
    { id: 'name', header: 'Name', cell: ({ name }) => <strong>{name}</strong>, csv: ({ name }) => name },
    { id: 'steps', header: 'Steps', cell: stepsOf, csv: stepsOf },
    { id: 'updated', header: 'Changed', cell: row => <InstantText at={row.updatedAt} />, csv: row => row.updatedAt },
    { id: 'actions', header: 'Actions', cell: row => <Actions scenario={row} load={load} /> },
  ]
}

function stepsOf({ steps }: Scenario): string {
  return steps.map(({ call }) => CALLS[call].label).join(', ')
}

function Actions({ scenario, load }: { readonly scenario: Scenario } & ScenariosSectionProps) {
  const may = useMay('operator')
  const remove = useAction({
    call: () => api.scenarios.remove(scenario.scenarioId),
    done: () => `“${scenario.name}” is removed.`,
    changes: [['scenarios']],
    quiet: true,
  })
  return (
    <div className={classes.scenarioButtons}>
      <Button size="compact-sm" variant="default" leftSection={<FolderOpen size={14} />} onClick={() => load(scenario)}>
        Load
      </Button>
      <ConfirmButton
        label="Remove"
        danger
        icon={<Trash2 size={14} />}
        disabled={!may}
        consequence={`“${scenario.name}” is gone for everybody. What its steps have done stays.`}
        run={() => remove.mutateAsync()}
      />
    </div>
  )
}
