/**
 * The one table of the console: rows with their states, a column menu, and on narrow screens each row as a block of its own.
 * Rows are in the order of the API; a page of a list sorted by itself would be a wrong order of the whole.
 */
import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { columnVisibilityFeature, createColumnHelper, tableFeatures, useTable } from '@tanstack/react-table'
import { type ReactNode, useMemo } from 'react'
import classes from './data-table.module.css'
import { ErrorState, LoadingState } from './states.tsx'

export type Column<T> = {
  readonly id: string
  readonly header: string
  readonly cell: (row: T) => ReactNode
  /** numbers stand on the right */
  readonly align?: 'end'
  /** what an export writes; a column without it is left out there */
  readonly csv?: (row: T) => string | number | boolean | null
  /** not on the screen, where it would say again what stands there or be looked for by few */
  readonly exportOnly?: true
}

/** Where a row leads to. */
export type RowLink = { readonly to: string; readonly params: Readonly<Record<string, string>> }

export type DataTableProps<T> = {
  /** names the table for whoever cannot see it */
  readonly label: string
  /** kept outside of the component, or memoised */
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly rowKey: (row: T) => string
  readonly rowLink?: (row: T) => RowLink
  /** ids of columns that are not shown */
  readonly hidden?: readonly string[]
  readonly loading?: boolean
  readonly refreshing?: boolean
  readonly error?: unknown
  readonly retry?: () => void
  readonly empty: ReactNode
  readonly more?: { readonly has: boolean; readonly loading: boolean; readonly load: () => void }
}

const FEATURES = tableFeatures({ columnVisibilityFeature })

export function DataTable<T extends object>(props: DataTableProps<T>) {
  const { label, rows, loading = false, refreshing = false, error, retry, empty, more } = props
  if (loading) return <LoadingState rows={6} />
  if (error !== null && error !== undefined && rows.length === 0) {
    return <ErrorState error={error} {...(retry === undefined ? {} : { retry })} />
  }
  if (rows.length === 0) return <>{empty}</>
  return (
    <>
      {error !== null && error !== undefined && (
        <ErrorState error={error} {...(retry === undefined ? {} : { retry })} />
      )}
      {/* what scrolls has to be reachable by keyboard */}
      <section className={classes.scroll} aria-label={label} aria-busy={refreshing} tabIndex={0}>
        <Rows {...props} />
      </section>
      {more !== undefined && <More {...more} count={rows.length} />}
    </>
  )
}

function Rows<T extends object>({
  columns,
  rows,
  rowKey,
  rowLink,
  hidden = [],
  refreshing = false,
}: DataTableProps<T>) {
  const defined = useMemo(() => {
    const helper = createColumnHelper<typeof FEATURES, T>()
    return helper.columns(
      columns.map(({ id, header, cell }) => helper.display({ id, header, cell: ({ row }) => cell(row.original) })),
    )
  }, [columns])
  const columnVisibility = useMemo(() => Object.fromEntries(hidden.map(id => [id, false])), [hidden])
  const table = useTable({
    features: FEATURES,
    columns: defined,
    data: rows,
    getRowId: rowKey,
    state: { columnVisibility },
  })
  const ends = useMemo(
    () => new Set(columns.filter(column => column.align === 'end').map(column => column.id)),
    [columns],
  )
  return (
    <table className={classes.table} data-refreshing={refreshing || undefined}>
      <thead>
        {table.getHeaderGroups().map(group => (
          <tr key={group.id}>
            {group.headers.map(header => (
              <th key={header.id} scope="col" data-end={ends.has(header.column.id) || undefined}>
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map(row => (
          <tr key={row.id} data-linked={rowLink !== undefined || undefined} onClick={followLink}>
            {row.getVisibleCells().map((cell, place) => (
              <td
                key={cell.id}
                data-label={headerOf(columns, cell.column.id)}
                data-end={ends.has(cell.column.id) || undefined}
              >
                {place === 0 && rowLink !== undefined ? (
                  <RowAnchor {...rowLink(row.original)}>
                    <table.FlexRender cell={cell} />
                  </RowAnchor>
                ) : (
                  <table.FlexRender cell={cell} />
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function headerOf<T>(columns: readonly Column<T>[], id: string): string {
  return columns.find(column => column.id === id)?.header ?? ''
}

/** What lies above the row's link and is no way of its own leads where the row does. */
function followLink({ target, currentTarget }: React.MouseEvent<HTMLTableRowElement>): void {
  if (target instanceof Element && target.closest('a, button, input, label') === null) {
    currentTarget.querySelector<HTMLAnchorElement>(`.${classes.anchor}`)?.click()
  }
}

/** A link whose reach is the whole row, so that it opens in a new tab like any other. */
function RowAnchor({ to, params, children }: RowLink & { readonly children: ReactNode }) {
  return (
    <Link to={to as never} params={params as never} className={classes.anchor}>
      {children}
    </Link>
  )
}

function More({
  has,
  loading,
  load,
  count,
}: {
  readonly has: boolean
  readonly loading: boolean
  readonly load: () => void
  readonly count: number
}) {
  return (
    <div className={classes.more}>
      <span>
        {count} {count === 1 ? 'row' : 'rows'}
        {has ? ', and more' : ''}
      </span>
      {has && (
        <Button variant="default" size="compact-sm" loading={loading} onClick={load}>
          Show more
        </Button>
      )}
    </div>
  )
}
