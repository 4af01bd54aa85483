/** The partner whose things are looked at. It is part of the address; the last one is remembered for pages without one. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { api } from './api.ts'
import { remember, remembered } from './storage.ts'

export const partnersQuery = queryOptions({
  queryKey: ['partners', 'all'],
  queryFn: async ({ signal }) => (await api.partners.list({ limit: 200 }, { signal })).rows,
  staleTime: 60_000,
})

/** Of the address. @throws on a page that is of no partner */
export function usePartnerId(): string {
  const { partnerId } = useParams({ strict: false }) as { readonly partnerId?: string }
  if (partnerId === undefined) throw new Error('This page belongs to no partner.')
  return partnerId
}

/** Of the address, else the one that was looked at last, else the oldest; undefined while there is none. */
export function useCurrentPartnerId(): string | undefined {
  const { partnerId } = useParams({ strict: false }) as { readonly partnerId?: string }
  const { data: partners = [] } = useQuery(partnersQuery)
  if (partnerId !== undefined) return partnerId
  const last = remembered('partner')
  return partners.find(partner => partner.partnerId === last)?.partnerId ?? partners.at(-1)?.partnerId
}

export function rememberPartner(partnerId: string): void {
  remember('partner', partnerId)
}
