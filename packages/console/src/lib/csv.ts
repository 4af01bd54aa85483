/** Rows as comma-separated text (RFC 4180) that a spreadsheet opens without running any of it. */
export type CsvColumn<T> = { readonly header: string; readonly value: (row: T) => string | number | boolean | null }

export function csvOf<T>(columns: readonly CsvColumn<T>[], rows: readonly T[]): string {
  const lines = [columns.map(({ header }) => header), ...rows.map(row => columns.map(({ value }) => value(row)))]
  return lines.map(line => `${line.map(field).join(',')}\r\n`).join('')
}

/** A spreadsheet takes text that begins so for a formula; an apostrophe makes it text (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/
const NUMBER = /^-?\d+(?:\.\d+)?$/

function field(value: string | number | boolean | null): string {
  const text = value === null ? '' : String(value)
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** Gives the browser a file to keep. */
export function download(name: string, content: string | Uint8Array<ArrayBuffer>, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // the download has begun by then
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
