import { generateKeyPair, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from './app/ports.ts'

const generate = promisify(generateKeyPair)

/** The generator gives whole numbers below 2⁴⁸. */
const DIGITS_AT_ONCE = 14

export const secureRandom: Random = {
  digits(count) {
    let text = ''
    for (let left = count; left > 0; left -= DIGITS_AT_ONCE) {
      const length = Math.min(left, DIGITS_AT_ONCE)
      text += String(randomInt(10 ** length)).padStart(length, '0')
    }
    return text
  },
  token: bytes => randomBytes(bytes).toString('base64url'),
  rsaKeyPair: () =>
    generate('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
}
