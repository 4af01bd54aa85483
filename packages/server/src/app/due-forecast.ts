/**
 * What would fall due if the product's clock moved to an instant: the same work that a move of the clock runs
 * (`due-work.ts`), looked at and not done. How much is counted is bounded, so that it may be asked for at any time.
 */
import type { DueForecast } from './due-ports.ts'
import { forecastManagementFees } from './fees/forecast-management-fees.ts'
import type { Ports } from './ports.ts'

const COUNTED_MAX = 10_000
const SHOWN_MAX = 10

/** Each kind in turn, those with nothing due among them. */
export async function forecastDue(
  { storage, clock }: Pick<Ports, 'storage' | 'clock'>,
  until: Temporal.Instant,
): Promise<readonly DueForecast[]> {
  const bounds = { until, counted: COUNTED_MAX, shown: SHOWN_MAX }
  return [
    await storage.read.forecastExpiries(bounds),
    ...(await forecastManagementFees(storage.read, bounds)),
    await storage.read.forecastClosings(bounds, clock.now()),
    await storage.read.forecastRetries(bounds),
  ]
}
