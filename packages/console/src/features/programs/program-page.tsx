import { Stack, TextInput } from '@mantine/core'
import type { Program, ProgramTerms } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { SlidersHorizontal } from 'lucide-react'
import { useState } from 'react'
import { AmountText } from '../../components/amount.tsx'
import { CopyText } from '../../components/copy-button.tsx'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { InstantText } from '../../components/instant.tsx'
import { Page, Section } from '../../components/page.tsx'
import { Loaded } from '../../components/states.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { formatDecimal } from '../../lib/money.ts'
import { useMay } from '../../lib/session.ts'
import { useAction } from '../../lib/use-action.ts'
import { ProgramFees } from './program-fees.tsx'
import { changedTerms, faultOfTerm, TERMS, termValuesOf } from './rates.ts'

export default function ProgramPage() {
  const { programId } = useParams({ strict: false }) as { readonly programId: string }
  const query = useQuery({
    queryKey: ['program', programId],
    queryFn: ({ signal }) => api.programs.retrieve(programId, { signal }),
  })
  return (
    <Page title={query.data?.name ?? 'Program'} crumbs={[{ label: 'Programs', to: '/programs' }]}>
      <Loaded query={query}>{program => <ProgramSections program={program} />}</Loaded>
    </Page>
  )
}

function ProgramSections({ program }: { readonly program: Program }) {
  const { currency, ceilings } = program
  const money = (amount: string) => <AmountText value={{ amount, currency }} />
  return (
    <Stack gap={18}>
      <Section title="About">
        <Facts
          facts={[
            { term: 'Program id', value: <CopyText value={program.programId} label="the program id" /> },
            { term: 'BIN', value: <span className="mono">{program.bin}</span> },
            { term: 'Network', value: wordsOf(program.network) },
            { term: 'Forms', value: program.forms.map(wordsOf).join(', ') },
            { term: 'Currency', value: currency },
            { term: 'Cards are valid for', value: `${program.validityMonths} months` },
            { term: 'Issued in', value: program.test ? 'Sandbox only' : 'Sandbox and live' },
            { term: 'Created', value: <InstantText at={program.createdAt} /> },
          ]}
        />
      </Section>
      <Section title="Ceilings" lead="The highest limits that one of its cards may have.">
        <Facts
          facts={[
            { term: 'A single purchase', value: money(ceilings.singleAmount) },
            {
              term: 'Purchases a day',
              value: <span className="number">{formatDecimal(String(ceilings.dailyCount))}</span>,
            },
            { term: 'Amount a day', value: money(ceilings.dailyAmount) },
            { term: 'Amount a month', value: money(ceilings.monthlyAmount) },
          ]}
        />
      </Section>
      <TermsSection program={program} />
      <ProgramFees program={program} />
    </Stack>
  )
}

function TermsSection({ program }: { readonly program: Program }) {
  const mayChange = useMay('operator')
  const values = termValuesOf(program)
  return (
    <Section
      title="Terms"
      lead="They count for every message that arrives from then on."
      actions={
        <DialogButton label="Change terms" icon={<SlidersHorizontal size={15} />} disabled={!mayChange}>
          {close => <TermsForm program={program} close={close} />}
        </DialogButton>
      }
    >
      <Facts
        facts={TERMS.map(({ name, label, unit }) => ({
          term: label,
          value: unit === 'percent' ? `${values[name]} %` : `${values[name]} days`,
        }))}
      />
    </Section>
  )
}

function TermsForm({ program, close }: { readonly program: Program; readonly close: () => void }) {
  const [values, setValues] = useState(() => termValuesOf(program))
  const change = useAction({
    call: (terms: Partial<ProgramTerms>) => api.programs.update(program.programId, terms),
    done: () => 'The terms count from now on',
    changes: [['program', program.programId], ['programs']],
    quiet: true,
  })
  const faults = TERMS.map(({ name, unit }) => faultOfTerm(unit, values[name]))
  const valid = faults.every(fault => fault === undefined)
  const terms = valid ? changedTerms(program, values) : {}
  return (
    <DialogForm
      submit="Change terms"
      close={close}
      ready={Object.keys(terms).length > 0}
      run={() => change.mutateAsync(terms)}
    >
      {TERMS.map(({ name, label, meaning, unit }, place) => (
        <TextInput
          key={name}
          label={label}
          description={meaning}
          inputMode="decimal"
          required
          value={values[name]}
          onChange={event => {
            const { value } = event.currentTarget
            setValues(before => ({ ...before, [name]: value }))
          }}
          error={faults[place]}
          rightSection={<span style={{ color: 'var(--text-soft)' }}>{unit === 'percent' ? '%' : 'days'}</span>}
          rightSectionWidth={52}
        />
      ))}
    </DialogForm>
  )
}
