/**
 * How a quotient becomes a whole number.
 * `half-up`: to the nearest, a half away from zero; `half-even`: to the nearest, a half to the even neighbour;
 * `down`: towards zero.
 */
export type Rounding = 'half-up' | 'half-even' | 'down'

/**
 * The rounded quotient of two integers. All three modes mirror at zero: the quotient of `-n` is minus that of `n`.
 * @throws RangeError when the denominator is not positive
 */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator <= 0n) throw new RangeError('the denominator must be positive')
  const truncated = numerator / denominator
  const remainder = numerator % denominator
  if (!leavesZero(truncated, remainder, denominator, rounding)) return truncated
  return numerator < 0n ? truncated - 1n : truncated + 1n
}

/** Whether the quotient moves one away from zero after truncation. */
function leavesZero(truncated: bigint, remainder: bigint, denominator: bigint, rounding: Rounding): boolean {
  if (rounding === 'down') return false
  const doubled = 2n * (remainder < 0n ? -remainder : remainder)
  if (doubled !== denominator) return doubled > denominator
  return rounding === 'half-up' || truncated % 2n !== 0n
}
