import type { ManagementFee } from './fee-plan.ts'

/** Cycles of management fees begin with the calendar months and years of UTC. */
export type Cycle = Exclude<ManagementFee['cycle'], 'none'>

/** The first instant of the cycle after the one that holds `instant`. */
export function nextCycleStart(instant: Temporal.Instant, cycle: Cycle): Temporal.Instant {
  return startOf(instant, cycle).add(LENGTH[cycle]).toInstant()
}

/** The first instant of the cycle before the one that begins at `start`. */
export function cycleBefore(start: Temporal.Instant, cycle: Cycle): Temporal.Instant {
  return startOf(start, cycle).subtract(LENGTH[cycle]).toInstant()
}

/** When a fee that could not be paid is asked for again: the last day of the month that its cycle begins with. */
export function retryOf(start: Temporal.Instant): Temporal.Instant {
  return startOf(start, 'month').add({ months: 1 }).subtract({ days: 1 }).toInstant()
}

const LENGTH = { month: { months: 1 }, year: { years: 1 } } as const

function startOf(instant: Temporal.Instant, cycle: Cycle): Temporal.ZonedDateTime {
  const day = instant.toZonedDateTimeISO('UTC').startOfDay()
  return cycle === 'month' ? day.with({ day: 1 }) : day.with({ month: 1, day: 1 })
}
