/** A list of the API as a table: its states, more rows on demand, columns to choose, and a file of all of it. */
import { Button, Popover } from '@mantine/core'
import { Columns3, Download } from 'lucide-react'
import { lazy, Suspense, useMemo, useState } from 'react'
import { csvOf, download } from '../lib/csv.ts'
import type { CursorList } from '../lib/cursor-list.ts'
import { failureOf } from '../lib/failure.ts'
import { notify } from '../lib/notify.ts'
import { remember, remembered } from '../lib/storage.ts'
import type { ColumnChoicesProps } from './column-choices.tsx'
import { type Column, DataTable, type DataTableProps } from './data-table.tsx'
import classes from './list-table.module.css'
import { LoadingState } from './states.tsx'

export type ListTableProps<T> = Pick<DataTableProps<T>, 'label' | 'columns' | 'rowKey' | 'rowLink' | 'empty'> & {
  readonly list: CursorList<T>
  /** of the exported file and of the remembered columns */
  readonly name: string
  /** filters, on the left of the table's own buttons */
  readonly filters?: React.ReactNode
}

export function ListTable<T extends object>({ list, name, filters, columns, ...table }: ListTableProps<T>) {
  const shown = useMemo(() => columns.filter(({ exportOnly }) => exportOnly === undefined), [columns])
  const [hidden, setHidden] = useState<readonly string[]>(() => hiddenColumns(name))
  const hide = (ids: readonly string[]) => {
    remember(`columns.${name}`, ids.join(','))
    setHidden(ids)
  }
  return (
    <div className={classes.frame}>
      <div className={classes.bar}>
        <div className={classes.filters}>{filters}</div>
        <div className={classes.buttons}>
          <ColumnMenu columns={shown} hidden={hidden} hide={hide} />
          <ExportButton list={list} name={name} columns={columns} />
        </div>
      </div>
      <DataTable
        {...table}
        columns={shown}
        rows={list.rows}
        hidden={hidden}
        loading={list.loading}
        refreshing={list.refreshing}
        error={list.error}
        retry={list.retry}
        more={{ has: list.hasMore, loading: list.loadingMore, load: list.loadMore }}
      />
    </div>
  )
}

function hiddenColumns(name: string): readonly string[] {
  return (remembered(`columns.${name}`) ?? '').split(',').filter(id => id !== '')
}

const ColumnChoices = lazy(() => import('./column-choices.tsx'))

/** The first column stays: it leads to the row's page. */
function ColumnMenu<T>({
  columns,
  ...choice
}: Omit<ColumnChoicesProps, 'columns'> & { readonly columns: readonly Column<T>[] }) {
  return (
    <Popover position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<Columns3 size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns">
        <Suspense fallback={<LoadingState rows={3} />}>
          <ColumnChoices columns={columns.slice(1)} {...choice} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}

/** More than this is work for the API itself. */
const EXPORT_ROWS_MAX = 50_000
const EXPORT_PAGE = 200

type ExportProps<T> = { readonly list: CursorList<T>; readonly name: string; readonly columns: readonly Column<T>[] }

function ExportButton<T>({ list, name, columns }: ExportProps<T>) {
  const [count, setCount] = useState<number | null>(null)
  const run = async () => {
    setCount(0)
    try {
      const rows = await allRows(list, setCount)
      const kept = columns.flatMap(({ header, csv }) => (csv === undefined ? [] : [{ header, value: csv }]))
      download(`${name}.csv`, csvOf(kept, rows), 'text/csv;charset=utf-8')
      if (rows.length >= EXPORT_ROWS_MAX) {
        notify({
          color: 'yellow',
          message: `The file holds the first ${EXPORT_ROWS_MAX} rows: narrow the filters for the rest.`,
        })
      }
    } catch (error) {
      const { title, message } = failureOf(error)
      notify({ title, message, color: 'red' })
    } finally {
      setCount(null)
    }
  }
  return (
    <Button
      variant="default"
      size="xs"
      leftSection={<Download size={14} />}
      disabled={count !== null || list.rows.length === 0}
      onClick={() => void run()}
    >
      {count === null ? 'Export CSV' : `${count} rows …`}
    </Button>
  )
}

async function allRows<T>(list: CursorList<T>, told: (count: number) => void): Promise<readonly T[]> {
  const rows: T[] = []
  let cursor: string | undefined
  do {
    const page = await list.read({ limit: EXPORT_PAGE, cursor })
    rows.push(...page.rows)
    told(rows.length)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && rows.length < EXPORT_ROWS_MAX)
  return rows.slice(0, EXPORT_ROWS_MAX)
}
