/** Single fields are AES in ECB mode with PKCS#7 padding, in Base64; the key is the text of the API secret. */
import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv } from 'node:crypto'

/** 16, 24 or 32 bytes choose AES-128, -192 or -256. */
export function isFieldKey(apiSecret: string): boolean {
  return [16, 24, 32].includes(Buffer.byteLength(apiSecret))
}

export function encryptField(apiSecret: string, text: string): string {
  const cipher = createCipheriv(cipherOf(apiSecret), apiSecret, null)
  return cipher.update(text, 'utf8', 'base64') + cipher.final('base64')
}

/** @returns undefined for what was not encrypted under the secret */
export function decryptField(apiSecret: string, encrypted: string): string | undefined {
  try {
    const decipher = createDecipheriv(cipherOf(apiSecret), apiSecret, null)
    return decipher.update(encrypted, 'base64', 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

function cipherOf(apiSecret: string): string {
  return `aes-${Buffer.byteLength(apiSecret) * 8}-ecb`
}
