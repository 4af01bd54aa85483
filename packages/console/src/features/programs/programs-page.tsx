import type { Program } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { programsQuery } from '../../lib/programs.ts'

const COLUMNS: readonly Column<Program>[] = [
  { id: 'name', header: 'Name', cell: program => program.name },
  { id: 'bin', header: 'BIN', cell: program => <span className="mono">{program.bin}</span> },
  { id: 'network', header: 'Network', cell: program => wordsOf(program.network) },
  { id: 'forms', header: 'Forms', cell: program => program.forms.map(wordsOf).join(', ') },
  { id: 'currency', header: 'Currency', cell: program => program.currency },
  { id: 'validity', header: 'Valid for', align: 'end', cell: program => `${program.validityMonths} months` },
  { id: 'use', header: 'Issued in', cell: program => (program.test ? 'Sandbox only' : 'Sandbox and live') },
]

export default function ProgramsPage() {
  const query = useQuery(programsQuery)
  return (
    <Page title="Programs" lead="What kinds of cards there are: BIN, network, forms, and the terms of their messages.">
      <Section title="Card programs" flush>
        <DataTable
          label="Card programs"
          columns={COLUMNS}
          rows={query.data ?? []}
          rowKey={program => program.programId}
          rowLink={({ programId }) => ({ to: '/programs/$programId', params: { programId } })}
          loading={query.isPending}
          error={query.error}
          retry={() => void query.refetch()}
          empty={<EmptyState title="No card programs">Cards are made under a program.</EmptyState>}
        />
      </Section>
    </Page>
  )
}
