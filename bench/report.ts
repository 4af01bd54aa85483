/**
 * How a run is shown: a table for people, a JSON object a line for programs, a file to keep.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Machine, PostgresFacts } from './machine.ts'
import { describeGoal, isMet, type Measurement } from './suite.ts'

export type Row = { readonly suite: string; readonly measurement: Measurement }

/** What belongs to every figure of a run. */
export type Header = {
  readonly commit: string
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  /** null where no suite of the run used a database */
  readonly postgres: PostgresFacts | null
}

export function jsonLine({ suite, measurement }: Row): string {
  const { name, value, unit, baseline, ratio, goal } = measurement
  return JSON.stringify({
    suite,
    name,
    value: rounded(value),
    unit,
    baseline: baseline === null ? null : rounded(baseline),
    ratio: ratio === null ? null : rounded(ratio),
    goal: goal === null ? null : describeGoal(goal),
    met: isMet(measurement),
  })
}

export function describeHeader({ commit, date, quick, machine, postgres }: Header): string {
  const settings = Object.entries(postgres?.settings ?? {}).map(([name, value]) => `${name} ${value}`)
  return [
    `commit      ${commit}, ${date}${quick ? ', quick: figures to look at, not to quote' : ''}`,
    `machine     ${machine.cpu}, ${machine.cores} cores, ${rounded(machine.memoryMB / 1000)} GB, ${machine.kernel}, Node ${machine.node}`,
    `disk        ${machine.fileSystem}; load before the run ${machine.loadBefore}`,
    `PostgreSQL  ${postgres === null ? 'not used' : postgres.version}`,
    ...(settings.length === 0 ? [] : [`            ${settings.slice(0, 4).join(', ')}`]),
    ...(settings.length <= 4 ? [] : [`            ${settings.slice(4).join(', ')}`]),
  ].join('\n')
}

const COLUMNS = ['suite', 'measurement', 'value', 'unit', 'baseline', 'ratio', 'goal', 'met'] as const
const NUMERIC: ReadonlySet<string> = new Set(['value', 'baseline', 'ratio'])

export function describeTable(rows: readonly Row[]): string {
  const cells = [[...COLUMNS], ...rows.map(cellsOf)]
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        NUMERIC.has(COLUMNS[column] ?? '') ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd()
  const [head = [], ...body] = cells
  return [line(head), line(widths.map(width => '─'.repeat(width))), ...body.map(line)].join('\n')
}

function cellsOf({ suite, measurement }: Row): string[] {
  const { name, value, unit, baseline, ratio, goal } = measurement
  const met = isMet(measurement)
  return [
    suite,
    name,
    numberText(value),
    unit,
    baseline === null ? '–' : numberText(baseline),
    ratio === null ? '–' : numberText(ratio),
    goal === null ? '–' : describeGoal(goal),
    met === null ? '–' : met ? 'yes' : 'no',
  ]
}

function numberText(value: number): string {
  return rounded(value).toLocaleString('en-US', { maximumFractionDigits: 4 })
}

/** Three digits that count, as no run is more exact; whole numbers keep all of theirs. */
function rounded(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}

/** Keeps a run in bench/results. A run of the same day and commit that is already there stays. */
export async function saveRun(header: Header, rows: readonly Row[]): Promise<string> {
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  const text = [JSON.stringify(header), ...rows.map(jsonLine)].map(line => `${line}\n`).join('')
  const stem = `${header.date.slice(0, 10)}-${header.commit}`
  for (let count = 1; ; count++) {
    const name = `${stem}${count === 1 ? '' : `-${count}`}.jsonl`
    try {
      await writeFile(join(folder, name), text, { flag: 'wx' })
      return `bench/results/${name}`
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
