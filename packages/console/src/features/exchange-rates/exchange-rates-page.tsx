import { TextInput } from '@mantine/core'
import type { ExchangeRate, ExchangeRatePage, NewExchangeRate } from '@openissuer/sdk/operator.ts'
import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { Column } from '../../components/data-table.tsx'
import { DialogButton, DialogForm } from '../../components/dialog-form.tsx'
import { Facts } from '../../components/facts.tsx'
import { ClearFilters, InstantFilter, TextFilter } from '../../components/filters.tsx'
import { InstantText } from '../../components/instant.tsx'
import { ListTable } from '../../components/list-table.tsx'
import { Page, Section } from '../../components/page.tsx'
import { EmptyState, Loaded } from '../../components/states.tsx'
import { api } from '../../lib/api.ts'
import { useCursorList } from '../../lib/cursor-list.ts'
import { isDecimal } from '../../lib/decimal.ts'
import { useFilters } from '../../lib/search.ts'
import { useMay } from '../../lib/session.ts'
import { instantOf } from '../../lib/time.ts'
import { useAction } from '../../lib/use-action.ts'
import { useZone } from '../../lib/zone.tsx'

const COLUMNS: readonly Column<ExchangeRate>[] = [
  {
    id: 'pair',
    header: 'Pair',
    cell: ({ base, quote }) => `${base} to ${quote}`,
    csv: ({ base, quote }) => `${base}/${quote}`,
  },
  {
    id: 'rate',
    header: 'Rate',
    align: 'end',
    cell: ({ rate }) => <span className="number">{rate}</span>,
    csv: ({ rate }) => rate,
  },
  {
    id: 'meaning',
    header: 'In words',
    cell: ({ base, quote, rate }) => `1 ${base} is ${rate} ${quote}`,
  },
  {
    id: 'validFrom',
    header: 'Valid from',
    cell: ({ validFrom }) => <InstantText at={validFrom} />,
    csv: ({ validFrom }) => validFrom,
  },
  { id: 'source', header: 'Source', cell: ({ source }) => source, csv: ({ source }) => source },
]

export default function ExchangeRatesPage() {
  const { values } = useFilters()
  const mayChange = useMay('operator')
  const pair = pairOf(values)
  const list = useCursorList(['exchange-rates', pair], async ({ limit = 50, cursor }, options) => {
    const offset = Number(cursor ?? 0)
    const { exchangeRates, total } = await api.exchangeRates.list({ ...pair, limit, offset }, options)
    const end = offset + exchangeRates.length
    return { rows: exchangeRates, nextCursor: end < total && exchangeRates.length > 0 ? String(end) : null }
  })
  const addButton = (
    <DialogButton label="Add rate" icon={<Plus size={16} />} primary disabled={!mayChange}>
      {close => <AddRateForm close={close} />}
    </DialogButton>
  )
  return (
    <Page
      title="Exchange rates"
      lead="What converts amounts in another currency, where the network has not. Lines are added and never changed; the newest that is valid counts."
      actions={addButton}
    >
      <ValidRate />
      <ListTable
        label="Exchange rates"
        name="exchange-rates"
        list={list}
        columns={COLUMNS}
        rowKey={({ base, quote, validFrom }) => `${base} ${quote} ${validFrom}`}
        filters={
          <>
            <TextFilter name="base" label="From currency" width={130} />
            <TextFilter name="quote" label="To currency" width={130} />
            <InstantFilter name="at" label="What converts at" />
            <ClearFilters names={['base', 'quote', 'at']} />
          </>
        }
        empty={
          Object.keys(pair).length === 0 ? (
            <EmptyState title="No exchange rates">Messages in another currency are declined without one.</EmptyState>
          ) : (
            <EmptyState title="No such lines">There may be some of the other direction.</EmptyState>
          )
        }
      />
    </Page>
  )
}

/** A currency counts once it is typed in full. */
function pairOf(values: Readonly<Record<string, string | undefined>>) {
  const [base, quote] = [codeOf(values['base']), codeOf(values['quote'])]
  return { ...(base === undefined ? {} : { base }), ...(quote === undefined ? {} : { quote }) }
}

function codeOf(text: string | undefined): string | undefined {
  const code = text?.trim().toUpperCase()
  return code !== undefined && /^[A-Z]{3,5}$/.test(code) ? code : undefined
}

/** With both currencies: the line that converts between them. */
function ValidRate() {
  const { values } = useFilters()
  const pair = pairOf(values)
  const at = values['at']
  const named = pair.base !== undefined && pair.quote !== undefined && pair.base !== pair.quote
  const query = useQuery({
    queryKey: ['exchange-rates', 'valid', pair, at],
    queryFn: ({ signal }) =>
      api.exchangeRates.list({ ...pair, ...(at === undefined ? {} : { at }), limit: 1 }, { signal }),
    enabled: named,
  })
  if (!named) return null
  return (
    <Section title={`What converts ${pair.base} to ${pair.quote}`}>
      <Loaded query={query} rows={1}>
        {({ valid }) => <ValidFacts valid={valid} />}
      </Loaded>
    </Section>
  )
}

function ValidFacts({ valid }: Pick<ExchangeRatePage, 'valid'>) {
  if (valid === null) return <EmptyState title="Nothing converts">There is no line of this pair by then.</EmptyState>
  const { at, rate, inverse, line } = valid
  return (
    <Facts
      facts={[
        { term: 'Rate, before any mark-up', value: <span className="number">{rate}</span> },
        { term: 'At', value: <InstantText at={at} /> },
        {
          term: 'Comes from',
          value: `1 ${line.base} is ${line.rate} ${line.quote}${inverse ? ', the other way round' : ''}`,
        },
        { term: 'Valid from', value: <InstantText at={line.validFrom} /> },
        { term: 'Source', value: line.source },
      ]}
    />
  )
}

function AddRateForm({ close }: { readonly close: () => void }) {
  const { zone } = useZone()
  const [draft, setDraft] = useState({ base: '', quote: 'USD', rate: '', validFrom: '', source: '' })
  const put = (changes: Partial<typeof draft>) => setDraft(before => ({ ...before, ...changes }))
  const add = useAction({
    call: (rate: NewExchangeRate) => api.exchangeRates.add(rate),
    done: ({ base, quote, rate }) => `1 ${base} is ${rate} ${quote}`,
    changes: [['exchange-rates']],
    quiet: true,
  })
  const rate = rateOf(draft, zone)
  const digits = draft.rate.trim()
  const wrong = digits !== '' && !isDecimal(digits, 12)
  return (
    <DialogForm
      submit="Add rate"
      close={close}
      ready={rate !== undefined}
      run={async () => {
        if (rate !== undefined) await add.mutateAsync(rate)
      }}
    >
      <TextInput
        label="From currency"
        placeholder="EUR"
        required
        maxLength={5}
        value={draft.base}
        onChange={event => put({ base: event.currentTarget.value })}
        data-autofocus
      />
      <TextInput
        label="To currency"
        required
        maxLength={5}
        value={draft.quote}
        onChange={event => put({ quote: event.currentTarget.value })}
      />
      <TextInput
        label="Rate"
        description={`How many ${draft.quote.toUpperCase() || 'units'} one ${draft.base.toUpperCase() || 'unit'} is; at most twelve digits`}
        inputMode="decimal"
        required
        value={draft.rate}
        onChange={event => put({ rate: event.currentTarget.value })}
        error={wrong ? 'Decimal text such as 1.0845' : undefined}
      />
      <TextInput
        label="Valid from"
        description={`In ${zone}; now when empty. It may lie ahead or back`}
        type="datetime-local"
        step={1}
        value={draft.validFrom}
        onChange={event => put({ validFrom: event.currentTarget.value })}
      />
      <TextInput
        label="Source"
        description="Where the rate is from; “operator” when empty"
        maxLength={100}
        value={draft.source}
        onChange={event => put({ source: event.currentTarget.value })}
      />
    </DialogForm>
  )
}

function rateOf(
  draft: Readonly<Record<'base' | 'quote' | 'rate' | 'validFrom' | 'source', string>>,
  zone: string,
): NewExchangeRate | undefined {
  const [base, quote, rate] = [codeOf(draft.base), codeOf(draft.quote), draft.rate.trim()]
  const validFrom = draft.validFrom === '' ? null : instantOf(draft.validFrom, zone)
  if (base === undefined || quote === undefined || !isDecimal(rate, 12) || validFrom === undefined) return undefined
  const source = draft.source.trim()
  return { base, quote, rate, ...(validFrom === null ? {} : { validFrom }), ...(source === '' ? {} : { source }) }
}
