import { type Currency, exponentOf } from './currency.ts'
import { formatPlainDecimal, parsePlainDecimal, powerOfTen } from './decimal.ts'
import { divideRounded, type Rounding } from './rounding.ts'

/**
 * Money in minor units of its currency: 1234n of USD is 12.34, of JPY 1234, of KWD 1.234.
 * Functions here return only amounts that fit a signed 64-bit integer, the width of a `*_minor bigint` column.
 */
export type Amount = { readonly minor: bigint; readonly currency: Currency }

export const MINOR_MIN = -(2n ** 63n)
export const MINOR_MAX = 2n ** 63n - 1n

/** Two amounts of different currencies met where one currency is required; it is a bug of the caller. */
export class CurrencyMismatchError extends Error {
  override readonly name = 'CurrencyMismatchError'

  constructor(left: Currency, right: Currency) {
    super(`${left} does not mix with ${right}`)
  }
}

/** @throws RangeError when `minor` does not fit a signed 64-bit integer */
export function amount(minor: bigint, currency: Currency): Amount {
  if (minor < MINOR_MIN || minor > MINOR_MAX) throw new RangeError('the amount does not fit 64 bits')
  return { minor, currency }
}

export function zero(currency: Currency): Amount {
  return { minor: 0n, currency }
}

/**
 * @throws CurrencyMismatchError when the currencies differ
 * @throws RangeError when the sum does not fit 64 bits
 */
export function add(left: Amount, right: Amount): Amount {
  assertSameCurrency(left, right)
  return amount(left.minor + right.minor, left.currency)
}

/**
 * @throws CurrencyMismatchError when the currencies differ
 * @throws RangeError when the difference does not fit 64 bits
 */
export function subtract(left: Amount, right: Amount): Amount {
  assertSameCurrency(left, right)
  return amount(left.minor - right.minor, left.currency)
}

/** @throws RangeError for `MINOR_MIN`, whose opposite does not fit 64 bits */
export function negate(value: Amount): Amount {
  return amount(-value.minor, value.currency)
}

/**
 * Orders two amounts; usable as a sort function.
 * @throws CurrencyMismatchError when the currencies differ
 */
export function compare(left: Amount, right: Amount): -1 | 0 | 1 {
  assertSameCurrency(left, right)
  if (left.minor === right.minor) return 0
  return left.minor < right.minor ? -1 : 1
}

export function isPositive(value: Amount): boolean {
  return value.minor > 0n
}

export function isNegative(value: Amount): boolean {
  return value.minor < 0n
}

export function isZero(value: Amount): boolean {
  return value.minor === 0n
}

/**
 * Divides by a whole number and rounds as named.
 * @throws RangeError when the divisor is not positive
 */
export function divide(dividend: Amount, divisor: bigint, rounding: Rounding): Amount {
  return amount(divideRounded(dividend.minor, divisor, rounding), dividend.currency)
}

/**
 * Splits an amount in proportion to weights and hands out every minor unit: the shares add up to the whole.
 * Each share is its exact part cut towards zero; the units left over go one each to the shares that lost most, the
 * earlier one first where they lost the same. A share of weight 0 gets nothing.
 *
 * @throws RangeError when a weight is negative or all of them are 0
 */
export function allocate(whole: Amount, weights: readonly bigint[]): Amount[] {
  if (weights.some(weight => weight < 0n)) throw new RangeError('a weight is negative')
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0n)
  if (weightSum === 0n) throw new RangeError('no weight is positive')

  const unit = whole.minor < 0n ? -1n : 1n
  const magnitude = whole.minor * unit
  const shares = weights.map((weight, index) => ({
    index,
    units: (magnitude * weight) / weightSum,
    lost: (magnitude * weight) % weightSum,
  }))
  const leftOver = magnitude - shares.reduce((sum, share) => sum + share.units, 0n)
  const byLoss = shares.toSorted((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1))
  const raised = new Set(byLoss.slice(0, Number(leftOver)))
  return shares.map(share => amount((raised.has(share) ? share.units + 1n : share.units) * unit, whole.currency))
}

/**
 * Reads a plain decimal such as "12", "12.3", "12.34" or "-1.00" in major units. No plus, exponent, thousands
 * separators or blanks; digits on both sides of a point.
 *
 * More decimals than the currency has are refused, zeros too: "1.000" USD is a caller with another idea of the
 * exponent. `decimalsMin` is for a wire format that always prints so many (see `formatDecimal`): up to that many
 * decimals may be written, and those beyond the exponent must be zeros, so "48.00" with 2 is 48 JPY.
 *
 * @returns undefined when the text is not of that form or the amount does not fit 64 bits
 */
export function parseDecimal(text: string, currency: Currency, decimalsMin = 0): Amount | undefined {
  const written = parsePlainDecimal(text)
  if (written === undefined) return undefined
  const exponent = exponentOf(currency)
  if (written.decimals > Math.max(exponent, decimalsMin)) return undefined
  const minor = rescale(written.unscaled, written.decimals, exponent)
  if (minor === undefined || minor < MINOR_MIN || minor > MINOR_MAX) return undefined
  return { minor, currency }
}

/**
 * Writes the amount in major units with as many decimals as its currency has: "12.34", "48", "-1.234".
 * @param decimalsMin a wire format that always prints two decimals passes 2: 48 JPY is "48.00", 1.234 KWD stays
 */
export function formatDecimal(value: Amount, decimalsMin = 0): string {
  const exponent = exponentOf(value.currency)
  const decimals = Math.max(exponent, decimalsMin)
  return formatPlainDecimal({ unscaled: value.minor * powerOfTen(decimals - exponent), decimals })
}

/** The same value at another number of decimals; undefined when a digit other than 0 would be cut. */
function rescale(unscaled: bigint, from: number, to: number): bigint | undefined {
  if (from <= to) return unscaled * powerOfTen(to - from)
  const factor = powerOfTen(from - to)
  return unscaled % factor === 0n ? unscaled / factor : undefined
}

function assertSameCurrency(left: Amount, right: Amount): void {
  if (left.currency !== right.currency) throw new CurrencyMismatchError(left.currency, right.currency)
}
