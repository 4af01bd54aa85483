/** What `envelope encrypt` and `envelope decrypt` do; unlike the server, they say at which step a body fails. */
import {
  constants,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  randomBytes,
} from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { encryptText, sessionKeyOf, splitSealedText } from '@openissuer/server/dialects/pagsmile/envelope.ts'
import { readSandboxCredentials } from './connection.ts'
import type { Terminal } from './terminal.ts'

const AES_KEY_BYTES = 16

/** @returns the two sealed fields of a request */
export async function encryptBody(
  terminal: Terminal,
  file: string | undefined,
  keyFile: string | undefined,
): Promise<{ random_key: string; biz_data: string }> {
  const key = await keyFrom(keyFile, createPublicKey, 'public', () => demoKeys(terminal, 'platformPublicKey'))
  const business = parseJson(await readInput(terminal, file))
  const aesKey = randomBytes(AES_KEY_BYTES)
  const randomKey = publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, aesKey)
  return { random_key: randomKey.toString('base64'), biz_data: encryptText(JSON.stringify(business), aesKey) }
}

/** @returns the business data of a request or an answer */
export async function decryptBody(
  terminal: Terminal,
  file: string | undefined,
  keyFile: string | undefined,
): Promise<unknown> {
  const key = await keyFrom(keyFile, createPrivateKey, 'private', () => demoKeys(terminal, 'merchantPrivateKey'))
  const body = parseJson(await readInput(terminal, file))
  if (typeof body !== 'object' || body === null) throw new Error('the body is not a JSON object')
  const { random_key: randomKey, biz_data: request, data: answer } = body as Record<string, unknown>
  const [name, sealed] = request === undefined ? ['data', answer] : ['biz_data', request]
  if (typeof randomKey !== 'string') throw new Error('the body has no random_key')
  if (typeof sealed !== 'string') throw new Error('the body has neither biz_data nor data')
  const aesKey = openKey(randomKey, key)
  const parts = splitSealedText(sealed)
  if (parts === undefined) {
    throw new Error(`${name} has not the form of 16 characters of IV and then Base64 of whole AES blocks`)
  }
  return parseJson(openText(parts, aesKey, name))
}

function openKey(randomKey: string, key: KeyObject): Uint8Array {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  const sealed = Buffer.from(randomKey, 'base64')
  if (sealed.length * 8 !== bits) {
    throw new Error(`random_key holds ${sealed.length} bytes, and this key opens ${bits / 8}: it is of another size`)
  }
  const aesKey = sessionKeyOf(rsaDecrypt(sealed, key))
  if (aesKey === undefined) {
    throw new Error('random_key does not open to an AES key: it was sealed for another key, or without PKCS#1 v1.5')
  }
  return aesKey
}

/** With a wrong key the runtime gives random bytes, or an error where the number is too large for it. */
function rsaDecrypt(sealed: Buffer, key: KeyObject): Buffer | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, sealed)
  } catch {
    return undefined
  }
}

function openText({ iv, ciphertext }: { iv: Buffer; ciphertext: Buffer }, aesKey: Uint8Array, name: string): string {
  const decipher = createDecipheriv(`aes-${aesKey.length * 8}-cbc`, aesKey, iv)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
  } catch (cause) {
    throw new Error(
      `${name} does not open under the key of random_key: it was sealed under another key, or is not CBC with PKCS#7`,
      { cause },
    )
  }
}

async function keyFrom(
  file: string | undefined,
  create: (key: { key: Buffer; format: 'der'; type: 'spki' & 'pkcs8' }) => KeyObject,
  kind: 'public' | 'private',
  fallback: () => Promise<string>,
): Promise<KeyObject> {
  const [name, content] =
    file === undefined ? ['sandbox credentials', await fallback()] : [file, await readFile(file, 'utf8')]
  const der = Buffer.from(content.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  try {
    return create({ key: der, format: 'der', type: (kind === 'public' ? 'spki' : 'pkcs8') as 'spki' & 'pkcs8' })
  } catch (cause) {
    const form = kind === 'public' ? 'public key (SPKI)' : 'private key (PKCS#8)'
    throw new Error(`${name} does not hold a ${form} as PEM or Base64`, { cause })
  }
}

async function demoKeys(terminal: Terminal, name: 'platformPublicKey' | 'merchantPrivateKey'): Promise<string> {
  const option = name === 'platformPublicKey' ? '--public-key' : '--private-key'
  const credentials = await readSandboxCredentials(terminal.env)
  if (credentials === undefined) throw new Error(`there are no sandbox credentials here: name a key with ${option}`)
  return credentials.pagsmile[name]
}

async function readInput(terminal: Terminal, file: string | undefined): Promise<string> {
  return file === undefined ? text(terminal.stdin) : readFile(file, 'utf8')
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new Error('that is not JSON', { cause })
  }
}
