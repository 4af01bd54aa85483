/**
 * Encryption of single fields (docs): AES in ECB mode with PKCS#7 padding, in Base64. The key is the text of the API
 * secret, whose length of 16, 24 or 32 bytes chooses AES-128, -192 or -256 (proposed).
 */
import { createCipheriv, createDecipheriv } from 'node:crypto'

/** @throws Error for a secret that is no AES key: a bug of whoever issued it */
export function encryptField(apiSecret: string, text: string): string {
  const cipher = createCipheriv(cipherFor(apiSecret), apiSecret, null)
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
}

const BASE64 =
  /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$/

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @returns undefined for what was not encrypted under the secret */
export function decryptField(apiSecret: string, encrypted: string): string | undefined {
  if (!BASE64.test(encrypted)) return undefined
  const decipher = createDecipheriv(cipherFor(apiSecret), apiSecret, null)
  try {
    return utf8.decode(Buffer.concat([decipher.update(encrypted, 'base64'), decipher.final()]))
  } catch {
    return undefined
  }
}

function cipherFor(apiSecret: string): string {
  return `aes-${Buffer.byteLength(apiSecret) * 8}-ecb`
}
