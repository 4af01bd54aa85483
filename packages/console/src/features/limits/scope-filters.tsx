import type { ScopeQuery, SpendScope } from '@openissuer/sdk/operator.ts'
import { ChoiceFilter, ClearFilters, TextFilter } from '../../components/filters.tsx'
import type { Filters } from '../../lib/search.ts'

export const SCOPES: readonly SpendScope['kind'][] = ['card', 'cardholder', 'account', 'program']

const FILTERS = ['scopeKind', 'scopeId'] as const

/** Of what a rule counts: kind and id together. */
export function ScopeFilters() {
  return (
    <>
      <ChoiceFilter name="scopeKind" label="Counts for" choices={SCOPES} />
      <TextFilter name="scopeId" label="Its id" width={120} />
      <ClearFilters names={FILTERS} />
    </>
  )
}

/** Nothing while one of the two is missing. */
export function scopeIn({ scopeKind, scopeId }: Filters['values']): ScopeQuery {
  const kind = SCOPES.find(scope => scope === scopeKind)
  return kind === undefined || scopeId === undefined ? {} : { scopeKind: kind, scopeId }
}
