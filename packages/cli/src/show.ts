/** How commands print what a server has answered. */
import { formatRecord } from './record.ts'
import { type Column, formatTable } from './table.ts'
import type { Terminal } from './terminal.ts'

export type Show = { readonly json?: boolean }

export function showRecord(terminal: Terminal, { json }: Show, record: object): void {
  terminal.out(json ? `${JSON.stringify(record, null, 2)}\n` : formatRecord(terminal, record))
}

/** @param nothing what a person is told when there are no rows */
export function showRows<Row extends object>(
  terminal: Terminal,
  { json }: Show,
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  nothing: string,
): void {
  if (json) terminal.out(`${JSON.stringify(rows, null, 2)}\n`)
  else if (rows.length === 0 && terminal.isTTY) terminal.out(`${nothing}\n`)
  else terminal.out(formatTable(terminal, columns, rows))
}
