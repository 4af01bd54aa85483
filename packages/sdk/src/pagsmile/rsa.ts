/**
 * RSA as the envelope needs it: PKCS#1 v1.5 (RFC 8017, 7.2). Some releases of Node 20 refuse to decrypt with that padding, so
 * the padding is taken off here, without branches on what is under it.
 */
import { Buffer } from 'node:buffer'
import {
  constants,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'

/**
 * @param text SubjectPublicKeyInfo as PEM or as Base64 of the DER
 * @throws TypeError naming the option, without the text
 */
export function publicKeyOf(text: string, option: string): KeyObject {
  return rsaKeyOf(text, option, pem => createPublicKey(pem), 'PUBLIC KEY')
}

/**
 * @param text PKCS#8 as PEM or as Base64 of the DER
 * @throws TypeError naming the option, without the text
 */
export function privateKeyOf(text: string, option: string): KeyObject {
  return rsaKeyOf(text, option, pem => createPrivateKey(pem), 'PRIVATE KEY')
}

function rsaKeyOf(text: string, option: string, read: (pem: string) => KeyObject, label: string): KeyObject {
  const bare = typeof text === 'string' ? text.trim() : ''
  const pem = bare.startsWith('-----BEGIN') ? bare : `-----BEGIN ${label}-----\n${bare}\n-----END ${label}-----\n`
  const key = readOrNothing(() => read(pem))
  if (key?.asymmetricKeyType !== 'rsa') throw new TypeError(`${option} is not an RSA key as PEM or Base64 of its DER.`)
  return key
}

function readOrNothing(read: () => KeyObject): KeyObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** @returns Base64 */
export function rsaEncrypt(plain: Uint8Array, key: KeyObject): string {
  return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, plain).toString('base64')
}

/** @returns undefined for what was not encrypted for this key, and for a message of another length than one of `lengths` */
export function rsaDecrypt(base64: string, key: KeyObject, lengths: readonly number[]): Uint8Array | undefined {
  try {
    const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(base64, 'base64'))
    return withoutPadding(block, lengths)
  } catch {
    return undefined
  }
}

/** The least number of random bytes before the message. */
const PADDING_BYTES_MIN = 8

/**
 * Takes `00 02`, bytes other than zero, `00` off a block. Every byte is looked at, wherever the message begins.
 * Only lengths that a message may have are accepted, which leaves nothing to choose for whoever made the block.
 */
function withoutPadding(block: Uint8Array, lengths: readonly number[]): Uint8Array | undefined {
  let wrong = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2)
  let zeroAt = 0
  let found = 0
  for (let at = 2; at < block.length; at += 1) {
    const isZero = ((block[at] ?? 0) - 1) >>> 31
    const isFirst = isZero & (found ^ 1)
    zeroAt |= at & -isFirst
    found |= isZero
  }
  const length = block.length - zeroAt - 1
  wrong |= found ^ 1
  wrong |= (zeroAt - 2 - PADDING_BYTES_MIN) >>> 31
  return wrong === 0 && lengths.includes(length) ? block.slice(zeroAt + 1) : undefined
}
