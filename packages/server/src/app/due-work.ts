/**
 * Work that waits on the product's clock: expiries now, fees and schedules later. It is run by a timer in every process
 * and by the sandbox when its clock is moved.
 */

export type DueItem = { readonly at: Temporal.Instant; readonly kind: string; readonly subject: string }

export type DueWork = {
  /** Does some of what is due at `now`, oldest first; an empty answer means that nothing is left. Safe beside others. */
  run(now: Temporal.Instant): Promise<readonly DueItem[]>
}

/** Runs everything that is due, and returns it in due order. */
export async function runDue(work: readonly DueWork[], now: Temporal.Instant): Promise<DueItem[]> {
  const ran: DueItem[] = []
  for (const each of work) {
    for (let items = await each.run(now); items.length > 0; items = await each.run(now)) ran.push(...items)
  }
  return ran.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
}
