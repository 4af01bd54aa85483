/**
 * What the home page knows: a series for each second of the last quarter of an hour, the newest tick, and the newest
 * authorizations. It begins with the overview and goes on with each event of the stream.
 */
import type { ListedAuthorization, LiveEvent, OverviewReading, Tick } from '@openissuer/sdk/operator.ts'

/** One value for each second, oldest first; `times` are seconds since 1970. */
export type Series = {
  readonly times: readonly number[]
  readonly decided: readonly number[]
  readonly approved: readonly number[]
  readonly p50Ms: readonly (number | null)[]
  readonly p99Ms: readonly (number | null)[]
}

export type Newest = {
  /** newest first */
  readonly rows: readonly ListedAuthorization[]
  /** of those that came with the last event, how many were not shown */
  readonly leftOut: number
}

export type Figures = {
  /** what does not move while the server runs */
  readonly overview: OverviewReading
  /** the overview itself, until the first tick */
  readonly tick: Pick<Tick, 'at' | 'clock' | 'webhooks' | 'ledger' | 'database'> & {
    readonly decisions: Pick<Tick['decisions'], 'last10Seconds' | 'lastMinute' | 'last15Minutes'>
  }
  readonly series: Series
}

export const SECONDS_MAX = 900
export const ROWS_MAX = 25

const NOTHING: Newest = { rows: [], leftOut: 0 }

/** A store for `useSyncExternalStore`: charts hear of ticks, the list of authorizations. */
export class LiveFigures {
  #figures: Figures | undefined
  #newest: Newest = NOTHING
  readonly #readers = new Set<() => void>()

  readonly subscribe = (reader: () => void) => {
    this.#readers.add(reader)
    return () => void this.#readers.delete(reader)
  }

  readonly figures = () => this.#figures
  readonly newest = () => this.#newest

  start(overview: OverviewReading): void {
    this.#figures = { overview, tick: overview, series: seriesOf(overview) }
    this.#tell()
  }

  apply(event: LiveEvent): void {
    if (event.event === 'tick' && this.#figures !== undefined) {
      const { overview, series } = this.#figures
      this.#figures = { overview, tick: event.data, series: withTick(series, event.data) }
      this.#tell()
    }
    if (event.event === 'authorizations') {
      const { authorizations, leftOut } = event.data
      const rows = [...authorizations.toReversed().slice(0, ROWS_MAX), ...this.#newest.rows].slice(0, ROWS_MAX)
      this.#newest = { rows, leftOut }
      this.#tell()
    }
  }

  #tell(): void {
    for (const reader of this.#readers) reader()
  }
}

function seriesOf({ decisions: { series } }: OverviewReading): Series {
  const from = Math.floor(Date.parse(series.from) / 1_000)
  const { decided, approved, p50Ms, p99Ms } = series
  return { times: decided.map((_, index) => from + index), decided, approved, p50Ms, p99Ms }
}

/** With the second before the tick; one that is there already stays as it is. */
export function withTick(series: Series, { at, decisions: { lastSecond } }: Pick<Tick, 'at' | 'decisions'>): Series {
  const second = Math.floor(Date.parse(at) / 1_000) - 1
  if (second <= (series.times.at(-1) ?? -Infinity)) return series
  const add = <T>(values: readonly T[], value: T): readonly T[] => [...values, value].slice(-SECONDS_MAX)
  return {
    times: add(series.times, second),
    decided: add(series.decided, lastSecond.decided),
    approved: add(series.approved, lastSecond.approved),
    p50Ms: add(series.p50Ms, lastSecond.p50Ms),
    p99Ms: add(series.p99Ms, lastSecond.p99Ms),
  }
}

export type Points = {
  readonly times: readonly number[]
  /** a second, on average over the step */
  readonly approved: readonly number[]
  readonly declined: readonly number[]
  /** per cent */
  readonly approvalRate: readonly (number | null)[]
  /** of the slowest second in the step */
  readonly p50Ms: readonly (number | null)[]
  readonly p99Ms: readonly (number | null)[]
}

/** Few enough points for a chart: steps begin at whole multiples, so that points stay where they are as time goes on. */
export function pointsOf(series: Series, stepSeconds: number): Points {
  const steps = [...Map.groupBy(series.times.keys(), index => Math.floor((series.times[index] ?? 0) / stepSeconds))]
  const sum = (values: readonly number[], indexes: readonly number[]) =>
    indexes.reduce((all, index) => all + (values[index] ?? 0), 0)
  const counts = steps.map(([step, indexes]) => {
    const [decided, approved] = [sum(series.decided, indexes), sum(series.approved, indexes)]
    return { step, indexes, decided, approved }
  })
  return {
    times: counts.map(({ step }) => step * stepSeconds),
    approved: counts.map(({ approved, indexes }) => approved / indexes.length),
    declined: counts.map(({ decided, approved, indexes }) => (decided - approved) / indexes.length),
    approvalRate: counts.map(({ decided, approved }) => (decided === 0 ? null : (100 * approved) / decided)),
    p50Ms: counts.map(({ indexes }) => slowest(series.p50Ms, indexes)),
    p99Ms: counts.map(({ indexes }) => slowest(series.p99Ms, indexes)),
  }
}

function slowest(values: readonly (number | null)[], indexes: readonly number[]): number | null {
  const known = indexes.flatMap(index => values[index] ?? [])
  return known.length === 0 ? null : Math.max(...known)
}
