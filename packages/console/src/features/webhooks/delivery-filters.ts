/** What a list of deliveries reads of its address; the names are those of the API. */
export const DELIVERY_FILTERS = ['endpointId', 'state', 'kind', 'cardToken', 'authorizationId', 'from', 'to'] as const
