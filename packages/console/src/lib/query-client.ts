import { AuthenticationError } from '@openissuer/sdk/operator.ts'
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'

/** Under this key stands who is signed in, or null. */
export const SESSION_KEY = ['session'] as const

/** A session that has ended shows itself by the first call that is refused: the sign-in page takes over, the address stays. */
function noteEndOfSession(error: unknown): void {
  if (error instanceof AuthenticationError) queryClient.setQueryData(SESSION_KEY, null)
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noteEndOfSession }),
  mutationCache: new MutationCache({ onError: noteEndOfSession }),
  defaultOptions: {
    // the SDK has repeated what may be repeated
    queries: { retry: false, staleTime: 5_000 },
    mutations: { retry: false },
  },
})
