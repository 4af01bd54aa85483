import { TextInput } from '@mantine/core'
import { ChoiceInput, FieldRow } from '../../components/form.tsx'
import { wordsOf } from '../../components/status-badge.tsx'
import type { Fields } from '../../lib/fields.ts'
import { SCOPES } from './scope-filters.tsx'

type RuleFields = { readonly fields: Fields<Record<string, string>> }

const SCOPE_CHOICES = SCOPES.map(kind => ({ value: kind, label: wordsOf(kind) }))

const ID_HINTS: Readonly<Record<string, string>> = {
  card: 'Id or token of the card',
  cardholder: 'All cards of the cardholder share it',
  account: 'All cards of the account share it',
  program: 'All cards of the partner in this program share it',
}

export function ScopeFields({ fields }: RuleFields) {
  return (
    <FieldRow>
      <ChoiceInput {...fields.choice('scope.kind')} label="Counts for" data={SCOPE_CHOICES} description=" " required />
      <TextInput
        {...fields.text('scope.id')}
        label="Its id"
        description={ID_HINTS[fields.values['scope.kind'] ?? '']}
        required
      />
    </FieldRow>
  )
}

const EXAMPLES: Readonly<Record<string, readonly [label: string, example: string]>> = {
  mccs: ['MCCs', '5411, 3000-3299'],
  mccCategories: ['Categories', 'airline, gambling'],
  merchantIds: ['Merchant ids', 'SHOP 7'],
  countries: ['Countries', 'DE, FR'],
  currencies: ['Currencies', 'EUR, USD'],
  entryModes: ['Entry modes', 'ecommerce, chip'],
}

/** Lists with commas between their values; an empty one lets anything pass. */
export function ListFields({ fields, at, names }: RuleFields & { at: string; names: readonly string[] }) {
  return (
    <FieldRow>
      {names.map(name => {
        const [label = name, example = ''] = EXAMPLES[name] ?? []
        return <TextInput key={name} {...fields.text(`${at}.${name}`)} label={label} placeholder={example} />
      })}
    </FieldRow>
  )
}
