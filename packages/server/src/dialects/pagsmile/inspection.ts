/**
 * Takes an envelope apart for an operator. The door gives one answer to everything that can be wrong inside of it, so that
 * nobody can ask the key questions; here is said why, to people who have the key anyway.
 */
import { constants, createPublicKey, type KeyObject, privateDecrypt } from 'node:crypto'
import type { EnvelopeInspector, InspectedStep, Inspection } from '../../app/live/inspection.ts'
import { masked } from '../../app/live/masking.ts'
import type { Ports } from '../../app/ports.ts'
import { fieldNamesOf } from '../../http/field-names.ts'
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  StrictJsonError,
} from '../../http/strict-json.ts'
import { type AppChannel, AppDirectory } from './apps.ts'
import type { Call } from './call.ts'
import { reader } from './check.ts'
import { decodeBase64, decryptCbc, sessionKeyOf, splitSealedText } from './envelope.ts'
import { PagsmileError } from './errors.ts'
import { type Envelope, readEnvelopeFields } from './request.ts'
import { CALLS } from './routes.ts'
import { type WebhookRules, webhookCalls } from './webhooks.ts'

/** What fails ends the inspection. */
class Failure extends Error {}

const STEPS = ['fields', 'app', 'random_key', 'session key', 'biz_data', 'padding', 'JSON', 'schema'] as const

type StepName = (typeof STEPS)[number]

export function pagsmileInspector(ports: Ports, webhooks: WebhookRules): EnvelopeInspector {
  const calls = [...CALLS, ...webhookCalls(webhooks)]
  const apps = new AppDirectory(ports)
  const known = fieldNamesOf(calls.map(({ bizData }) => bizData))
  return {
    async inspect(appId, envelope, path) {
      const channel = await apps.find(appId)
      if (channel === undefined) return undefined
      const call = calls.find(each => each.path === path)
      return inspection(channel, ports, known, envelope, path === undefined ? undefined : (call ?? path))
    },
  }
}

function inspection(
  channel: AppChannel,
  ports: Ports,
  known: ReadonlySet<string>,
  envelope: JsonValue,
  call: Call | string | undefined,
): Inspection {
  const steps: InspectedStep[] = []
  let content: JsonValue = null
  /** @returns what the step has found, which says so itself */
  const step = <T>(name: StepName, look: () => { readonly found: T; readonly says: string }): T => {
    const { found, says } = look()
    steps.push({ step: name, holds: true, says })
    return found
  }
  try {
    const fields = step('fields', () => fieldsOf(envelope))
    step('app', () => appFits(channel, fields))
    const bizData = openedIn(step, channel, ports, fields)
    content = masked(bizData, known).value
    if (call !== undefined) step('schema', () => schemaFits(call, bizData))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    const failed = STEPS[steps.length]
    if (failed !== undefined) steps.push({ step: failed, holds: false, says: error.message })
  }
  const reached = new Set(steps.map(({ step: name }) => name))
  const left = STEPS.filter(name => !reached.has(name)).map(name => ({
    step: name,
    holds: null,
    says: name === 'schema' && content !== null ? 'Say the path of the call to have it checked.' : 'Not reached.',
  }))
  return { partnerId: channel.app.partnerId, steps: [...steps, ...left], content }
}

type Step = <T>(name: StepName, look: () => { readonly found: T; readonly says: string }) => T

function openedIn(step: Step, channel: AppChannel, ports: Ports, fields: Envelope): JsonObject {
  const { biz_data: sealed, random_key: randomKey } = fields
  if (channel.app.plaintext && ports.mode === 'sandbox' && isJsonObject(sealed)) {
    const clear = { found: undefined, says: 'Not looked at: the app may send its business data in clear.' }
    for (const name of ['random_key', 'session key'] as const) step(name, () => clear)
    step('biz_data', () => ({ found: undefined, says: 'Is in clear.' }))
    for (const name of ['padding', 'JSON'] as const) step(name, () => clear)
    return sealed
  }
  const unwrapped = step('random_key', () => unwrappedKey(channel, ports, randomKey))
  const aesKey = step('session key', () => sessionKey(unwrapped))
  const parts = step('biz_data', () => partsOf(sealed))
  const plain = step('padding', () => unpadded(parts, aesKey))
  return step('JSON', () => jsonOf(plain))
}

function fieldsOf(envelope: JsonValue) {
  if (!isJsonObject(envelope)) throw new Failure('The envelope is no JSON object.')
  try {
    const says = 'All eight are there and well-formed. sign_type is a word of the format: nothing is signed.'
    return { found: readEnvelopeFields(envelope), says }
  } catch (error) {
    if (error instanceof PagsmileError) throw new Failure(`${error.wire.subMsg} (${error.wire.code}).`)
    throw error
  }
}

function appFits({ app, partner, merchantKey }: AppChannel, { app_id: appId, partner_id: partnerNo }: Envelope) {
  if (appId !== app.appId) throw new Failure('app_id names another app than the one that is looked at.')
  if (partnerNo !== app.partnerNo) throw new Failure(`partner_id is not the app's, which is ${app.partnerNo}.`)
  if (partner.status !== 'active') throw new Failure('The partner is disabled.')
  if (merchantKey === null)
    throw new Failure('The partner has uploaded no public key, so no answer could be encrypted.')
  return { found: undefined, says: 'app_id and partner_id belong together, and the partner has uploaded its key.' }
}

/** The content of `random_key`, under the key that is in use or the one before. */
function unwrappedKey({ platformKey, previousKey }: AppChannel, { clock }: Ports, randomKey: JsonValue) {
  const ciphertext = decodeBase64(randomKey)
  if (ciphertext === undefined) throw new Failure('Is no Base64 text.')
  const keyBytes = (createPublicKey(platformKey).asymmetricKeyDetails?.modulusLength ?? 0) / 8
  if (ciphertext.length !== keyBytes) {
    throw new Failure(`Has ${ciphertext.length} bytes; sealed for a key of ${keyBytes * 8} bits it has ${keyBytes}.`)
  }
  const found = pkcs1(platformKey, ciphertext)
  if (found !== undefined) return { found, says: 'Opens under the platform key.' }
  const before = previousKey === null ? undefined : pkcs1(previousKey.key, ciphertext)
  if (before !== undefined && previousKey !== null) {
    const until = previousKey.expiresAt.toString()
    if (Temporal.Instant.compare(previousKey.expiresAt, clock.now()) > 0) {
      return { found: before, says: `Opens under the platform key before, which counts until ${until}.` }
    }
    throw new Failure(`Was sealed for the platform key before, which has not counted since ${until}.`)
  }
  const oaep = ['sha1', 'sha256'].find(hash => opensWithOaep(platformKey, ciphertext, hash))
  if (oaep !== undefined) throw new Failure(`Has OAEP padding (${oaep}); PKCS#1 v1.5 is asked for.`)
  throw new Failure(
    "Opens under none of the app's platform keys: it was sealed for another key, or has another padding.",
  )
}

/** Without the runtime's implicit rejection, which makes something up for a wrong padding (RFC 8017, 7.2.2). */
function pkcs1(key: KeyObject, ciphertext: Buffer): Buffer | undefined {
  const block = raw(key, ciphertext)
  const end = block?.indexOf(0, 2) ?? -1
  return block?.[0] === 0 && block[1] === 2 && end >= 10 ? block.subarray(end + 1) : undefined
}

/** undefined for a number beyond the key's */
function raw(key: KeyObject, ciphertext: Buffer): Buffer | undefined {
  try {
    return privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext)
  } catch {
    return undefined
  }
}

function opensWithOaep(key: KeyObject, ciphertext: Buffer, oaepHash: string): boolean {
  try {
    privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext)
    return true
  } catch {
    return false
  }
}

function sessionKey(unwrapped: Buffer) {
  const found = sessionKeyOf(unwrapped)
  if (found === undefined) throw new Failure(`Has ${unwrapped.length} bytes; 16 are asked for.`)
  const form = found.length === unwrapped.length ? '' : ` written in ${unwrapped.length} characters`
  return { found, says: `Is an AES key of ${found.length * 8} bits${form}.` }
}

function partsOf(sealed: JsonValue) {
  const found = splitSealedText(sealed)
  if (found === undefined) {
    throw new Failure('Is not 16 characters of IV and then the Base64 of whole blocks of 16 bytes.')
  }
  return { found, says: `An IV and ${found.ciphertext.length / 16} blocks of ciphertext.` }
}

function unpadded(parts: { readonly iv: Buffer; readonly ciphertext: Buffer }, aesKey: Uint8Array) {
  const { bytes, paddingValid } = decryptCbc(parts, aesKey)
  if (!paddingValid) {
    throw new Failure(
      'Does not come out as AES in CBC mode with PKCS#7 padding: another key, another mode or other bytes.',
    )
  }
  return { found: bytes, says: `Right; the text has ${bytes.length} bytes.` }
}

function jsonOf(bytes: Buffer): { found: JsonObject; says: string } {
  try {
    const found = parseStrictJson(bytes)
    if (isJsonObject(found)) return { found, says: 'Is one JSON object.' }
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    // a first block that is wrong alone is an IV that is wrong
    const hint =
      error.reason === 'encoding' || error.reason === 'syntax' ? ' A wrong IV spoils the first 16 bytes only.' : ''
    throw new Failure(`Is not acceptable JSON: ${error.reason}.${hint}`)
  }
  throw new Failure('Is JSON, but no object.')
}

function schemaFits(call: Call | string, bizData: JsonObject) {
  if (typeof call === 'string') throw new Failure('There is no call at this path.')
  try {
    reader(call.bizData)(bizData)
    return { found: undefined, says: `Is what ${call.path} takes.` }
  } catch (error) {
    if (error instanceof PagsmileError) throw new Failure(`${error.wire.subMsg} (${error.wire.subCode}).`)
    throw error
  }
}
