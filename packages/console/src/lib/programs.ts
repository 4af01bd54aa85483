import type { Program } from '@openissuer/sdk/operator.ts'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'

export const programsQuery = queryOptions({
  queryKey: ['programs'],
  queryFn: ({ signal }): Promise<readonly Program[]> => api.programs.list({ signal }),
  staleTime: 60_000,
})

/** Names programs by their ids; an id stands for itself while they are on their way. */
export function useProgramNames(): (programId: string) => string {
  const { data = [] } = useQuery(programsQuery)
  return programId => data.find(program => program.programId === programId)?.name ?? programId
}
