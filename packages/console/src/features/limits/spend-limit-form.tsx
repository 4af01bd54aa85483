import { TextInput } from '@mantine/core'
import { ChoiceInput, FieldGroup, FieldRow, Form, MoneyInput } from '../../components/form.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { type Fields, useFields } from '../../lib/fields.ts'
import { useAction } from '../../lib/use-action.ts'
import { useZone, zones } from '../../lib/zone.tsx'
import { ListFields, ScopeFields } from './rule-fields.tsx'
import { ruleValues, spendLimitOf, UNITS, WINDOWS } from './terms.ts'

const POLICIES = [
  { value: 'standard', label: 'Reversals and expiries' },
  { value: 'refunds-return', label: 'Refunds too' },
  { value: 'cleared-spend', label: 'Only what is cleared counts' },
]

const LISTS = ['mccs', 'mccCategories', 'merchantIds', 'countries', 'currencies', 'entryModes']

type SpendLimitFormProps = { readonly partnerId: string; readonly close: () => void }

export default function SpendLimitForm({ partnerId, close }: SpendLimitFormProps) {
  const { zone } = useZone()
  const fields = useFields<Record<string, string>>({
    name: '',
    'scope.kind': 'card',
    'scope.id': '',
    'window.kind': 'fixed',
    'window.unit': 'day',
    'window.zone': zone,
    'window.length': '24',
    currency: 'USD',
    maxAmount: '',
    maxCount: '',
    policy: 'standard',
    ...ruleValues(null, 'filter'),
  })
  const create = useAction({
    call: () => api.spendLimits.create(partnerId, spendLimitOf(fields.values)),
    done: ({ name }) => `${name} counts from now on.`,
    changes: [['spend-limits', partnerId]],
    quiet: true,
    onDone: close,
  })
  return (
    <Form submitLabel="Create the limit" fields={fields} submit={() => create.mutateAsync()} cancel={close}>
      <TextInput {...fields.text('name')} label="Name" required data-autofocus />
      <ScopeFields fields={fields} />
      <FieldGroup title="How much" lead="An amount, a number of purchases, or both">
        <FieldRow>
          <MoneyInput {...fields.text('maxAmount')} label="Amount" currency={fields.values['currency'] ?? ''} />
          <TextInput {...fields.text('currency')} label="Currency" maxLength={5} required />
          <TextInput {...fields.text('maxCount')} label="Purchases" inputMode="numeric" />
        </FieldRow>
        <WindowFields fields={fields} />
        <ChoiceInput {...fields.choice('policy')} label="What gives room back" data={POLICIES} required />
      </FieldGroup>
      <FieldGroup title="Of what" lead="Values with commas between them; an empty list lets anything pass">
        <ListFields fields={fields} at="filter" names={LISTS} />
      </FieldGroup>
    </Form>
  )
}

const ZONES = zones().map(zone => ({ value: zone, label: zone }))

function WindowFields({ fields }: { readonly fields: Fields<Record<string, string>> }) {
  const kind = fields.values['window.kind'] ?? 'fixed'
  const units = UNITS[kind] ?? []
  const choose = (chosen: string | null) => {
    const [first = ''] = UNITS[chosen ?? ''] ?? []
    fields.set({ 'window.kind': chosen ?? 'fixed', 'window.unit': first })
  }
  return (
    <FieldRow>
      <ChoiceInput {...fields.choice('window.kind')} onChange={choose} label="Within" data={WINDOWS} required />
      {kind === 'rolling' && (
        <TextInput {...fields.text('window.length')} label="How many" inputMode="numeric" required />
      )}
      {units.length > 0 && (
        <ChoiceInput
          {...fields.choice('window.unit')}
          label={kind === 'fixed' ? 'Period' : 'Of what'}
          data={units.map(unit => ({ value: unit, label: kind === 'fixed' ? wordsOf(unit) : `${wordsOf(unit)}s` }))}
          required
        />
      )}
      {kind === 'fixed' && (
        <ChoiceInput {...fields.choice('window.zone')} label="Time zone" data={ZONES} searchable required />
      )}
    </FieldRow>
  )
}
