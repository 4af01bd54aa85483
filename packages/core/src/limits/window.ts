/**
 * The windows that spend limits count in. Bounds are computed with `Temporal` once and reused while `now` is inside
 * them (`WindowClock`), so that a decision costs two comparisons; time is epoch milliseconds for the same reason.
 */
import { unreachable } from '../errors.ts'

export type FixedUnit = 'day' | 'week' | 'month' | 'year'
export type RollingUnit = 'hour' | 'day'

/** ISO 8601 day of the week: 1 Monday … 7 Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

/**
 * - `fixed`: the calendar period in `zone` that holds now; `weekStart` is for weeks, Monday when absent
 * - `rolling`: the last `length` units before now; a day is 24 hours here, whatever the clocks do
 * - `lifetime`: one window that never ends
 */
export type WindowSpec =
  | { readonly kind: 'fixed'; readonly unit: FixedUnit; readonly zone: string; readonly weekStart?: Weekday }
  | { readonly kind: 'rolling'; readonly unit: RollingUnit; readonly length: number }
  | { readonly kind: 'lifetime' }

type FixedSpec = Extract<WindowSpec, { kind: 'fixed' }>

/**
 * Where a window begins and ends: [fromMs, toMs) for a fixed one, (fromMs, toMs] for a rolling one, from 0 without an
 * end for a lifetime. `text` is the same for the trace: ISO 8601 in UTC, with the zone whose calendar was used.
 */
export type WindowBounds = {
  readonly fromMs: number
  readonly toMs: number | null
  readonly zone: string | null
  readonly text: WindowText
}

export type WindowText = { readonly from: string; readonly to: string | null; readonly zone: string | null }

/**
 * The window that holds `nowMs`.
 *
 * A fixed window begins with the first instant of its first local date. Where that date has no midnight (clocks leap
 * over it) this is the end of the leap; a date that the zone skips altogether belongs to no window; and where clocks
 * fall back over a midnight (St. John's, 2010-11-07 at 00:01) the window has begun with the first of the two, so that
 * windows never overlap.
 *
 * @throws RangeError when `nowMs` is no whole number or beyond what `Temporal` holds, or the zone is unknown
 */
export function windowBoundsAt(spec: WindowSpec, nowMs: number): WindowBounds {
  if (!Number.isSafeInteger(nowMs)) throw new RangeError(`${nowMs} is not an instant in whole milliseconds`)
  switch (spec.kind) {
    case 'fixed':
      return fixedBoundsAt(spec, nowMs)
    case 'rolling':
      return bounds(nowMs - rollingLengthMs(spec), nowMs, null)
    case 'lifetime':
      return bounds(0, null, null)
    default:
      return unreachable(spec)
  }
}

/** The bounds of one spec, kept while they hold. */
export class WindowClock {
  readonly spec: WindowSpec
  #current: WindowBounds | undefined

  constructor(spec: WindowSpec) {
    this.spec = spec
  }

  /** The window that holds `nowMs`. It becomes the kept one, so ask for the past through `fromMsAt`. */
  boundsAt(nowMs: number): WindowBounds {
    const current = this.#current
    if (current !== undefined && this.#isCurrentAt(current, nowMs)) return current
    const next = windowBoundsAt(this.spec, nowMs)
    this.#current = next
    return next
  }

  /** `fromMs` of the fixed or lifetime window that holds `atMs`; the kept window stays. */
  fromMsAt(atMs: number): number {
    const current = this.#current
    if (current !== undefined && this.#isCurrentAt(current, atMs)) return current.fromMs
    return windowBoundsAt(this.spec, atMs).fromMs
  }

  #isCurrentAt(current: WindowBounds, atMs: number): boolean {
    switch (this.spec.kind) {
      case 'fixed':
        return current.fromMs <= atMs && current.toMs !== null && atMs < current.toMs
      case 'rolling':
        return current.toMs === atMs
      case 'lifetime':
        return true
      default:
        return unreachable(this.spec)
    }
  }
}

/**
 * One clock per distinct spec. Thousands of limits share a handful of windows; with a clock each, all of them would
 * recompute at midnight.
 */
export class WindowClocks {
  readonly #bySpec = new Map<string, WindowClock>()

  of(spec: WindowSpec): WindowClock {
    const key = specKey(spec)
    const known = this.#bySpec.get(key)
    if (known !== undefined) return known
    const clock = new WindowClock(spec)
    this.#bySpec.set(key, clock)
    return clock
  }
}

/** How long a rolling window is. */
export function rollingLengthMs(spec: Extract<WindowSpec, { kind: 'rolling' }>): number {
  return spec.length * ROLLING_UNIT_MS[spec.unit]
}

const ROLLING_UNIT_MS: Readonly<Record<RollingUnit, number>> = { hour: 3_600_000, day: 86_400_000 }

/** 27 years of days; every length in milliseconds stays far below the safe integers. */
export const ROLLING_LENGTH_MAX = 10_000

const FIXED_PERIODS: Readonly<Record<FixedUnit, Temporal.DurationLike>> = {
  day: { days: 1 },
  week: { weeks: 1 },
  month: { months: 1 },
  year: { years: 1 },
}

function fixedBoundsAt(spec: FixedSpec, nowMs: number): WindowBounds {
  const today = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(spec.zone).toPlainDate()
  let first = firstDateOf(spec, today)
  let fromMs = dateStartMs(first, spec.zone)
  for (;;) {
    const next = first.add(FIXED_PERIODS[spec.unit])
    const toMs = dateStartMs(next, spec.zone)
    if (nowMs < toMs) return bounds(fromMs, toMs, spec.zone)
    // the local date went back after the next window had begun
    first = next
    fromMs = toMs
  }
}

/** The first date of the period that holds `date`. */
function firstDateOf(spec: FixedSpec, date: Temporal.PlainDate): Temporal.PlainDate {
  switch (spec.unit) {
    case 'day':
      return date
    case 'week':
      return date.subtract({ days: (date.dayOfWeek - (spec.weekStart ?? 1) + 7) % 7 })
    case 'month':
      return date.with({ day: 1 })
    case 'year':
      return date.with({ month: 1, day: 1 })
    default:
      return unreachable(spec.unit)
  }
}

/** The first instant of a local date; of the date after it where the zone skips the date. */
function dateStartMs(date: Temporal.PlainDate, zone: string): number {
  return date.toZonedDateTime(zone).epochMilliseconds
}

function bounds(fromMs: number, toMs: number | null, zone: string | null): WindowBounds {
  return { fromMs, toMs, zone, text: { from: instantText(fromMs), to: toMs === null ? null : instantText(toMs), zone } }
}

/**
 * What `Temporal.Instant` prints for the same instant. A rolling window needs two of these per millisecond of
 * decisions: 0.45 µs each by way of `Date`, 0.85 µs by way of `Temporal` (Node 26.10).
 */
function instantText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0*Z$/, 'Z')
}

function specKey(spec: WindowSpec): string {
  switch (spec.kind) {
    case 'fixed':
      return `${spec.unit}/${spec.unit === 'week' ? (spec.weekStart ?? 1) : ''}/${spec.zone}`
    case 'rolling':
      return `rolling/${rollingLengthMs(spec)}`
    case 'lifetime':
      return 'lifetime'
    default:
      return unreachable(spec)
  }
}

/** What is wrong with one field of an input, in words that follow the field's name: "window.zone" "is missing". */
export type FieldProblem = { readonly field: string; readonly problem: string }

/** A value read from outside, or all that is wrong with it. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] }

/**
 * Reads a window from parsed JSON of the same form as `WindowSpec`. The zone comes back in its usual spelling.
 * @param field name of the window in its input, for the problems
 */
export function parseWindowSpec(json: unknown, field = 'window'): Parsed<WindowSpec> {
  const problems: FieldProblem[] = []
  const kind = isRecord(json) ? json['kind'] : undefined
  const known = isWindowKind(kind) ? FIELDS_BY_KIND[kind] : undefined
  const fields = readFields(json, known, field, problems)
  if (fields === undefined) return { ok: false, problems }
  if (!isWindowKind(kind)) {
    problems.push(notOneOf(`${field}.kind`, kind, Object.keys(FIELDS_BY_KIND)))
    return { ok: false, problems }
  }
  const value = readWindow(kind, fields, field, problems)
  return value === undefined || problems.length > 0 ? { ok: false, problems } : { ok: true, value }
}

type WindowKind = WindowSpec['kind']

const FIELDS_BY_KIND: Readonly<Record<WindowKind, readonly string[]>> = {
  fixed: ['kind', 'unit', 'zone', 'weekStart'],
  rolling: ['kind', 'unit', 'length'],
  lifetime: ['kind'],
}

function isWindowKind(value: unknown): value is WindowKind {
  return typeof value === 'string' && Object.hasOwn(FIELDS_BY_KIND, value)
}

function readWindow(
  kind: WindowKind,
  fields: Readonly<Record<string, unknown>>,
  field: string,
  problems: FieldProblem[],
): WindowSpec | undefined {
  switch (kind) {
    case 'fixed': {
      const unit = readChoice(fields['unit'], FIXED_UNITS, `${field}.unit`, problems)
      const zone = readZone(fields['zone'], `${field}.zone`, problems)
      const weekStart = readWeekStart(fields['weekStart'], unit, `${field}.weekStart`, problems)
      if (unit === undefined || zone === undefined) return undefined
      return weekStart === undefined ? { kind, unit, zone } : { kind, unit, zone, weekStart }
    }
    case 'rolling': {
      const unit = readChoice(fields['unit'], ROLLING_UNITS, `${field}.unit`, problems)
      const length = readWhole(fields['length'], 1, ROLLING_LENGTH_MAX, `${field}.length`, problems)
      return unit === undefined || length === undefined ? undefined : { kind, unit, length }
    }
    case 'lifetime':
      return { kind }
    default:
      return unreachable(kind)
  }
}

const FIXED_UNITS: readonly FixedUnit[] = ['day', 'week', 'month', 'year']
const ROLLING_UNITS: readonly RollingUnit[] = ['hour', 'day']
const WEEKDAYS: readonly Weekday[] = [1, 2, 3, 4, 5, 6, 7]

function readZone(value: unknown, field: string, problems: FieldProblem[]): string | undefined {
  if (typeof value !== 'string') {
    problems.push({ field, problem: value === undefined ? 'is missing' : 'is not text' })
    return undefined
  }
  if (/^[+-]\d/.test(value)) {
    problems.push({ field, problem: `${quote(value)} is an offset; name a zone, such as "Europe/Berlin"` })
    return undefined
  }
  const zone = knownZone(value)
  if (zone === undefined) problems.push({ field, problem: `${quote(value)} is not a known time zone` })
  return zone
}

/** `Temporal` reads a zone out of whole timestamps too, so the form is checked first. */
const ZONE_NAME = /^[A-Za-z][\w+-]*(?:\/[A-Za-z][\w+-]*){0,3}$/

function knownZone(name: string): string | undefined {
  if (name.length > 64 || !ZONE_NAME.test(name)) return undefined
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name).timeZoneId
  } catch {
    return undefined
  }
}

function readWeekStart(
  value: unknown,
  unit: FixedUnit | undefined,
  field: string,
  problems: FieldProblem[],
): Weekday | undefined {
  if (value === undefined) return undefined
  if (unit !== undefined && unit !== 'week') {
    problems.push({ field, problem: `is for weeks, and the unit is "${unit}"` })
    return undefined
  }
  const weekday = WEEKDAYS.find(known => known === value)
  if (weekday === undefined) problems.push({ field, problem: 'is not a whole number from 1 (Monday) to 7 (Sunday)' })
  return weekday
}

/**
 * The fields of a JSON object; a field that does not exist is a problem.
 * @param known undefined when the names cannot be told yet
 * @returns undefined when `json` is no object
 */
export function readFields(
  json: unknown,
  known: readonly string[] | undefined,
  field: string,
  problems: FieldProblem[],
): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(json)) {
    problems.push({ field, problem: json === undefined ? 'is missing' : 'is not an object' })
    return undefined
  }
  for (const name of Object.keys(json)) {
    if (known !== undefined && !known.includes(name)) {
      problems.push({ field: fieldPath(field, name.slice(0, 40)), problem: 'is not a known field' })
    }
  }
  return json
}

/** One of a few texts. */
export function readChoice<T extends string>(
  value: unknown,
  choices: readonly T[],
  field: string,
  problems: FieldProblem[],
): T | undefined {
  const choice = choices.find(known => known === value)
  if (choice === undefined) problems.push(notOneOf(field, value, choices))
  return choice
}

/** A whole number from `min` to `max`. */
export function readWhole(
  value: unknown,
  min: number,
  max: number,
  field: string,
  problems: FieldProblem[],
): number | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max) return value
  problems.push({ field, problem: value === undefined ? 'is missing' : `is not a whole number from ${min} to ${max}` })
  return undefined
}

/** "window" and "zone" make "window.zone"; at the top of an input there is no prefix. */
export function fieldPath(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`
}

/** A value of the caller in an error: never longer than a line. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
}

function notOneOf(field: string, value: unknown, choices: readonly string[]): FieldProblem {
  if (value === undefined) return { field, problem: 'is missing' }
  const given = typeof value === 'string' ? `${quote(value)} is` : 'is'
  return { field, problem: `${given} not one of ${choices.map(choice => `"${choice}"`).join(', ')}` }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
