import { type Amount, amount, MINOR_MAX } from './amount.ts'
import { type Currency, exponentOf } from './currency.ts'
import { formatPlainDecimal, parsePlainDecimal, powerOfTen } from './decimal.ts'
import { divideRounded } from './rounding.ts'

/** Major units of the target currency for one major unit of the source currency, exact. Both terms are positive. */
export type Rate = { readonly numerator: bigint; readonly denominator: bigint }

/**
 * Converts at a rate and rounds once, half up (a half goes away from zero), to the minor unit of the target.
 * At 0.139897 a purchase of 100 CNY is 13.99 USD: 100 × 0.139897 = 13.9897.
 *
 * @throws RangeError when a term of the rate is not positive or the result does not fit 64 bits
 */
export function convert(source: Amount, rate: Rate, target: Currency): Amount {
  return amount(convertedMinor(source, rate, target), target)
}

/**
 * What a positive amount comes to at a rate.
 * @returns undefined when it rounds to nothing or does not fit 64 bits
 */
export function exchange(source: Amount, rate: Rate, target: Currency): Amount | undefined {
  const minor = convertedMinor(source, rate, target)
  return minor <= 0n || minor > MINOR_MAX ? undefined : { minor, currency: target }
}

function convertedMinor(source: Amount, rate: Rate, target: Currency): bigint {
  assertPositive(rate)
  const numerator = source.minor * rate.numerator * powerOfTen(exponentOf(target))
  const denominator = rate.denominator * powerOfTen(exponentOf(source.currency))
  return divideRounded(numerator, denominator, 'half-up')
}

/** The rate of the opposite direction, exact. */
export function inverseOf({ numerator, denominator }: Rate): Rate {
  return { numerator: denominator, denominator: numerator }
}

const BPS = 10_000n

/** The rate raised by so many basis points of itself, exact: 2 at 250 is 2.05. */
export function withMarkup({ numerator, denominator }: Rate, markupBps: number): Rate {
  return { numerator: numerator * (BPS + BigInt(markupBps)), denominator: denominator * BPS }
}

/** The rate at which one positive amount is another, exact. */
export function rateBetween(source: Amount, target: Amount): Rate {
  return {
    numerator: target.minor * powerOfTen(exponentOf(source.currency)),
    denominator: source.minor * powerOfTen(exponentOf(target.currency)),
  }
}

/**
 * Reads a positive plain decimal such as "0.139897" without loss.
 * @returns undefined when the text is of another form, zero or negative
 */
export function parseRate(text: string): Rate | undefined {
  const written = parsePlainDecimal(text)
  if (written === undefined || written.unscaled <= 0n) return undefined
  return { numerator: written.unscaled, denominator: powerOfTen(written.decimals) }
}

/**
 * Writes a rate with exactly `decimals` decimals, rounded half up: one to one with 4 is "1.0000".
 * @throws RangeError when a term of the rate is not positive
 */
export function formatRate(rate: Rate, decimals: number): string {
  assertPositive(rate)
  const unscaled = divideRounded(rate.numerator * powerOfTen(decimals), rate.denominator, 'half-up')
  return formatPlainDecimal({ unscaled, decimals })
}

/**
 * Writes a rate with at most `digits` significant digits, rounded half up, without zeros at the end of its decimals: a
 * third with 4 is "0.3333", twelve and a half is "12.5". Digits before the point are all written.
 */
export function formatRateShortly(rate: Rate, digits: number): string {
  const decimals = Math.max(0, digits - 1 - magnitudeOf(rate))
  const written = formatRate(rate, decimals)
  return decimals === 0 ? written : written.replace(/\.?0+$/, '')
}

/** The place of the first significant digit: 0 for 1 to 9.9, 2 for 153, -3 for 0.0065. */
function magnitudeOf(rate: Rate): number {
  assertPositive(rate)
  const { numerator, denominator } = rate
  if (numerator >= denominator) return (numerator / denominator).toString().length - 1
  const inverse = denominator / numerator
  const isPowerOfTen = inverse === powerOfTen(inverse.toString().length - 1) && denominator % numerator === 0n
  return isPowerOfTen ? 1 - inverse.toString().length : -inverse.toString().length
}

function assertPositive(rate: Rate): void {
  if (rate.numerator <= 0n || rate.denominator <= 0n) throw new RangeError('both terms of a rate must be positive')
}
