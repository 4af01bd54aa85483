import type { OperatorRole, SignedIn } from '@openissuer/sdk/operator.ts'
import { AuthenticationError } from '@openissuer/sdk/operator.ts'
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { SESSION_KEY } from './query-client.ts'

export const sessionQuery = queryOptions({
  queryKey: SESSION_KEY,
  queryFn: ({ signal }): Promise<SignedIn | null> => api.session.current({ signal }).catch(signedOut),
  staleTime: 60_000,
})

function signedOut(error: unknown): null {
  if (error instanceof AuthenticationError) return null
  throw error
}

/** Somebody else is signed in, or nobody any more: nothing that was read in another's name is left. */
export function changeSession(client: QueryClient, session: SignedIn | null): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION_KEY[0] })
  client.setQueryData(SESSION_KEY, session)
}

/** Who is signed in. Only inside of the shell, which is shown to nobody else. */
export function useSession(): SignedIn {
  const { data } = useQuery(sessionQuery)
  if (data === undefined || data === null) throw new Error('Nobody is signed in.')
  return data
}

const RANK: Record<OperatorRole, number> = { 'read-only': 0, operator: 1, reveal: 2 }

/** Whether the signed-in key may do what needs this role. */
export function useMay(role: OperatorRole): boolean {
  return RANK[useSession().role] >= RANK[role]
}
