/** What the pages of webhooks read. */
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from '../../lib/api.ts'

/** Deliveries move by themselves, so what shows them looks again. */
export const REFRESH_MS = 4_000

export const endpointsQuery = (partnerId: string) =>
  queryOptions({
    queryKey: ['webhook-endpoints', partnerId],
    queryFn: ({ signal }) => api.webhookEndpoints.list(partnerId, { signal }),
  })

export const endpointQuery = (partnerId: string, endpointId: string) =>
  queryOptions({
    queryKey: ['webhook-endpoint', partnerId, endpointId],
    queryFn: ({ signal }) => api.webhookEndpoints.retrieve(partnerId, endpointId, { signal }),
    refetchInterval: REFRESH_MS,
  })

export const backlogQuery = (partnerId: string) =>
  queryOptions({
    queryKey: ['webhook-backlog', partnerId],
    queryFn: ({ signal }) => api.webhookDeliveries.backlog({ partnerId }, { signal }),
    refetchInterval: REFRESH_MS,
  })

export const deliveryQuery = (partnerId: string, deliveryId: string) =>
  queryOptions({
    queryKey: ['webhook-delivery', partnerId, deliveryId],
    queryFn: ({ signal }) => api.webhookDeliveries.retrieve(partnerId, deliveryId, { signal }),
    refetchInterval: query => (query.state.data?.state === 'pending' ? REFRESH_MS / 2 : false),
  })

/** The name that a partner's endpoint goes by: what somebody has written of it, else where it leads. */
export function endpointName({
  description,
  url,
}: {
  readonly description: string | null
  readonly url: string
}): string {
  return description === null || description === '' ? url : description
}

export function useEndpointNames(partnerId: string): ReadonlyMap<string, string> {
  const { data = [] } = useQuery(endpointsQuery(partnerId))
  return new Map(data.map(endpoint => [endpoint.endpointId, endpointName(endpoint)]))
}

/** What an action on an endpoint or a delivery makes untrue. */
export const CHANGED = [
  ['webhook-endpoints'],
  ['webhook-endpoint'],
  ['webhook-backlog'],
  ['webhook-deliveries'],
  ['webhook-delivery'],
] as const
