/**
 * The primary account number (ISO/IEC 7812-1): issuer prefix (BIN), account digits, check digit.
 * A full PAN never enters an error: what is refused here is named, not shown.
 */

/** ISO/IEC 7812-1 ends at 19 digits; schemes start at 12. */
export const PAN_LENGTH_MIN = 12
export const PAN_LENGTH_MAX = 19

/** Six digits in ISO/IEC 7812-1:2006 and before, eight since 2017. */
export const BIN_LENGTH_MIN = 6
export const BIN_LENGTH_MAX = 8

const DIGITS = /^\d+$/

/** Digits of a PAN's length. Says nothing about the check digit: see `isLuhnValid`. */
export function hasPanForm(text: string): boolean {
  return text.length >= PAN_LENGTH_MIN && text.length <= PAN_LENGTH_MAX && DIGITS.test(text)
}

/**
 * The digit that makes `digits` followed by it pass the Luhn check (ISO/IEC 7812-1 annex B).
 * @throws RangeError when there is anything but digits
 */
export function luhnCheckDigit(digits: string): number {
  if (!DIGITS.test(digits)) throw new RangeError('a check digit needs digits')
  return (10 - (luhnSum(`${digits}0`) % 10)) % 10
}

/** Whether a number ends in its Luhn check digit; false for any text that is not at least two digits. */
export function isLuhnValid(text: string): boolean {
  return text.length >= 2 && DIGITS.test(text) && luhnSum(text) % 10 === 0
}

/**
 * Makes a PAN: BIN, random digits, check digit.
 *
 * @param randomDigit an integer from 0 to 9, each as likely as another and not to be guessed
 * @throws RangeError when the BIN is not 6 to 8 digits, the length not 12 to 19, or a random digit not a digit
 */
export function generatePan(bin: string, length: number, randomDigit: () => number): string {
  assertBinLength(bin.length)
  if (!DIGITS.test(bin)) throw new RangeError('a BIN has digits only')
  if (!Number.isInteger(length) || length < PAN_LENGTH_MIN || length > PAN_LENGTH_MAX) {
    throw new RangeError(`a PAN has ${PAN_LENGTH_MIN} to ${PAN_LENGTH_MAX} digits`)
  }
  let digits = bin
  while (digits.length < length - 1) digits += digitOf(randomDigit())
  return digits + luhnCheckDigit(digits)
}

/**
 * First six and last four digits with a star for each digit between: 658704******3982.
 * The form of PCI DSS 3.4.1 for a 16-digit PAN, and the one Pagsmile answers carry.
 *
 * @throws RangeError when the text is not a PAN's length of digits
 */
export function maskPan(pan: string): string {
  assertPanForm(pan)
  return pan.slice(0, 6) + '*'.repeat(pan.length - 10) + pan.slice(-4)
}

/** @throws RangeError when the text is not a PAN's length of digits */
export function lastFour(pan: string): string {
  assertPanForm(pan)
  return pan.slice(-4)
}

/** @throws RangeError when the text is not a PAN's length of digits, or the BIN length not 6 to 8 */
export function binOf(pan: string, length: number = BIN_LENGTH_MIN): string {
  assertPanForm(pan)
  assertBinLength(length)
  return pan.slice(0, length)
}

/** @throws RangeError when the text is not a PAN's length of digits; the text is not in the message */
export function assertPanForm(pan: string): void {
  if (!hasPanForm(pan)) throw new RangeError(`a PAN has ${PAN_LENGTH_MIN} to ${PAN_LENGTH_MAX} digits`)
}

function assertBinLength(length: number): void {
  if (!Number.isInteger(length) || length < BIN_LENGTH_MIN || length > BIN_LENGTH_MAX) {
    throw new RangeError(`a BIN has ${BIN_LENGTH_MIN} to ${BIN_LENGTH_MAX} digits`)
  }
}

function digitOf(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 9) throw new RangeError('a random digit is not a digit')
  return String(value)
}

/** The Luhn sum: from the right, every second digit counts double, and a double above 9 the sum of its digits. */
function luhnSum(digits: string): number {
  let sum = 0
  let double = false
  for (let index = digits.length - 1; index >= 0; index -= 1) {
    const digit = digits.charCodeAt(index) - 48
    const weighed = double ? digit * 2 : digit
    sum += weighed > 9 ? weighed - 9 : weighed
    double = !double
  }
  return sum
}
