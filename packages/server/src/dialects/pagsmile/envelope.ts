/**
 * The hybrid encryption around every call: the business JSON under an AES key in CBC mode, the AES key under RSA with
 * PKCS#1 v1.5 padding. There is no signature and no MAC, whatever `sign_type` says (docs); padding, mode, position of the
 * IV and encodings are (inferred) from the visible part of the vendor's sample.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  StrictJsonError,
} from '../../http/strict-json.ts'

/** A request after decryption. The answer is encrypted under the same AES key. */
export type OpenedRequest = { readonly aesKey: Uint8Array; readonly bizData: JsonObject }

/**
 * Opens a request.
 *
 * @param sealed `random_key` and `biz_data` as they came, of any type
 * @returns undefined for every failure from RSA to JSON, without telling which. Where the RSA result is unusable the
 *   work goes on with a random key, and every failure after it takes the same steps as a success.
 */
export function openRequest(
  sealed: { readonly randomKey: JsonValue; readonly bizData: JsonValue },
  platformKey: KeyObject,
): OpenedRequest | undefined {
  const stray = randomBytes(AES_KEY_BYTES)
  const aesKey = sessionKeyOf(rsaDecrypt(sealed.randomKey, platformKey))
  const parts = splitSealedText(sealed.bizData)
  const plain = decryptCbc(parts ?? DECOY, aesKey ?? stray)
  const bizData = parseObject(plain.bytes)
  if (aesKey === undefined || parts === undefined || !plain.paddingValid) return undefined
  return bizData === undefined ? undefined : { aesKey, bizData }
}

/**
 * Encrypts an answer under the request's AES key with a fresh IV, and sends that key again for the merchant's public
 * key: this serves clients that read `random_key` and clients that reuse the key they made (two versions of the docs).
 */
export function sealAnswer(
  data: JsonValue,
  aesKey: Uint8Array,
  merchantKey: KeyObject,
): { random_key: string; data: string } {
  const randomKey = publicEncrypt({ key: merchantKey, padding: constants.RSA_PKCS1_PADDING }, aesKey)
  return { random_key: randomKey.toString('base64'), data: encryptText(JSON.stringify(data), aesKey) }
}

/** The normal form of an encrypted text: 16 IV characters, then the Base64 of the ciphertext. */
export function encryptText(plain: string, aesKey: Uint8Array, iv: string = randomHexText()): string {
  const cipher = createCipheriv(cipherName(aesKey), aesKey, Buffer.from(iv, 'ascii'))
  return iv + cipher.update(plain, 'utf8', 'base64') + cipher.final('base64')
}

/** 8 random bytes as 16 upper-case hexadecimal characters: the form of an IV (docs). */
function randomHexText(): string {
  return randomBytes(IV_BYTES / 2)
    .toString('hex')
    .toUpperCase()
}

const AES_KEY_BYTES = 16
const IV_BYTES = 16
const BLOCK_BYTES = 16

/**
 * What stands in for `biz_data` of no known form. Its content does not matter.
 */
const DECOY = { iv: Buffer.alloc(IV_BYTES), ciphertext: Buffer.alloc(4 * BLOCK_BYTES) }

/**
 * PKCS#1 v1.5 decryption. A wrong padding gives pseudo-random bytes instead of an error (the runtime's implicit
 * rejection), so nothing after this call can tell it from a wrong key. What throws or is refused here depends only on
 * the length and the size of the ciphertext, which its sender knows.
 */
function rsaDecrypt(randomKey: JsonValue, platformKey: KeyObject): Buffer | undefined {
  const ciphertext = decodeBase64(randomKey)
  if (ciphertext === undefined) return undefined
  try {
    return privateDecrypt({ key: platformKey, padding: constants.RSA_PKCS1_PADDING }, ciphertext)
  } catch {
    return undefined
  }
}

/**
 * The AES key in an RSA plaintext: 16 bytes as they are; 24 characters of Base64 or 32 hexadecimal ones that stand for
 * 16 bytes; otherwise 24 or 32 bytes for AES-192 and AES-256 (proposed tolerance; only the first is documented).
 */
export function sessionKeyOf(plain: Uint8Array | undefined): Uint8Array | undefined {
  if (plain === undefined) return undefined
  const text = Buffer.from(plain).toString('latin1')
  if (plain.length === 24 && /^[A-Za-z0-9+/_-]{22}==$/.test(text)) return Buffer.from(text, 'base64')
  if (plain.length === 32 && /^[0-9A-Fa-f]{32}$/.test(text)) return Buffer.from(text, 'hex')
  return plain.length === 16 || plain.length === 24 || plain.length === 32 ? plain : undefined
}

/**
 * Takes an encrypted text apart. In the normal form the whole text, 16 IV characters included, decodes as Base64 to
 * 12 bytes more than whole blocks; a text that decodes to whole blocks is the IV's 16 bytes and the ciphertext
 * (proposed tolerance). The two never meet.
 */
export function splitSealedText(sealed: JsonValue): { iv: Buffer; ciphertext: Buffer } | undefined {
  const whole = decodeBase64(sealed)
  if (whole === undefined || typeof sealed !== 'string') return undefined
  if (whole.length % BLOCK_BYTES === 12 && whole.length > 12) {
    return { iv: Buffer.from(withoutLineBreaks(sealed).slice(0, IV_BYTES), 'ascii'), ciphertext: whole.subarray(12) }
  }
  if (whole.length % BLOCK_BYTES === 0 && whole.length >= 2 * BLOCK_BYTES) {
    return { iv: whole.subarray(0, IV_BYTES), ciphertext: whole.subarray(IV_BYTES) }
  }
  return undefined
}

/** Standard or URL-safe Base64, with or without its `=`, line breaks allowed; undefined for anything else. */
export function decodeBase64(value: JsonValue): Buffer | undefined {
  if (typeof value !== 'string') return undefined
  const match = /^([A-Za-z0-9+/_-]*)(={0,2})$/.exec(withoutLineBreaks(value))
  if (match === null) return undefined
  const [, digits = '', padding = ''] = match
  if (digits.length % 4 === 1 || (padding !== '' && (digits.length + padding.length) % 4 !== 0)) return undefined
  return Buffer.from(digits, 'base64')
}

function withoutLineBreaks(text: string): string {
  return text.replaceAll(/[\r\n]/g, '')
}

/** Looks at the padding itself, so that a wrong one takes no other path than a right one until the caller decides. */
export function decryptCbc(
  { iv, ciphertext }: { iv: Buffer; ciphertext: Buffer },
  aesKey: Uint8Array,
): { bytes: Buffer; paddingValid: boolean } {
  const decipher = createDecipheriv(cipherName(aesKey), aesKey, iv).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(ciphertext), decipher.final()])
  const count = padded[padded.length - 1] ?? 0
  let wrong = count < 1 || count > BLOCK_BYTES ? 1 : 0
  for (let back = 1; back <= BLOCK_BYTES; back++) {
    const byte = padded[padded.length - back] ?? 0
    wrong |= back <= count ? byte ^ count : 0
  }
  const paddingValid = wrong === 0
  return { bytes: padded.subarray(0, padded.length - (paddingValid ? count : 0)), paddingValid }
}

function cipherName(aesKey: Uint8Array): string {
  return `aes-${aesKey.length * 8}-cbc`
}

function parseObject(bytes: Buffer): JsonObject | undefined {
  try {
    const value = parseStrictJson(bytes)
    return isJsonObject(value) ? value : undefined
  } catch (error) {
    if (error instanceof StrictJsonError) return undefined
    throw error
  }
}
