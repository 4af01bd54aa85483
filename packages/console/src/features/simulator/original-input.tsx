/** What a message follows: something that an earlier step has made, one of the card's newest authorizations, or an id. */
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { wordsOf } from '../../components/status-badge.tsx'
import { api } from '../../lib/api.ts'
import { formatMoney } from '../../lib/money.ts'
import { type Made, type Original, originalsOf } from './answers.ts'
import type { Step } from './use-steps.ts'

type OriginalInputProps = {
  readonly made: Made
  readonly partnerId: string
  readonly cardToken: string | null
  readonly steps: readonly Step[]
  readonly required: boolean
  readonly value: string | null
  readonly onChange: (value: string | null) => void
  readonly error: string | undefined
}

export function OriginalInput(props: OriginalInputProps) {
  const { made, partnerId, cardToken, steps, required, value, onChange, error } = props
  const [typed, setTyped] = useState('')
  const recent = useRecentAuthorizations(partnerId, made === 'authorization' ? cardToken : null)
  const fromSteps = originalsOf(steps, made)
  const named = [...fromSteps, ...recent]
  const byId = [typed.trim(), value ?? ''].filter(
    (id, place, ids) => /^\d+$/.test(id) && ids.indexOf(id) === place && named.every(other => other.value !== id),
  )
  const groups = [
    { group: 'Made here', items: fromSteps },
    { group: 'Newest of the card', items: recent },
    { group: 'By id', items: byId.map(id => ({ value: id, label: `Id ${id}` })) },
  ].filter(({ items }) => items.length > 0)
  return (
    <Select
      label={wordsOf(made)}
      description={required ? 'Made here, or an id' : 'Made here, or an id; none for a message on the card alone'}
      placeholder={required ? 'Choose one' : 'None'}
      nothingFoundMessage="Nothing made yet: write an id"
      data={groups.map(({ group, items }) => ({ group, items: [...items] }))}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `Choose no ${made}` }}
      required={required}
      value={value}
      onChange={onChange}
      onSearchChange={setTyped}
      error={error}
    />
  )
}

const RECENT = 10

function useRecentAuthorizations(partnerId: string, cardToken: string | null): readonly Original[] {
  const { data = [] } = useQuery({
    queryKey: ['authorizations', partnerId, 'recent', cardToken],
    queryFn: async ({ signal }) =>
      (await api.authorizations.list(partnerId, { cardToken: cardToken ?? '', limit: RECENT }, { signal })).rows,
    enabled: cardToken !== null,
  })
  return data.map(({ authorizationId, transactionAmount, decision, status }) => ({
    value: authorizationId,
    label: `${authorizationId} · ${formatMoney(transactionAmount)} · ${decision}, ${status}`,
  }))
}
