/** Each may do all that the ones before it may. `reveal` sees PANs and manages keys. */
export type OperatorRole = 'read-only' | 'operator' | 'reveal'
