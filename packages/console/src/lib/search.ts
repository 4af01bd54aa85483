/** Filters in the address, so that a list can be shared and the way back leads to the same rows. */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

export type Search<Name extends string> = { readonly [N in Name]?: string }

/** What a route accepts of its address: these names, as text; everything else is left out. */
export function searchOf<const Name extends string>(...names: readonly Name[]) {
  return (given: Record<string, unknown>): Search<Name> => {
    const kept = names.flatMap(name => {
      const value = given[name]
      const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      return isText && value !== '' ? [[name, String(value)] as const] : []
    })
    return Object.fromEntries(kept) as Search<Name>
  }
}

export type Filters = {
  readonly values: Readonly<Record<string, string | undefined>>
  /** takes the place of the address, so that the way back leaves the page; empty text removes a filter */
  readonly change: (changes: Readonly<Record<string, string | undefined>>) => void
  readonly clear: () => void
}

/** The filters of the page that is shown. */
export function useFilters(): Filters {
  const values = useSearch({ strict: false }) as Readonly<Record<string, string | undefined>>
  const navigate = useNavigate()
  const change = useCallback(
    (changes: Readonly<Record<string, string | undefined>>) =>
      void navigate({
        to: '.',
        search: (before: object) =>
          Object.fromEntries(
            Object.entries({ ...before, ...changes }).filter(([, value]) => value !== undefined && value !== ''),
          ),
        replace: true,
      } as never),
    [navigate],
  )
  const clear = useCallback(() => void navigate({ to: '.', search: {}, replace: true } as never), [navigate])
  return { values, change, clear }
}
