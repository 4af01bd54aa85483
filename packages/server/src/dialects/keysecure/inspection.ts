/** Says of a callback that a merchant has received, or believes to have, whether its signature is ours, and what it is over. */
import { timingSafeEqual } from 'node:crypto'
import { keysecureSecretContext } from '../../app/create-partner.ts'
import type { InspectedStep, Inspection, SignatureInspector, SignedCallback } from '../../app/live/inspection.ts'
import { masked, withoutPans } from '../../app/live/masking.ts'
import type { Clock, Ports } from '../../app/ports.ts'
import { fieldNamesOf } from '../../http/field-names.ts'
import { AuthData } from './auth-callback.ts'
import { CALLBACK_DATA, NumberText, type Signer, signatureOf, signedText, type WireObject } from './callbacks.ts'

class Failure extends Error {}

const STEPS = ['credential', 'timestamp', 'signature form', 'body', 'signature'] as const

const KNOWN = new Set([...fieldNamesOf([AuthData, ...Object.values(CALLBACK_DATA)]), 'id', 'action', 'data', 'signed'])

export function keysecureInspector(
  { storage, vault, clock }: Pick<Ports, 'storage' | 'vault' | 'clock'>,
  wall: Clock,
): SignatureInspector {
  return {
    async inspect(apiKey, callback) {
      const credential = await storage.read.keysecureCredential(apiKey)
      if (credential === undefined) return undefined
      const { partnerId, enabled, expiresAt } = credential
      const apiSecret = vault.openSecret(keysecureSecretContext(apiKey), credential.apiSecret)
      const expired = expiresAt !== null && Temporal.Instant.compare(expiresAt, clock.now()) <= 0
      const standing = enabled && !expired ? 'Is in use.' : 'Is not in use any more, but signs what is underway.'
      return { partnerId, ...inspected({ apiKey, apiSecret }, callback, standing, wall.now()) }
    },
  }
}

function inspected(
  signer: Signer,
  { timestamp, signature, body }: SignedCallback,
  standing: string,
  now: Temporal.Instant,
): Omit<Inspection, 'partnerId'> {
  const steps: InspectedStep[] = [{ step: 'credential', holds: true, says: standing }]
  let content: Inspection['content'] = null
  const holds = (says: string) => steps.push({ step: STEPS[steps.length] ?? '', holds: true, says })
  try {
    holds(ageOf(timestamp, now))
    holds(formOf(signature))
    const { data, rewritten, ...rest } = contentOf(body)
    const signed = signedText(signer.apiKey, timestamp, data)
    content = masked({ ...rest, data: plainOf(data), signed: withoutPans(signed) }, KNOWN).value
    holds('Is one JSON object with id, action and data.')
    holds(verdict(signer, timestamp, signature, { data, rewritten }))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    steps.push({ step: STEPS[steps.length] ?? '', holds: false, says: error.message })
  }
  const left = STEPS.slice(steps.length).map(step => ({ step, holds: null, says: 'Not reached.' }))
  return { steps: [...steps, ...left], content }
}

function ageOf(timestamp: string, now: Temporal.Instant): string {
  if (!/^\d{13}$/.test(timestamp)) throw new Failure('Timestamp is not 13 digits, milliseconds since 1970.')
  const seconds = Math.round((now.epochMilliseconds - Number(timestamp)) / 1_000)
  return seconds < 0 ? `Is ${-seconds} s ahead of our clock.` : `Was ${seconds} s ago.`
}

function formOf(signature: string): string {
  if (/^[0-9a-f]{64}$/.test(signature)) return 'Is 64 lower-case hexadecimal digits.'
  if (/^[0-9a-f]{64}$/i.test(signature)) throw new Failure('Has upper-case digits; ours are lower-case.')
  throw new Failure('Is not 64 hexadecimal digits, as an HMAC-SHA256 is.')
}

type Content = {
  readonly id: unknown
  readonly action: unknown
  /** numbers as they were written */
  readonly data: WireObject
  /** numbers as JavaScript writes them */
  readonly rewritten: WireObject
}

function contentOf(body: string): Content {
  try {
    const written = parsed(body, (value, source) => new NumberText(source ?? String(value)))
    const rewritten = parsed(body, value => new NumberText(String(value)))
    if (!isObject(written?.data) || !isObject(rewritten?.data)) throw new Failure('Is no object with data in it.')
    return { id: written.id, action: written.action, data: written.data, rewritten: rewritten.data }
  } catch (error) {
    if (error instanceof SyntaxError) throw new Failure('Is not JSON.')
    throw error
  }
}

function parsed(body: string, numberOf: (value: number, source: string | undefined) => NumberText): Content | null {
  // the third argument is newer than its types: ECMAScript's JSON.parse source text access
  const parse = JSON.parse as (
    text: string,
    revive: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown
  return parse(body, (_name, value, { source }) =>
    typeof value === 'number' ? numberOf(value, source) : value,
  ) as Content | null
}

function isObject(value: unknown): value is WireObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText)
}

function verdict(signer: Signer, timestamp: string, signature: string, content: Pick<Content, 'data' | 'rewritten'>) {
  if (isSignature(signer, timestamp, content.data, signature)) return 'Is ours, over the text that is shown.'
  if (isSignature(signer, timestamp, content.rewritten, signature)) {
    throw new Failure(
      'Is over numbers in another notation: 100.00 has become 100 on the way. The text of a number counts.',
    )
  }
  throw new Failure('Is not ours: another secret, another time stamp, or a body that was changed.')
}

function isSignature(signer: Signer, timestamp: string, data: WireObject, signature: string): boolean {
  return timingSafeEqual(Buffer.from(signatureOf(signer, timestamp, data), 'hex'), Buffer.from(signature, 'hex'))
}

function plainOf(data: WireObject): unknown {
  return JSON.parse(JSON.stringify(data, (_name, value: unknown) => (value instanceof NumberText ? value.text : value)))
}
