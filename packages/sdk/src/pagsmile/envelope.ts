/**
 * The hybrid encryption around every call: business data under a fresh AES key, that key under the other side's RSA key.
 * There is no signature, whatever `sign_type` says.
 */
import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto'
import { privateKeyOf, publicKeyOf, rsaDecrypt, rsaEncrypt } from './rsa.ts'

export type Sealed = { readonly random_key: string; readonly biz_data: string }

/** AES-128, AES-192 and AES-256. */
const AES_KEY_BYTES = [16, 24, 32]

/** Both keys, and nothing of them to be seen. */
export class Envelope {
  readonly #platformKey: KeyObject
  readonly #merchantKey: KeyObject

  /** @throws TypeError naming the key that is none */
  constructor(keys: { readonly platformPublicKey: string; readonly merchantPrivateKey: string }) {
    this.#platformKey = publicKeyOf(keys.platformPublicKey, 'platformPublicKey')
    this.#merchantKey = privateKeyOf(keys.merchantPrivateKey, 'merchantPrivateKey')
  }

  /** @returns what goes out, and the AES key, under which older servers answer too */
  seal(bizData: object): { readonly sealed: Sealed; readonly aesKey: Uint8Array } {
    const aesKey = Buffer.from(randomHexText(), 'ascii')
    return {
      sealed: {
        random_key: rsaEncrypt(aesKey, this.#platformKey),
        biz_data: encryptText(JSON.stringify(bizData), aesKey, randomHexText()),
      },
      aesKey,
    }
  }

  /**
   * @param randomKey the answer's own; empty or absent where the server reuses the request's key
   * @returns undefined for whatever cannot be opened, without telling why
   */
  open(
    { randomKey, data }: { readonly randomKey: string | undefined; readonly data: string },
    requestKey: Uint8Array,
  ): unknown {
    const own = randomKey !== undefined && randomKey !== ''
    const aesKey = own ? rsaDecrypt(randomKey, this.#merchantKey, AES_KEY_BYTES) : requestKey
    if (aesKey === undefined) return undefined
    try {
      return JSON.parse(decryptText(data, aesKey)) as unknown
    } catch {
      return undefined
    }
  }
}

const IV_CHARACTERS = 16

/** The 16 characters of the IV, then Base64 of the ciphertext. */
export function encryptText(plain: string, aesKey: Uint8Array, iv: string): string {
  const cipher = createCipheriv(cipherOf(aesKey), aesKey, Buffer.from(iv, 'ascii'))
  return iv + cipher.update(plain, 'utf8', 'base64') + cipher.final('base64')
}

function decryptText(sealed: string, aesKey: Uint8Array): string {
  const iv = Buffer.from(sealed.slice(0, IV_CHARACTERS), 'ascii')
  const decipher = createDecipheriv(cipherOf(aesKey), aesKey, iv)
  return decipher.update(sealed.slice(IV_CHARACTERS), 'base64', 'utf8') + decipher.final('utf8')
}

function cipherOf(aesKey: Uint8Array): string {
  return `aes-${aesKey.length * 8}-cbc`
}

/** 8 random bytes as 16 upper-case hexadecimal characters: the form of AES keys and IVs alike. */
function randomHexText(): string {
  return randomBytes(8).toString('hex').toUpperCase()
}
