/**
 * What would fall due if the product's clock moved to an instant: the same work that a move of the clock runs
 * (`due-work.ts`), looked at and not done. How much is counted is bounded, so that it may be asked for at any time.
 */
import { type Amount, add } from '@openissuer/core/money/amount.ts'
import type { DueBounds, DueForecast, DueKind } from './due-ports.ts'
import { forecastManagementFees } from './fees/forecast-management-fees.ts'
import type { Ports } from './ports.ts'

/** rows of each partner and kind that are counted, and rows of each kind that are shown */
const COUNTED_MAX = 10_000
const SHOWN_MAX = 10

/** Each kind in turn, those with nothing due among them. */
export async function forecastDue(
  { storage: { read }, clock }: Pick<Ports, 'storage' | 'clock'>,
  until: Temporal.Instant,
): Promise<readonly DueForecast[]> {
  const bounds = { until, counted: COUNTED_MAX, shown: SHOWN_MAX }
  const now = clock.now()
  const expiries: DueForecast[] = []
  const closings: DueForecast[] = []
  const retries: DueForecast[] = []
  for (const partnerId of await read.partnerIds()) {
    expiries.push(await read.forecastExpiries(partnerId, bounds))
    closings.push(await read.forecastClosings(partnerId, bounds, now))
    retries.push(await read.forecastRetries(partnerId, bounds))
  }
  return [
    together('expiry', expiries, bounds),
    ...(await forecastManagementFees(read, bounds)),
    together('card-closing', closings, bounds),
    together('webhook-retry', retries, bounds),
  ]
}

/** What is due of a kind over all partners. */
function together(kind: DueKind, forecasts: readonly DueForecast[], { shown }: DueBounds): DueForecast {
  const sums = new Map<Amount['currency'], Amount>()
  for (const amount of forecasts.flatMap(({ amounts }) => amounts)) {
    const sum = sums.get(amount.currency)
    sums.set(amount.currency, sum === undefined ? amount : add(sum, amount))
  }
  const first = forecasts
    .flatMap(forecast => forecast.first)
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
    .slice(0, shown)
  return {
    kind,
    count: forecasts.reduce((count, forecast) => count + forecast.count, 0),
    precision: forecasts.every(({ precision }) => precision === 'exact') ? 'exact' : 'at-least',
    earliestAt: first[0]?.at ?? null,
    amounts: [...sums.values()],
    first,
  }
}
