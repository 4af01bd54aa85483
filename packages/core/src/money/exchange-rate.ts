import { inverseOf, parseRate, type Rate } from './conversion.ts'
import type { Currency } from './currency.ts'
import { formatPlainDecimal, parsePlainDecimal } from './decimal.ts'

/** A line of the rate table: it holds from an instant on, until a newer one of the same pair does. */
export type ExchangeRate = {
  readonly base: Currency
  readonly quote: Currency
  /** major units of the quote currency for one of the base currency, decimal text as `parseRateText` writes it */
  readonly rate: string
  readonly validFrom: Temporal.Instant
  /** where the rate is from */
  readonly source: string
}

/** Rates are quoted with five to seven digits; twelve leave room for those that are computed. */
export const RATE_DIGITS_MAX = 12

/** No pair of currencies is farther apart than a million million to one. */
const BOUND = 10n ** 12n

/**
 * Reads a rate from one currency to another: a positive plain decimal of at most twelve significant digits, from
 * 0.000000000001 to 1000000000000.
 *
 * @returns the same rate without needless zeros ("1.0800" is "1.08"), so that equal rates are equal texts; undefined for
 *   any other text
 */
export function parseRateText(text: string): string | undefined {
  const written = parsePlainDecimal(text)
  if (written === undefined || written.unscaled <= 0n) return undefined
  let { unscaled, decimals } = written
  while (decimals > 0 && unscaled % 10n === 0n) {
    unscaled /= 10n
    decimals -= 1
  }
  const scale = 10n ** BigInt(decimals)
  if (unscaled > BOUND * scale || unscaled * BOUND < scale) return undefined
  if (unscaled.toString().replace(/0+$/, '').length > RATE_DIGITS_MAX) return undefined
  return formatPlainDecimal({ unscaled, decimals })
}

/**
 * The rate from a currency of the pair to the other one: the quoted one, or its exact inverse.
 * @throws RangeError when the line's text is no rate or `from` is not of the pair
 */
export function rateFrom(from: Currency, line: ExchangeRate): Rate {
  const rate = parseRate(line.rate)
  if (rate === undefined) throw new RangeError(`${line.base} to ${line.quote} has no rate: ${line.rate}`)
  if (from === line.base) return rate
  if (from === line.quote) return inverseOf(rate)
  throw new RangeError(`${from} is not of the pair ${line.base} and ${line.quote}`)
}
