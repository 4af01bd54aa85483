import { type Amount, amount } from './amount.ts'
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
  assertPositive(rate)
  const numerator = source.minor * rate.numerator * powerOfTen(exponentOf(target))
  const denominator = rate.denominator * powerOfTen(exponentOf(source.currency))
  return amount(divideRounded(numerator, denominator, 'half-up'), target)
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

function assertPositive(rate: Rate): void {
  if (rate.numerator <= 0n || rate.denominator <= 0n) throw new RangeError('both terms of a rate must be positive')
}
