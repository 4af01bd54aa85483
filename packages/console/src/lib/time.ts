/** Instants as text for people, in a zone that they have chosen. */

const PARTS = { year: 'numeric', month: 'short', day: '2-digit' } as const
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const

/** `21 Nov 2026, 09:06:56` */
export function formatInstant(instant: string, zone: string): string {
  return formatterOf(zone, 'second').format(new Date(instant))
}

/** `21 Nov 2026, 09:06:56.123`, for what happens within a second. */
export function formatPrecise(instant: string, zone: string): string {
  return formatterOf(zone, 'millisecond').format(new Date(instant))
}

/** `in 3 d`, `12 min ago`: the largest unit that fits, from the moment `now`. */
export function formatRelative(instant: string, now: number): string {
  const ms = new Date(instant).getTime() - now
  const away = Math.abs(ms)
  const [unit, size] = UNITS.find(([, length]) => away >= length) ?? ['s', 1_000]
  const count = Math.floor(away / size)
  if (count === 0) return 'now'
  return ms > 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`
}

/** `850 ms`, `3.2 s` */
export function formatDuration(ms: number): string {
  if (ms < 1) return `${ms.toFixed(2)} ms`
  if (ms < 1_000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const

type Resolution = 'second' | 'millisecond'

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatterOf(zone: string, resolution: Resolution): Intl.DateTimeFormat {
  const key = `${zone} ${resolution}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const finer = resolution === 'millisecond' ? ({ fractionalSecondDigits: 3 } as const) : {}
  const made = new Intl.DateTimeFormat('en-GB', { ...PARTS, ...CLOCK, ...finer, timeZone: zone })
  formatters.set(key, made)
  return made
}

/** The value of a `datetime-local` field in a zone as an instant; `undefined` for what is no time. */
export function instantOf(local: string, zone: string): string | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2}))?$/.exec(local)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(part => Number(part ?? 0))
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second)
  // the offset at the instant found, which differs from that at the first guess around a change of the clocks
  const guess = asUtc - offsetMs(asUtc, zone)
  return new Date(asUtc - offsetMs(guess, zone)).toISOString()
}

/** An instant as the value of a `datetime-local` field in a zone, to the second. */
export function localOf(instant: string, zone: string): string {
  const at = new Date(instant).getTime()
  return new Date(at + offsetMs(at, zone)).toISOString().slice(0, 19)
}

/** How far the zone's clocks are ahead of UTC at a moment, milliseconds. */
function offsetMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(new Date(at))
  const value = (type: string) => Number(parts.find(part => part.type === type)?.value ?? 0)
  const local = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  )
  return local - Math.floor(at / 1_000) * 1_000
}
