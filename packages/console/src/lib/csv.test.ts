import { expect, test } from 'vitest'
import { csvOf } from './csv.ts'

type Row = { readonly name: string; readonly amount: string | null }
const COLUMNS = [
  { header: 'Name', value: (row: Row) => row.name },
  { header: 'Amount', value: (row: Row) => row.amount },
]

test('rows are lines, and what would split a line is quoted', () => {
  const rows = [
    { name: 'Café, "Zum Löwen"', amount: '12.50' },
    { name: 'two\nlines', amount: null },
  ]
  expect(csvOf(COLUMNS, rows)).toBe('Name,Amount\r\n"Café, ""Zum Löwen""",12.50\r\n"two\nlines",\r\n')
})

test.each(['=1+1', '+cmd', '-cmd', '@sum', '\tx'])('%o is kept from being a formula', name => {
  expect(csvOf(COLUMNS, [{ name, amount: '-3.00' }])).toBe(`Name,Amount\r\n'${name},-3.00\r\n`)
})
