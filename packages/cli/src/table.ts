/** Rows as text: aligned columns for people, fields separated by tabs on a pipe. */
import { paint, type Terminal } from './terminal.ts'

export type Column<Row> = {
  readonly title: string
  /** null and undefined are shown as nothing */
  readonly of: (row: Row) => string | number | boolean | null | undefined
  readonly align?: 'right'
}

/** A column that shows a field as it is; `a.b` looks inside of an object, and money stands beside its currency. */
export function field(path: string, title = path, align?: 'right'): Column<object> {
  const of = (row: object) => textOf(path.split('.').reduce<unknown>(memberOf, row), '')
  return align === undefined ? { title, of } : { title, of, align }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/**
 * A value on one line.
 * @param nothing what stands for null
 */
export function textOf(value: unknown, nothing = '-'): string {
  if (value === null || value === undefined) return nothing
  if (Array.isArray(value)) return value.map(each => textOf(each)).join(', ')
  if (typeof value !== 'object') return printable(value as string | number | boolean)
  return moneyOf(value) ?? printable(JSON.stringify(value))
}

/** @returns `12.50 USD`; undefined for what is no money */
export function moneyOf(value: object): string | undefined {
  const { amount, currency, ...rest } = value as Record<string, unknown>
  const isMoney = typeof amount === 'string' && typeof currency === 'string' && Object.keys(rest).length === 0
  return isMoney ? printable(`${amount} ${currency}`) : undefined
}

type Reader = Pick<Terminal, 'isTTY' | 'columns' | 'colour'>

/**
 * For a person the last column is cut at the edge of the screen; on a pipe nothing is ever cut.
 * @returns lines with their ends
 */
export function formatTable<Row>(reader: Reader, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map(row => columns.map(column => printable(column.of(row))))
  const titles = columns.map(column => column.title)
  if (!reader.isTTY) return [titles, ...cells].map(line => `${line.join('\t')}\n`).join('')
  const widths = titles.map((title, index) => Math.max(...[title, ...cells.map(row => row[index] ?? '')].map(widthOf)))
  const line = (texts: readonly string[]) => {
    const padded = texts.map((text, index) => pad(text, widths[index] ?? 0, columns[index]?.align))
    return cut(padded.join('  ').trimEnd(), reader.columns ?? Number.POSITIVE_INFINITY)
  }
  return [paint(reader, 'bold', line(titles)), ...cells.map(line)].map(text => `${text}\n`).join('')
}

/** What partners and merchants have named may hold characters that steer a terminal; they are shown as a space. */
export function printable(value: string | number | boolean | null | undefined): string {
  return String(value ?? '').replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const gap = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? gap + text : text + gap
}

function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (widthOf(kept) + widthOf(character) > width - 1) break
    kept += character
  }
  return `${kept}…`
}

/** East Asian wide characters take two columns of a terminal (Unicode Standard Annex 11, the ranges that names use). */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

function widthOf(text: string): number {
  let width = 0
  for (const character of text) width += WIDE.test(character) ? 2 : /\p{Mn}/u.test(character) ? 0 : 1
  return width
}
