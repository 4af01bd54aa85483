import { DomainError } from '@openissuer/core/errors.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import { type ExchangeRate, parseRateText } from '@openissuer/core/money/exchange-rate.ts'
import type { Work } from './ports.ts'

export type AddExchangeRate = {
  readonly base: Currency
  readonly quote: Currency
  /** major units of the quote currency for one of the base currency, decimal text */
  readonly rate: string
  /** null for now; milliseconds are its finest unit */
  readonly validFrom: Temporal.Instant | null
  readonly source: string
}

/** The instants that a rate may be valid from: what the product's clock can ever show, and what led up to it. */
const YEARS = [2000, 2099] as const

/**
 * Adds a line to the rate table, which is only ever added to. The same line again changes nothing.
 *
 * @returns the line as it is on file
 * @throws DomainError `invalid-field` for a pair of one currency, a rate or an instant that is none,
 *   `duplicate-exchange-rate` when the pair has another rate or source from that instant on
 */
export async function addExchangeRate(work: Work, command: AddExchangeRate): Promise<ExchangeRate> {
  const { base, quote, source } = command
  if (base === quote) throw new DomainError('invalid-field', 'quote')
  const rate = parseRateText(command.rate)
  if (rate === undefined) throw new DomainError('invalid-field', 'rate')
  const validFrom = command.validFrom ?? work.clock.now()
  if (!isUsable(validFrom)) throw new DomainError('invalid-field', 'validFrom')
  const line: ExchangeRate = { base, quote, rate, validFrom, source }
  const filed = await work.tx.insertExchangeRate(line)
  if (filed === undefined) return line
  if (filed.rate !== rate || filed.source !== source) throw new DomainError('duplicate-exchange-rate')
  return filed
}

function isUsable(instant: Temporal.Instant): boolean {
  const { year } = instant.toZonedDateTimeISO('UTC')
  return year >= YEARS[0] && year <= YEARS[1] && instant.epochNanoseconds % 1_000_000n === 0n
}
