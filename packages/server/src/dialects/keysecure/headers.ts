/** Who calls: the checks on a request's headers, before its body is looked at. */
import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { Partner } from '@openissuer/core/partner/partner.ts'
import type { Clock, KeysecureCredential, Reader } from '../../app/ports.ts'
import { createIpAllowList } from '../../http/ip-allow-list.ts'
import { KeysecureError } from './errors.ts'

export type Caller = { readonly apiKey: string; readonly partner: Partner; readonly credential: KeysecureCredential }

/** `ip` is the caller's as the HTTP server sees it, through trusted proxies only. */
export type HeaderRequest = { readonly headers: IncomingHttpHeaders; readonly ip: string }

export type HeaderPorts = {
  readonly read: Pick<Reader, 'keysecureCredential' | 'partner' | 'accessToken'>
  /** the product's clock: what credentials and tokens expire by */
  readonly clock: Clock
  /** real time: what `Timestamp` is compared with */
  readonly wallClock: Clock
  /** how far ahead of real time a `Timestamp` may be */
  readonly clockAheadMs: number
}

/**
 * Checks in this order, and the first objection is the answer (codes are docs, the order is proposed):
 * `Api-Key` present 1002, known 1008, enabled 1010, not expired 1011, merchant known 1021, merchant active 1022;
 * address allowed 1003; `Timestamp` 1005; `Access-Token` present 1006, valid 1007.
 *
 * Nothing is cached: a credential that is disabled, or an address taken off its list, counts from the next call on.
 *
 * @param accessToken whether this call needs one; only Get Token does not
 * @throws KeysecureError
 */
export async function authenticate(
  request: HeaderRequest,
  { accessToken }: { readonly accessToken: 'required' | 'none' },
  { read, clock, wallClock, clockAheadMs }: HeaderPorts,
): Promise<Caller> {
  const credential = await credentialOf(request, read, clock)
  const partner = await read.partner(credential.partnerId)
  if (partner === undefined) throw new KeysecureError(1021)
  if (partner.status !== 'active') throw new KeysecureError(1022)
  if (!createIpAllowList(credential.allowedAddresses).allows(request.ip)) throw new KeysecureError(1003)
  assertTimely(headerOf(request.headers, 'timestamp'), wallClock, clockAheadMs)
  if (accessToken === 'required') await assertToken(request, credential, read, clock)
  return { apiKey: credential.apiKey, partner, credential }
}

/** A header's value; one that was sent empty was not sent. Names are lower case. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  const text = Array.isArray(value) ? value.join(', ') : value
  return text === undefined || text.trim() === '' ? undefined : text
}

/** How storage knows an access token: SHA-256 of its text. */
export function hashAccessToken(token: string): Uint8Array {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** Whatever is not printable ASCII or longer is no key that was ever given out. */
const API_KEY = /^[\x21-\x7e]{1,128}$/

async function credentialOf(
  request: HeaderRequest,
  read: HeaderPorts['read'],
  clock: Clock,
): Promise<KeysecureCredential> {
  const apiKey = headerOf(request.headers, 'api-key')
  if (apiKey === undefined) throw new KeysecureError(1002)
  const credential = API_KEY.test(apiKey) ? await read.keysecureCredential(apiKey) : undefined
  if (credential === undefined) throw new KeysecureError(1008)
  if (!credential.enabled) throw new KeysecureError(1010)
  if (credential.expiresAt !== null && hasPassed(credential.expiresAt, clock)) throw new KeysecureError(1011)
  return credential
}

/** docs: 13 digits, 60 s. How much of the future is tolerated is a setting (proposed: nothing). */
const TIMESTAMP = /^\d{13}$/
const TIMESTAMP_AGE_MS_MAX = 60_000

function assertTimely(timestamp: string | undefined, wallClock: Clock, clockAheadMs: number): void {
  if (timestamp === undefined || !TIMESTAMP.test(timestamp)) throw new KeysecureError(1005)
  const ageMs = wallClock.now().epochMilliseconds - Number(timestamp)
  if (ageMs < -clockAheadMs || ageMs > TIMESTAMP_AGE_MS_MAX) throw new KeysecureError(1005)
}

async function assertToken(
  request: HeaderRequest,
  credential: KeysecureCredential,
  read: HeaderPorts['read'],
  clock: Clock,
): Promise<void> {
  const text = headerOf(request.headers, 'access-token')
  if (text === undefined) throw new KeysecureError(1006)
  const token = await read.accessToken(hashAccessToken(text))
  if (token === undefined || token.apiKey !== credential.apiKey || hasPassed(token.expiresAt, clock)) {
    throw new KeysecureError(1007)
  }
}

function hasPassed(expiresAt: Temporal.Instant, clock: Clock): boolean {
  return Temporal.Instant.compare(expiresAt, clock.now()) <= 0
}
