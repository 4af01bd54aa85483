/** One answer of a server, whatever its fields, as text for people. */
import { type Column, formatTable, moneyOf, textOf } from './table.ts'
import { paint, type Terminal } from './terminal.ts'

type Reader = Pick<Terminal, 'isTTY' | 'columns' | 'colour'>
type Line = { readonly name: string; readonly text: string }

/**
 * One line a field; names inside of an object are joined by a dot, money stands beside its currency, and lists of
 * objects follow as tables under their name.
 *
 * @returns lines with their ends
 */
export function formatRecord(reader: Reader, record: object): string {
  const lines: Line[] = []
  const tables: { name: string; rows: readonly object[] }[] = []
  collect('', record, lines, tables)
  const width = Math.max(0, ...lines.map(line => line.name.length))
  const fields = lines.map(({ name, text }) =>
    reader.isTTY ? `${paint(reader, 'dim', name.padEnd(width))}  ${text}\n` : `${name}\t${text}\n`,
  )
  const lists = tables.map(({ name, rows }) => `\n${paint(reader, 'bold', name)}\n${formatObjects(reader, rows)}`)
  return [...fields, ...lists].join('')
}

/** A table whose columns are the fields of the rows. */
export function formatObjects(reader: Reader, rows: readonly object[]): string {
  const flat = rows.map(row => {
    const lines: Line[] = []
    collect('', row, lines, [])
    return new Map(lines.map(line => [line.name, line.text]))
  })
  const names = [...new Set(flat.flatMap(row => [...row.keys()]))]
  const columns: Column<Map<string, string>>[] = names.map(name => ({ title: name, of: row => row.get(name) }))
  return formatTable(reader, columns, flat)
}

function collect(prefix: string, record: object, lines: Line[], tables: { name: string; rows: readonly object[] }[]) {
  for (const [key, value] of Object.entries(record) as [string, unknown][]) {
    const name = prefix + key
    if (Array.isArray(value) && value.some(isObject)) tables.push({ name, rows: value.filter(isObject) })
    else if (isObject(value) && moneyOf(value) === undefined) collect(`${name}.`, value, lines, tables)
    else lines.push({ name, text: textOf(value) })
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
