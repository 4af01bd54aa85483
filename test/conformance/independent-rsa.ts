/**
 * RSA with PKCS#1 v1.5 encryption padding (RFC 8017 7.2), on BigInt alone: the numbers come from a key's JWK, the rest is
 * exponentiation. No blinding, no constant time: for tests only.
 */
import { randomBytes, type webcrypto } from 'node:crypto'

export type PublicNumbers = { modulus: bigint; exponent: bigint; length: number }

/** `jwk` as exported from a public key for `e`, or from a private key for `d`. */
export function numbersOf(jwk: webcrypto.JsonWebKey, exponent: 'e' | 'd'): PublicNumbers {
  const modulus = Buffer.from(jwk.n ?? '', 'base64url')
  return {
    modulus: integerOf(modulus),
    exponent: integerOf(Buffer.from(jwk[exponent] ?? '', 'base64url')),
    length: modulus.length,
  }
}

/** 00 02, at least eight random bytes other than zero, 00, message; all of it to the power of `e`. */
export function encryptPkcs1(message: Buffer, key: PublicNumbers): Buffer {
  const fillLength = key.length - message.length - 3
  if (fillLength < 8) throw new RangeError('the message is too long for the key')
  const fill = randomBytes(fillLength).map(byte => (byte === 0 ? 1 : byte))
  const block = Buffer.concat([Buffer.of(0, 2), fill, Buffer.of(0), message])
  return bytesOf(power(integerOf(block), key), key.length)
}

/** Throws on any other layout than 00 02 fill 00 message. */
export function decryptPkcs1(ciphertext: Buffer, key: PublicNumbers): Buffer {
  const block = bytesOf(power(integerOf(ciphertext), key), key.length)
  const separator = block.indexOf(0, 2)
  if (block[0] !== 0 || block[1] !== 2 || separator < 10) throw new Error('not a PKCS#1 v1.5 encryption block')
  return block.subarray(separator + 1)
}

function power(base: bigint, { modulus, exponent }: PublicNumbers): bigint {
  let result = 1n
  let factor = base % modulus
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus
    factor = (factor * factor) % modulus
  }
  return result
}

function integerOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`)
}

function bytesOf(integer: bigint, length: number): Buffer {
  return Buffer.from(integer.toString(16).padStart(2 * length, '0'), 'hex')
}
