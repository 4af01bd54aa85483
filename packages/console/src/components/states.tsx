/** What a view shows when it has no content: it is on its way, there is none, or it could not be had. */
import { Alert, Button, Skeleton, Stack } from '@mantine/core'
import { CircleAlert, RotateCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { failureOf } from '../lib/failure.ts'
import classes from './states.module.css'

export function LoadingState({ rows = 4 }: { readonly rows?: number }) {
  return (
    <Stack gap={10} role="status" aria-label="Loading" p="md">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={18} width={`${92 - ((row * 17) % 40)}%`} radius="sm" />
      ))}
    </Stack>
  )
}

export type EmptyStateProps = {
  readonly title: string
  /** what would fill it */
  readonly children?: ReactNode
  readonly action?: ReactNode
}

export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <p className={classes.emptyTitle}>{title}</p>
      {children !== undefined && <p className={classes.emptyText}>{children}</p>}
      {action}
    </div>
  )
}

export function ErrorState({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { title, message, detail } = failureOf(error)
  return (
    <Alert color="red" variant="light" icon={<CircleAlert size={18} />} title={title} role="alert" m="md">
      <p className={classes.message}>{message}</p>
      {detail !== null && <p className={`mono ${classes.detail}`}>{detail}</p>}
      {retry !== undefined && (
        <Button size="compact-sm" variant="default" mt={8} leftSection={<RotateCw size={14} />} onClick={retry}>
          Try again
        </Button>
      )}
    </Alert>
  )
}

type Query<T> = {
  readonly data: T | undefined
  readonly error: unknown
  readonly isPending: boolean
  readonly refetch: () => unknown
}

/** The states of one query around what is shown of its result. What was read stays while it is read again. */
export function Loaded<T>({
  query,
  rows,
  children,
}: {
  readonly query: Query<T>
  readonly rows?: number
  readonly children: (data: T) => ReactNode
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error !== null && query.error !== undefined)
    return <ErrorState error={query.error} retry={() => void query.refetch()} />
  return <LoadingState {...(rows === undefined ? {} : { rows })} />
}
