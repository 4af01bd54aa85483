import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type FixedUnit,
  parseWindowSpec,
  ROLLING_LENGTH_MAX,
  type Weekday,
  WindowClock,
  WindowClocks,
  type WindowSpec,
  windowBoundsAt,
} from './window.ts'

const ms = (text: string) => Temporal.Instant.from(text).epochMilliseconds
const HOUR = 3_600_000
const DAY = 24 * HOUR

type FixedSpec = Extract<WindowSpec, { kind: 'fixed' }>

const fixed = (unit: FixedUnit, zone: string, weekStart?: Weekday): FixedSpec =>
  weekStart === undefined ? { kind: 'fixed', unit, zone } : { kind: 'fixed', unit, zone, weekStart }

/** The bounds in UTC, as the trace prints them. */
function boundsText(spec: WindowSpec, now: string): readonly (string | null)[] {
  const { text } = windowBoundsAt(spec, ms(now))
  return [text.from, text.to]
}

describe('a fixed window', () => {
  test.each<[what: string, spec: WindowSpec, now: string, from: string, to: string, hours: number]>([
    ['UTC day', fixed('day', 'UTC'), '2026-05-22T14:30:00Z', '2026-05-22T00:00:00Z', '2026-05-23T00:00:00Z', 24],
    [
      'its first instant',
      fixed('day', 'UTC'),
      '2026-05-22T00:00:00Z',
      '2026-05-22T00:00:00Z',
      '2026-05-23T00:00:00Z',
      24,
    ],
    [
      'its last instant',
      fixed('day', 'UTC'),
      '2026-05-22T23:59:59.999Z',
      '2026-05-22T00:00:00Z',
      '2026-05-23T00:00:00Z',
      24,
    ],
    [
      'New York, clocks forward',
      fixed('day', 'America/New_York'),
      '2026-03-08T12:00:00Z',
      '2026-03-08T05:00:00Z',
      '2026-03-09T04:00:00Z',
      23,
    ],
    [
      'New York, clocks back',
      fixed('day', 'America/New_York'),
      '2026-11-01T12:00:00Z',
      '2026-11-01T04:00:00Z',
      '2026-11-02T05:00:00Z',
      25,
    ],
    [
      'New York, an evening of next day in UTC',
      fixed('day', 'America/New_York'),
      '2026-07-05T03:59:59Z',
      '2026-07-04T04:00:00Z',
      '2026-07-05T04:00:00Z',
      24,
    ],
    [
      'Berlin, clocks forward',
      fixed('day', 'Europe/Berlin'),
      '2026-03-29T01:00:00Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T22:00:00Z',
      23,
    ],
    [
      'Berlin, clocks back',
      fixed('day', 'Europe/Berlin'),
      '2026-10-25T01:30:00Z',
      '2026-10-24T22:00:00Z',
      '2026-10-25T23:00:00Z',
      25,
    ],
    [
      'São Paulo, no midnight',
      fixed('day', 'America/Sao_Paulo'),
      '2018-11-04T03:00:00Z',
      '2018-11-04T03:00:00Z',
      '2018-11-05T02:00:00Z',
      23,
    ],
    [
      'São Paulo, the day before',
      fixed('day', 'America/Sao_Paulo'),
      '2018-11-04T02:59:59.999Z',
      '2018-11-03T03:00:00Z',
      '2018-11-04T03:00:00Z',
      24,
    ],
    [
      'São Paulo, 23:00 twice',
      fixed('day', 'America/Sao_Paulo'),
      '2018-02-18T02:30:00Z',
      '2018-02-17T02:00:00Z',
      '2018-02-18T03:00:00Z',
      25,
    ],
    [
      'Santiago, no midnight',
      fixed('day', 'America/Santiago'),
      '2022-09-11T05:00:00Z',
      '2022-09-11T04:00:00Z',
      '2022-09-12T03:00:00Z',
      23,
    ],
    [
      'Cairo, no midnight',
      fixed('day', 'Africa/Cairo'),
      '2014-05-16T12:00:00Z',
      '2014-05-15T22:00:00Z',
      '2014-05-16T21:00:00Z',
      23,
    ],
    [
      'Kathmandu, 05:45 east',
      fixed('day', 'Asia/Kathmandu'),
      '2026-01-01T18:15:00Z',
      '2026-01-01T18:15:00Z',
      '2026-01-02T18:15:00Z',
      24,
    ],
    [
      'Lord Howe, half an hour forward',
      fixed('day', 'Australia/Lord_Howe'),
      '2026-10-04T00:00:00Z',
      '2026-10-03T13:30:00Z',
      '2026-10-04T13:00:00Z',
      23.5,
    ],
    [
      'Lord Howe, half an hour back',
      fixed('day', 'Australia/Lord_Howe'),
      '2026-04-05T00:00:00Z',
      '2026-04-04T13:00:00Z',
      '2026-04-05T13:30:00Z',
      24.5,
    ],
    [
      'Apia, the day before the skipped one',
      fixed('day', 'Pacific/Apia'),
      '2011-12-30T09:59:59Z',
      '2011-12-29T10:00:00Z',
      '2011-12-30T10:00:00Z',
      24,
    ],
    [
      'Apia, the day after it',
      fixed('day', 'Pacific/Apia'),
      '2011-12-30T10:00:00Z',
      '2011-12-30T10:00:00Z',
      '2011-12-31T10:00:00Z',
      24,
    ],
    [
      'Apia, a week of six days',
      fixed('week', 'Pacific/Apia'),
      '2011-12-30T10:00:00Z',
      '2011-12-26T10:00:00Z',
      '2012-01-01T10:00:00Z',
      144,
    ],
    [
      'Apia, a week that would begin with the skipped day',
      fixed('week', 'Pacific/Apia', 5),
      '2011-12-30T10:00:00Z',
      '2011-12-30T10:00:00Z',
      '2012-01-05T10:00:00Z',
      144,
    ],
    [
      'St. John’s, before its first midnight',
      fixed('day', 'America/St_Johns'),
      '2010-11-07T02:29:59Z',
      '2010-11-06T02:30:00Z',
      '2010-11-07T02:30:00Z',
      24,
    ],
    [
      'St. John’s, back before midnight',
      fixed('day', 'America/St_Johns'),
      '2010-11-07T02:31:30Z',
      '2010-11-07T02:30:00Z',
      '2010-11-08T03:30:00Z',
      25,
    ],
    [
      'a week from Monday',
      fixed('week', 'UTC'),
      '2026-05-24T23:00:00Z',
      '2026-05-18T00:00:00Z',
      '2026-05-25T00:00:00Z',
      168,
    ],
    [
      'a week from Sunday',
      fixed('week', 'UTC', 7),
      '2026-05-24T23:00:00Z',
      '2026-05-24T00:00:00Z',
      '2026-05-31T00:00:00Z',
      168,
    ],
    [
      'a week over clocks forward',
      fixed('week', 'Europe/Berlin'),
      '2026-03-29T12:00:00Z',
      '2026-03-22T23:00:00Z',
      '2026-03-29T22:00:00Z',
      167,
    ],
    [
      'a week over the year',
      fixed('week', 'UTC'),
      '2027-01-02T00:00:00Z',
      '2026-12-28T00:00:00Z',
      '2027-01-04T00:00:00Z',
      168,
    ],
    ['a leap day', fixed('day', 'UTC'), '2028-02-29T23:59:59.999Z', '2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z', 24],
    [
      'February of a leap year',
      fixed('month', 'UTC'),
      '2028-02-29T23:59:59.999Z',
      '2028-02-01T00:00:00Z',
      '2028-03-01T00:00:00Z',
      29 * 24,
    ],
    [
      'the last day of a long month',
      fixed('month', 'Asia/Kathmandu'),
      '2026-01-31T12:00:00Z',
      '2025-12-31T18:15:00Z',
      '2026-01-31T18:15:00Z',
      31 * 24,
    ],
    [
      'a month over clocks back',
      fixed('month', 'America/New_York'),
      '2026-11-30T00:00:00Z',
      '2026-11-01T04:00:00Z',
      '2026-12-01T05:00:00Z',
      30 * 24 + 1,
    ],
    [
      'a year',
      fixed('year', 'UTC'),
      '2026-12-31T23:59:59.999Z',
      '2026-01-01T00:00:00Z',
      '2027-01-01T00:00:00Z',
      365 * 24,
    ],
    [
      'a leap year in Berlin',
      fixed('year', 'Europe/Berlin'),
      '2027-12-31T23:00:00Z',
      '2027-12-31T23:00:00Z',
      '2028-12-31T23:00:00Z',
      366 * 24,
    ],
    [
      'the year of Apia with 364 days',
      fixed('year', 'Pacific/Apia'),
      '2011-06-01T00:00:00Z',
      '2011-01-01T10:00:00Z',
      '2011-12-31T10:00:00Z',
      364 * 24,
    ],
  ])('%s', (_what, spec, now, from, to, hours) => {
    expect(boundsText(spec, now)).toEqual([from, to])
    expect((ms(to) - ms(from)) / HOUR).toBe(hours)
  })

  test('names its zone', () => {
    expect(windowBoundsAt(fixed('day', 'Asia/Kathmandu'), 0)).toEqual({
      fromMs: ms('1969-12-31T18:30:00Z'),
      toMs: ms('1970-01-01T18:30:00Z'),
      zone: 'Asia/Kathmandu',
      text: { from: '1969-12-31T18:30:00Z', to: '1970-01-01T18:30:00Z', zone: 'Asia/Kathmandu' },
    })
  })
})

/** Zones with every kind of oddity: no DST, half hours, missing midnights, repeated ones, skipped dates. */
const ZONES = [
  'UTC',
  'America/New_York',
  'America/Sao_Paulo',
  'America/Santiago',
  'America/St_Johns',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Pacific/Apia',
  'Pacific/Kwajalein',
  'Pacific/Chatham',
]

const anyFixedSpec: fc.Arbitrary<FixedSpec> = fc.oneof(
  fc.record({
    kind: fc.constant('fixed'),
    unit: fc.constantFrom('day', 'month', 'year'),
    zone: fc.constantFrom(...ZONES),
  }),
  fc.record({
    kind: fc.constant('fixed'),
    unit: fc.constant('week'),
    zone: fc.constantFrom(...ZONES),
    weekStart: fc.constantFrom(1, 2, 3, 4, 5, 6, 7),
  }),
)

/** Any instant from 1973 to 2037, and many within two days of a change of clocks. */
const zoneAndInstant = fc
  .tuple(
    anyFixedSpec,
    fc.integer({ min: ms('1973-01-01T00:00:00Z'), max: ms('2037-12-31T00:00:00Z') }),
    fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    fc.boolean(),
  )
  .map(([spec, at, awayMs, isNearTransition]) => {
    const transition = Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(spec.zone)
      .getTimeZoneTransition('next')
    return { spec, nowMs: isNearTransition && transition !== null ? transition.epochMilliseconds + awayMs : at }
  })

describe('fixed windows, whatever the zone', () => {
  test('hold the instant they were asked for', () => {
    fc.assert(
      fc.property(zoneAndInstant, ({ spec, nowMs }) => {
        const { fromMs, toMs } = windowBoundsAt(spec, nowMs)
        expect(fromMs).toBeLessThanOrEqual(nowMs)
        expect(nowMs).toBeLessThan(toMs ?? 0)
      }),
      { numRuns: 1000 },
    )
  })

  test('tile time without gap or overlap, the same from each of their instants', () => {
    fc.assert(
      fc.property(zoneAndInstant, fc.double({ min: 0, max: 1, noNaN: true }), ({ spec, nowMs }, part) => {
        const window = windowBoundsAt(spec, nowMs)
        const toMs = window.toMs ?? 0
        expect(windowBoundsAt(spec, toMs).fromMs).toBe(toMs)
        expect(windowBoundsAt(spec, window.fromMs - 1).toMs).toBe(window.fromMs)
        const inside = Math.min(toMs - 1, window.fromMs + Math.floor(part * (toMs - window.fromMs)))
        expect(windowBoundsAt(spec, inside)).toEqual(window)
        expect(windowBoundsAt(spec, window.fromMs)).toEqual(window)
        expect(windowBoundsAt(spec, toMs - 1)).toEqual(window)
      }),
      { numRuns: 1000 },
    )
  })

  test('agree with the wall clock that Intl shows', () => {
    fc.assert(
      fc.property(zoneAndInstant, ({ spec, nowMs }) => {
        const { fromMs, toMs } = windowBoundsAt(spec, nowMs)
        const starts = periodStartDates(spec, nowMs).map(date => firstInstantOf(date, spec.zone))
        expect(fromMs).toBe(Math.max(...starts.filter(start => start <= nowMs)))
        expect(toMs).toBe(Math.min(...starts.filter(start => start > nowMs)))
      }),
      { numRuns: 300 },
    )
  })
})

const formatters = new Map<string, Intl.DateTimeFormat>()

/** The local date as YYYY-MM-DD. */
function localDate(atMs: number, timeZone: string): string {
  const known =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  formatters.set(timeZone, known)
  return known.format(atMs)
}

/** The first instant that a local calendar shows `date` or a later one. Since 1973 they all lie on quarters of hours. */
function firstInstantOf(date: string, zone: string): number {
  const quarter = HOUR / 4
  let at = Date.parse(`${date}T00:00:00Z`) - 15 * HOUR
  while (localDate(at, zone) < date) at += quarter
  return at
}

/** First dates of the periods around an instant, by arithmetic on days of the Gregorian calendar. */
function periodStartDates(spec: FixedSpec, nowMs: number): string[] {
  const text = (day: number) => new Date(day).toISOString().slice(0, 10)
  const near = new Date(nowMs)
  const [year, month, day] = [near.getUTCFullYear(), near.getUTCMonth(), near.getUTCDate()]
  const steps = [-2, -1, 0, 1, 2]
  switch (spec.unit) {
    case 'year':
      return steps.map(step => text(Date.UTC(year + step, 0, 1)))
    case 'month':
      return steps.map(step => text(Date.UTC(year, month + step, 1)))
    case 'day':
      return [-3, ...steps, 3].map(step => text(Date.UTC(year, month, day + step)))
    case 'week':
      return Array.from({ length: 31 }, (_, index) => Date.UTC(year, month, day + index - 15))
        .filter(start => (new Date(start).getUTCDay() + 6) % 7 === (spec.weekStart ?? 1) - 1)
        .map(text)
    default:
      throw new Error('a unit without a rule')
  }
}

describe('a rolling window', () => {
  test('reaches back from now by whole hours, or by days of 24 hours, over a change of clocks', () => {
    expect(boundsText({ kind: 'rolling', unit: 'hour', length: 6 }, '2026-03-29T02:00:00Z')).toEqual([
      '2026-03-28T20:00:00Z',
      '2026-03-29T02:00:00Z',
    ])
    expect(boundsText({ kind: 'rolling', unit: 'day', length: 30 }, '2026-03-01T00:00:00.5Z')).toEqual([
      '2026-01-30T00:00:00.5Z',
      '2026-03-01T00:00:00.5Z',
    ])
  })

  test('has no zone', () => {
    expect(windowBoundsAt({ kind: 'rolling', unit: 'hour', length: 1 }, HOUR).zone).toBeNull()
  })
})

test('a lifetime begins at the epoch and never ends', () => {
  expect(windowBoundsAt({ kind: 'lifetime' }, ms('2026-05-22T14:30:00Z'))).toEqual({
    fromMs: 0,
    toMs: null,
    zone: null,
    text: { from: '1970-01-01T00:00:00Z', to: null, zone: null },
  })
})

test('the text of an instant is the one that Temporal prints', () => {
  fc.assert(
    fc.property(fc.integer({ min: ms('1900-01-01T00:00:00Z'), max: ms('2999-01-01T00:00:00Z') }), nowMs => {
      const { text } = windowBoundsAt({ kind: 'rolling', unit: 'hour', length: 1 }, nowMs)
      expect(text.to).toBe(Temporal.Instant.fromEpochMilliseconds(nowMs).toString())
    }),
  )
})

test.each([Number.NaN, 0.5, Number.POSITIVE_INFINITY])('an instant of %s is refused', nowMs => {
  expect(() => windowBoundsAt(fixed('day', 'UTC'), nowMs)).toThrow(RangeError)
  expect(() => windowBoundsAt({ kind: 'rolling', unit: 'hour', length: 1 }, nowMs)).toThrow(RangeError)
  expect(() => windowBoundsAt({ kind: 'lifetime' }, nowMs)).toThrow(RangeError)
})

describe('a window clock', () => {
  const anySpec: fc.Arbitrary<WindowSpec> = fc.oneof(
    anyFixedSpec,
    fc.record({
      kind: fc.constant('rolling'),
      unit: fc.constantFrom('hour', 'day'),
      length: fc.integer({ min: 1, max: 99 }),
    }),
    fc.constant<WindowSpec>({ kind: 'lifetime' }),
  )

  test('answers as windowBoundsAt does, however time jumps', () => {
    const jumps = fc.array(fc.integer({ min: -3 * DAY, max: 3 * DAY }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(anySpec, jumps, fc.integer({ min: 0, max: 2_000_000_000_000 }), (spec, jumpsMs, startMs) => {
        const clock = new WindowClock(spec)
        let nowMs = startMs
        for (const jumpMs of jumpsMs) {
          nowMs += jumpMs
          expect(clock.fromMsAt(nowMs - jumpMs)).toBe(windowBoundsAt(spec, nowMs - jumpMs).fromMs)
          expect(clock.boundsAt(nowMs)).toEqual(windowBoundsAt(spec, nowMs))
        }
      }),
    )
  })

  test('computes a window once', () => {
    const clock = new WindowClock(fixed('day', 'Europe/Berlin'))
    const bounds = clock.boundsAt(ms('2026-05-22T10:00:00Z'))
    expect(clock.boundsAt(ms('2026-05-22T21:59:59.999Z'))).toBe(bounds)
    expect(clock.fromMsAt(ms('2026-05-01T00:00:00Z'))).toBe(ms('2026-04-30T22:00:00Z'))
    expect(clock.boundsAt(ms('2026-05-22T10:00:00Z'))).toBe(bounds)
    expect(clock.boundsAt(ms('2026-05-22T22:00:00Z'))).not.toBe(bounds)
  })

  test('is shared by equal specs', () => {
    const clocks = new WindowClocks()
    expect(clocks.of(fixed('week', 'UTC'))).toBe(clocks.of(fixed('week', 'UTC', 1)))
    expect(clocks.of(fixed('week', 'UTC', 7))).not.toBe(clocks.of(fixed('week', 'UTC')))
    expect(clocks.of(fixed('day', 'UTC'))).not.toBe(clocks.of(fixed('day', 'Europe/Berlin')))
    expect(clocks.of({ kind: 'rolling', unit: 'hour', length: 24 })).toBe(
      clocks.of({ kind: 'rolling', unit: 'day', length: 1 }),
    )
    expect(clocks.of({ kind: 'lifetime' })).toBe(clocks.of({ kind: 'lifetime' }))
  })
})

describe('parsing', () => {
  test.each<[unknown, WindowSpec]>([
    [{ kind: 'fixed', unit: 'day', zone: 'UTC' }, fixed('day', 'UTC')],
    [{ kind: 'fixed', unit: 'week', zone: 'america/new_york', weekStart: 7 }, fixed('week', 'America/New_York', 7)],
    [{ kind: 'fixed', unit: 'month', zone: 'Etc/GMT+5' }, fixed('month', 'Etc/GMT+5')],
    [
      { kind: 'rolling', unit: 'hour', length: 1 },
      { kind: 'rolling', unit: 'hour', length: 1 },
    ],
    [
      { kind: 'rolling', unit: 'day', length: ROLLING_LENGTH_MAX },
      { kind: 'rolling', unit: 'day', length: ROLLING_LENGTH_MAX },
    ],
    [{ kind: 'lifetime' }, { kind: 'lifetime' }],
  ])('%j is read', (json, value) => {
    expect(parseWindowSpec(json)).toEqual({ ok: true, value })
  })

  test.each<[unknown, readonly string[]]>([
    [undefined, ['window is missing']],
    [null, ['window is not an object']],
    [[], ['window is not an object']],
    ['day', ['window is not an object']],
    [{}, ['window.kind is missing']],
    [{ kind: 'sliding' }, ['window.kind "sliding" is not one of "fixed", "rolling", "lifetime"']],
    [{ kind: 'toString' }, ['window.kind "toString" is not one of "fixed", "rolling", "lifetime"']],
    [{ kind: 'fixed' }, ['window.unit is missing', 'window.zone is missing']],
    [{ kind: 'fixed', unit: 'hour', zone: 'UTC' }, ['window.unit "hour" is not one of "day", "week", "month", "year"']],
    [{ kind: 'fixed', unit: 'day', zone: 'Europe/Berln' }, ['window.zone "Europe/Berln" is not a known time zone']],
    [{ kind: 'fixed', unit: 'day', zone: '' }, ['window.zone "" is not a known time zone']],
    [{ kind: 'fixed', unit: 'day', zone: 7 }, ['window.zone is not text']],
    [
      { kind: 'fixed', unit: 'day', zone: '+02:00' },
      ['window.zone "+02:00" is an offset; name a zone, such as "Europe/Berlin"'],
    ],
    [
      { kind: 'fixed', unit: 'day', zone: '2020-01-01T00:00[Europe/Berlin]' },
      ['window.zone "2020-01-01T00:00[Europe/Berlin]" is not a known time zone'],
    ],
    [
      { kind: 'fixed', unit: 'week', zone: 'UTC', weekStart: 0 },
      ['window.weekStart is not a whole number from 1 (Monday) to 7 (Sunday)'],
    ],
    [
      { kind: 'fixed', unit: 'week', zone: 'UTC', weekStart: '1' },
      ['window.weekStart is not a whole number from 1 (Monday) to 7 (Sunday)'],
    ],
    [
      { kind: 'fixed', unit: 'month', zone: 'UTC', weekStart: 1 },
      ['window.weekStart is for weeks, and the unit is "month"'],
    ],
    [{ kind: 'rolling', unit: 'hour', length: 0 }, ['window.length is not a whole number from 1 to 10000']],
    [{ kind: 'rolling', unit: 'hour', length: 1.5 }, ['window.length is not a whole number from 1 to 10000']],
    [{ kind: 'rolling', unit: 'hour', length: 10_001 }, ['window.length is not a whole number from 1 to 10000']],
    [{ kind: 'rolling', unit: 'week' }, ['window.unit "week" is not one of "hour", "day"', 'window.length is missing']],
    [{ kind: 'rolling', unit: 'day', length: 1, zone: 'UTC' }, ['window.zone is not a known field']],
    [{ kind: 'lifetime', length: 1 }, ['window.length is not a known field']],
  ])('%j is refused: %j', (json, expected) => {
    const parsed = parseWindowSpec(json)
    expect(parsed.ok ? [] : parsed.problems.map(({ field, problem }) => `${field} ${problem}`)).toEqual(expected)
  })

  test('whatever comes, the answer is a window that can be computed, or problems', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (json, text) => {
        for (const input of [json, { kind: 'fixed', unit: 'day', zone: text }]) {
          const parsed = parseWindowSpec(input)
          if (parsed.ok) windowBoundsAt(parsed.value, 0)
          else expect(parsed.problems.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})
