import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { partnersQuery } from '../../lib/partner.ts'
import { useFilters } from '../../lib/search.ts'

export function PartnerFilter() {
  const { values, change } = useFilters()
  const { data: partners = [] } = useQuery(partnersQuery)
  return (
    <Select
      size="xs"
      w={170}
      placeholder="Partner"
      aria-label="Partner"
      data={partners.map(({ partnerId, name }) => ({ value: partnerId, label: name }))}
      value={values['partnerId'] ?? null}
      onChange={value => change({ partnerId: value ?? undefined })}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Clear Partner' }}
    />
  )
}
