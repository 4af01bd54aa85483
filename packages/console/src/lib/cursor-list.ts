/** A list of the API, page by page as the user asks for more. */
import type { Page, PageQuery } from '@openissuer/sdk/operator.ts'
import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'

/** @template P a page, which may say more than its rows */
export type CursorList<T, P = Page<T>> = {
  readonly rows: readonly T[]
  /** nothing is known yet */
  readonly loading: boolean
  /** rows of other filters than these are on their way */
  readonly refreshing: boolean
  readonly error: unknown
  readonly hasMore: boolean
  readonly loadingMore: boolean
  readonly loadMore: () => void
  readonly retry: () => void
  /** all rows there are, for an export */
  readonly read: (page: PageQuery) => Promise<Page<T>>
  /** those that are shown, in the order in which they were read */
  readonly pages: readonly P[]
}

/** @param key names the list and every filter that `read` uses */
export function useCursorList<P extends Page<unknown>>(
  key: QueryKey,
  read: (page: PageQuery, options: { readonly signal?: AbortSignal }) => Promise<P>,
  options: { readonly refetchMs?: number; readonly enabled?: boolean } = {},
): CursorList<P['rows'][number], P> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => read({ limit: PAGE_ROWS, cursor: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: last => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchMs ?? false,
  })
  const { data, fetchNextPage, refetch } = query
  const rows = useMemo(() => data?.pages.flatMap(page => page.rows) ?? [], [data])
  return {
    rows,
    loading: query.isPending,
    refreshing: query.isPlaceholderData,
    error: query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    loadMore: () => void fetchNextPage(),
    retry: () => void refetch(),
    read: page => read(page, {}),
    pages: data?.pages ?? [],
  }
}

export const PAGE_ROWS = 50
