import { useQuery } from '@tanstack/react-query'
import { ChoiceInput } from '../../components/form.tsx'
import { api } from '../../lib/api.ts'
import type { Fields } from '../../lib/fields.ts'

type ContactInputProps = {
  readonly partnerId: string
  readonly field: ReturnType<Fields<Record<string, string>>['choice']>
}

/** The newest contacts of the partner. */
export function ContactInput({ partnerId, field }: ContactInputProps) {
  const { data = [] } = useQuery({
    queryKey: ['contacts', partnerId, 'newest'],
    queryFn: async ({ signal }) => (await api.contacts.list(partnerId, { limit: 200 }, { signal })).rows,
  })
  return (
    <ChoiceInput
      {...field}
      label="Contact"
      description="Whom the courier may call; optional"
      data={data.map(({ contactId, firstName, lastName, mobile }) => ({
        value: contactId,
        label: `${firstName} ${lastName} · ${mobile}`,
      }))}
      searchable
      clearable
    />
  )
}
