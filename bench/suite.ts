/**
 * What a suite is, what it gets, and what it gives back. A file in `suites/` that exports a `suite` is all it takes.
 */
import type { EmbeddedDatabase } from '../packages/server/src/storage/embedded/embedded-postgres.ts'

export type Suite = {
  /** the name of its file */
  readonly name: string
  /** one line for --help */
  readonly about: string
  /** yields each figure as soon as it is known */
  run(context: Context): AsyncIterable<Measurement> | Promise<readonly Measurement[]>
}

export type Context = {
  /** fewer and shorter rounds; figures to look at, not to quote */
  readonly quick: boolean
  /** aborted when the run is to end; long work looks at it and stops */
  readonly signal: AbortSignal
  /** says what is being done, where somebody watches */
  progress(text: string): void
  /** says below the table what a reader of the figures has to know */
  note(text: string): void
  /** a folder on a disk, removed at the end of the suite */
  makeTemporaryFolder(): Promise<string>
  /** the embedded PostgreSQL as the product starts it, on a folder of its own unless one is given; stopped at the end of the suite */
  startDatabase(dataFolder?: string): Promise<EmbeddedDatabase>
  /** has something undone at the end of the suite, last things first, whatever happens before */
  atEnd(undo: () => Promise<unknown>): void
}

export type Measurement = {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** the same on bare ground, in the same unit, from the same run; null where there is nothing to compare with */
  readonly baseline: number | null
  /** null without a baseline; the median over pairs of rounds, so not exactly value / baseline */
  readonly ratio: number | null
  readonly goal: Goal | null
}

export type Goal = {
  readonly of: 'value' | 'ratio'
  readonly is: 'at least' | 'at most'
  readonly bound: number
}

/** A figure that stands alone. */
export function figure(name: string, value: number, unit: string, goal: Goal | null = null): Measurement {
  return { name, value, unit, baseline: null, ratio: null, goal }
}

export function atMost(bound: number): Goal {
  return { of: 'value', is: 'at most', bound }
}

/** @returns null where there is no goal */
export function isMet({ goal, value, ratio }: Measurement): boolean | null {
  if (goal === null) return null
  const measured = goal.of === 'value' ? value : ratio
  if (measured === null) throw new Error('a goal for a ratio needs a baseline')
  return goal.is === 'at least' ? measured >= goal.bound : measured <= goal.bound
}

export function describeGoal(goal: Goal): string {
  const sign = goal.is === 'at least' ? '≥' : '≤'
  return goal.of === 'ratio' ? `ratio ${sign} ${goal.bound}` : `${sign} ${goal.bound}`
}
