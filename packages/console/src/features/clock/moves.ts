/** Ways to move the clock, and where each leads. */

export const UNITS = ['minutes', 'hours', 'days'] as const

export type Unit = (typeof UNITS)[number]

const MINUTES: Readonly<Record<Unit, number>> = { minutes: 1, hours: 60, days: 1_440 }

export type Move =
  | { readonly kind: 'advance'; readonly count: number; readonly unit: Unit }
  | { readonly kind: 'set'; readonly to: string }

/** Beyond it the API moves no clock. */
const LATEST = Date.UTC(2100, 0, 1)

/** The instant that a move leads to from `now`; null where that is no move ahead. */
export function targetOf(move: Move, now: string): string | null {
  const from = Date.parse(now)
  const to = move.kind === 'set' ? Date.parse(move.to) : from + move.count * MINUTES[move.unit] * 60_000
  return to > from && to < LATEST ? new Date(to).toISOString() : null
}

/** ISO 8601: `PT90M`, `PT6H`, `P30D` */
export function durationOf({ count, unit }: Extract<Move, { kind: 'advance' }>): string {
  if (unit === 'days') return `P${count}D`
  return `PT${count}${unit === 'hours' ? 'H' : 'M'}`
}

/** `1 day`, `6 hours` */
export function wordsOfMove({ count, unit }: Extract<Move, { kind: 'advance' }>): string {
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`
}

/** What a move has run, one line for each kind. */
export function countsOf(
  ran: readonly { readonly kind: string }[],
): readonly (readonly [kind: string, count: number])[] {
  return [...Map.groupBy(ran, ({ kind }) => kind)].map(([kind, items]) => [kind, items.length] as const)
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How far a clock is from another: `30 d 0 h ahead`, `5 s behind`. */
export function distanceOf(ms: number): string {
  const away = Math.abs(ms)
  const [large, largeName, small, smallName] =
    away >= DAY_MS
      ? ([DAY_MS, 'd', HOUR_MS, 'h'] as const)
      : away >= HOUR_MS
        ? ([HOUR_MS, 'h', MINUTE_MS, 'min'] as const)
        : ([MINUTE_MS, 'min', SECOND_MS, 's'] as const)
  const parts = Math.round(away / small)
  const perLarge = large / small
  const whole = Math.floor(parts / perLarge)
  const text = whole === 0 ? `${parts} ${smallName}` : `${whole} ${largeName} ${parts % perLarge} ${smallName}`
  return `${text} ${ms < 0 ? 'behind' : 'ahead'}`
}
