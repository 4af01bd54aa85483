/**
 * A client of the Pagsmile Issuing Card API, written from its public description alone.
 *
 * The business object never travels in clear: a fresh AES key of 16 ASCII characters encrypts its JSON text (AES-128-CBC,
 * PKCS#7), the 16 characters of the IV stand in front of the Base64 ciphertext, and the AES key travels in `random_key`,
 * encrypted with the platform's RSA key (PKCS#1 v1.5). The answer's `data` is opened the same way, with the key found in
 * the answer's own `random_key` by means of the merchant's private key. There is no signature, whatever `sign_type` says.
 */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { exchange, jsonOrUndefined } from './exchange.ts'

export type PagsmileCredentials = {
  baseUrl: string
  appId: string
  partnerId: string
  /** PEM, SubjectPublicKeyInfo. */
  platformPublicKey: string
  /** PEM, PKCS#8. */
  merchantPrivateKey: string
}

/** The outer object of a request, as transmitted: `biz_data` and `random_key` are encrypted text. */
export type Envelope = Record<string, unknown>

export type PagsmileAnswer = {
  status: number
  /** The body as received, byte for byte. */
  text: string
  /** The outer object as received (`data` still encrypted); empty when the body is not a JSON object. */
  envelope: Record<string, unknown>
  /** `data` after decryption and JSON parsing; undefined when the answer carries none. */
  data: unknown
  elapsedMs: number
}

export const PAGSMILE_HEADERS = { 'Content-Type': 'application/json; chartset=UTF-8' }

export class PagsmileClient {
  readonly credentials: PagsmileCredentials
  readonly platformKey: KeyObject
  readonly merchantKey: KeyObject

  constructor(credentials: PagsmileCredentials) {
    this.credentials = credentials
    this.platformKey = createPublicKey(credentials.platformPublicKey)
    this.merchantKey = createPrivateKey(credentials.merchantPrivateKey)
  }

  /** Encrypts the business object, posts it, and opens the answer. */
  call(path: string, business: unknown): Promise<PagsmileAnswer> {
    return this.send(path, this.seal(JSON.stringify(business)))
  }

  /** The envelope around any text; `overrides` replaces outer fields, and `undefined` there leaves a field out. */
  seal(businessText: string | Buffer, overrides: Envelope = {}): Envelope {
    const key = randomHexText()
    return {
      app_id: this.credentials.appId,
      partner_id: this.credentials.partnerId,
      request_id: newRequestId(),
      timestamp: formatTimestamp(new Date()),
      format: 'JSON',
      version: '2.0',
      sign_type: 'RSA',
      random_key: sealKey(key, this.platformKey),
      biz_data: encryptText(businessText, key),
      ...overrides,
    }
  }

  /** Posts an envelope, or any text or bytes in its place, and opens what comes back. */
  async send(
    path: string,
    body: Envelope | string | Buffer,
    headers: Record<string, string> = PAGSMILE_HEADERS,
  ): Promise<PagsmileAnswer> {
    const answer = await exchange({
      method: 'POST',
      url: this.credentials.baseUrl + path,
      headers,
      body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    })
    const parsed = jsonOrUndefined(answer.text)
    const envelope = isRecord(parsed) ? parsed : {}
    return {
      status: answer.status,
      text: answer.text,
      envelope,
      data: this.open(envelope),
      elapsedMs: answer.elapsedMs,
    }
  }

  private open(envelope: Record<string, unknown>): unknown {
    const { random_key: randomKey, data } = envelope
    if (typeof data !== 'string' || typeof randomKey !== 'string') return undefined
    return JSON.parse(decryptText(data, openKey(randomKey, this.merchantKey))) as unknown
  }
}

/** 16 IV characters followed by the Base64 of the ciphertext. The key's length chooses AES-128, -192 or -256. */
export function encryptText(plain: string | Buffer, key: string | Buffer, iv: string = randomHexText()): string {
  const keyBytes = Buffer.from(key)
  const cipher = createCipheriv(`aes-${keyBytes.length * 8}-cbc`, keyBytes, Buffer.from(iv, 'ascii'))
  return iv + Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
}

export function decryptText(wire: string, key: string | Buffer): string {
  const keyBytes = Buffer.from(key)
  const decipher = createDecipheriv(`aes-${keyBytes.length * 8}-cbc`, keyBytes, Buffer.from(wire.slice(0, 16), 'ascii'))
  return Buffer.concat([decipher.update(wire.slice(16), 'base64'), decipher.final()]).toString('utf8')
}

export function sealKey(key: string | Buffer, publicKey: KeyObject): string {
  return publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(key)).toString('base64')
}

export function openKey(randomKey: string, privateKey: KeyObject): Buffer {
  return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(randomKey, 'base64'))
}

/** 8 random bytes as 16 upper-case hexadecimal characters: the form of AES keys and IVs alike. */
export function randomHexText(): string {
  return randomBytes(8).toString('hex').toUpperCase()
}

/** 32 characters in the documentation's layout 8-4-4-4-8 (not a UUID: the last group is four characters short). */
export function newRequestId(): string {
  return randomBytes(14)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{8})$/, '$1-$2-$3-$4-$5')
}

/** `yyyy-MM-dd HH:mm:ss` in UTC. */
export function formatTimestamp(instant: Date): string {
  return instant.toISOString().slice(0, 19).replace('T', ' ')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
