import { generateKeyPair, randomBytes, randomInt } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from './app/ports.ts'

const generate = promisify(generateKeyPair)

export const secureRandom: Random = {
  digits: count => Array.from({ length: count }, () => randomInt(10)).join(''),
  token: bytes => randomBytes(bytes).toString('base64url'),
  rsaKeyPair: () =>
    generate('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }),
}
