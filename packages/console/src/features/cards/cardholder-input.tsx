import { useQuery } from '@tanstack/react-query'
import { ChoiceInput } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import type { Fields } from '../../lib/fields.ts'

type CardholderInputProps = {
  readonly partnerId: string
  readonly field: ReturnType<Fields<Record<string, string>>['choice']>
  readonly required: boolean
  readonly description: string
}

/** Cardholders who may get cards, newest first; an older one is found by its id in the address. */
export function CardholderInput({ partnerId, field, required, description }: CardholderInputProps) {
  const { data = [] } = useQuery({
    queryKey: ['cardholders', partnerId, 'approved'],
    queryFn: async ({ signal }) =>
      (await api.cardholders.list(partnerId, { verification: 'approved', disabled: false, limit: 200 }, { signal }))
        .rows,
  })
  const choices = data.map(({ cardholderId, name }) => ({
    value: cardholderId,
    label: name === null ? cardholderId : `${name} · ${cardholderId}`,
  }))
  const chosen = field.value
  const known = chosen === null || choices.some(({ value }) => value === chosen)
  return (
    <ChoiceInput
      {...field}
      label="Cardholder"
      description={description}
      data={known ? choices : [{ value: chosen, label: chosen }, ...choices]}
      required={required}
      searchable
      clearable={!required}
      placeholder="Name or id"
    />
  )
}
