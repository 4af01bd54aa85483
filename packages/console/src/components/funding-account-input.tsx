import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api } from '../lib/api.ts'
import type { Fields } from '../lib/fields.ts'
import { formatMoney } from '../lib/money.ts'
import { ChoiceInput } from './form.tsx'

export type FundingAccountInputProps = {
  readonly partnerId: string
  readonly kind: 'partner-funding' | 'shared'
  readonly currency: string
  readonly label: string
  readonly field: ReturnType<Fields<Record<string, string>>['choice']>
  /** is told the oldest account while none is chosen */
  readonly choose: (accountId: string) => void
}

/** One of the partner's own accounts in a currency, with what is available on each. */
export function FundingAccountInput({ partnerId, kind, currency, label, field, choose }: FundingAccountInputProps) {
  const { data } = useQuery({
    queryKey: ['accounts', partnerId, kind, currency],
    queryFn: async ({ signal }) => (await api.accounts.list(partnerId, { kind, currency }, { signal })).rows,
  })
  const choices = (data ?? [])
    .toSorted((one, other) => Number(BigInt(one.accountId) - BigInt(other.accountId)))
    .map(({ accountId, available }) => ({ value: accountId, label: `${accountId} · ${formatMoney(available)}` }))
  const first = choices[0]?.value
  useEffect(() => {
    if (field.value === null && first !== undefined) choose(first)
  }, [field.value, first, choose])
  return (
    <ChoiceInput
      {...field}
      label={label}
      data={choices}
      placeholder={data !== undefined && choices.length === 0 ? `None in ${currency}` : ''}
    />
  )
}
