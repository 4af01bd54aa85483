/**
 * CVV2: three digits derived from PAN and expiry under a secret key, never stored. This module says what is MACed and
 * how the MAC becomes digits; the MAC itself is made elsewhere.
 *
 * Source: the CVV algorithm of Visa as publicly described (IBM CCA "CVV Generate", Thales payShield CW): a MAC over
 * PAN ‖ expiry ‖ service code, whose digits are taken from left to right. It had 8 bytes under DES; any MAC works.
 */
import { type Expiry, formatYearMonth } from './expiry.ts'
import { assertPanForm } from './pan.ts'

/** Tells the CVV2 apart from the CVV of the magnetic stripe, which carries the card's real service code. */
const CVV2_SERVICE_CODE = '000'

const CVV2_LENGTH = 3

/** The block of the original algorithm. */
const MAC_BYTES_MIN = 8

/**
 * The text to MAC: PAN ‖ YYMM ‖ '000', digits only. Sensitive: it holds the full PAN.
 * @throws RangeError when the PAN is not 12 to 19 digits; the PAN is not in the message
 */
export function cvv2Input(pan: string, expiry: Expiry): string {
  assertPanForm(pan)
  return pan + formatYearMonth(expiry) + CVV2_SERVICE_CODE
}

/**
 * Decimalises a MAC: its hexadecimal digits 0 to 9 from left to right, and where they are fewer than three, its letters
 * from left to right less ten (a is 0, f is 5).
 *
 * @throws RangeError when the MAC is shorter than 8 bytes; never for a longer one
 */
export function cvv2FromMac(mac: Uint8Array): string {
  if (mac.length < MAC_BYTES_MIN) throw new RangeError(`a MAC has at least ${MAC_BYTES_MIN} bytes`)
  const nibbles = Array.from(mac, byte => [byte >> 4, byte & 0x0f]).flat()
  const digits = nibbles.filter(nibble => nibble <= 9)
  const letters = nibbles.filter(nibble => nibble > 9).map(nibble => nibble - 10)
  return [...digits, ...letters].slice(0, CVV2_LENGTH).join('')
}
