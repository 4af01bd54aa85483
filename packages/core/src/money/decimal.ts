/** A decimal as it was written: "-12.30" is `{ unscaled: -1230n, decimals: 2 }`. */
export type WrittenDecimal = { readonly unscaled: bigint; readonly decimals: number }

const PLAIN_DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** Longer texts are refused unread; the widest signed 64-bit amount has 20 digits. */
const TEXT_LENGTH_MAX = 40

/**
 * Reads digits with an optional minus and an optional point between digits. No plus, exponent, blanks or separators.
 * @returns undefined for any other text
 */
export function parsePlainDecimal(text: string): WrittenDecimal | undefined {
  if (text.length > TEXT_LENGTH_MAX) return undefined
  const match = PLAIN_DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  const magnitude = BigInt(whole + fraction)
  return { unscaled: sign === '-' ? -magnitude : magnitude, decimals: fraction.length }
}

/** Writes an integer with its last `decimals` digits after the point: `(-5n, 2)` is "-0.05". */
export function formatPlainDecimal({ unscaled, decimals }: WrittenDecimal): string {
  const sign = unscaled < 0n ? '-' : ''
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(decimals + 1, '0')
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}
