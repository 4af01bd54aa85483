/**
 * Who calls the Operator API and what they may do. Programs bring a key as a bearer token; browsers bring the cookie of
 * a session that was begun with one. A cookie is sent by itself, so it counts only beside what a page of another origin
 * cannot send: a header that takes a preflight, which is never granted.
 */
import { createHash } from 'node:crypto'
import { mayActAs, type OperatorKey, type OperatorRole } from '@openissuer/core/operator/operator-key.ts'
import type { FastifyRequest } from 'fastify'
import type { Clock, Ports } from '../app/ports.ts'
import { FailureLimit } from '../http/failure-limit.ts'
import { OperatorError } from './operator-api.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** null until it is known, and where nobody is asked who they are */
    caller: Caller | null
  }

  interface FastifyContextConfig {
    /** what the key must be at least; unless said, `read-only` for reading and `operator` for everything else */
    readonly role?: OperatorRole
    /** needs no key */
    readonly open?: true
    /** the answer holds a secret and is kept nowhere, so the call takes no `Idempotency-Key` */
    readonly unrecorded?: true
  }
}

export type Caller = {
  readonly key: OperatorKey
  /** null for a bearer key */
  readonly session: { readonly sessionHash: Uint8Array; readonly expiresAt: Temporal.Instant } | null
}

export type Access = {
  /**
   * Lets a call in, with its `caller`.
   * @throws OperatorError `unauthorized`, `too-many-failures`, `cross-origin`, `role-insufficient`
   */
  admit(request: FastifyRequest): Promise<void>
  /**
   * The key that a call has brought, in its header or its body.
   * @throws OperatorError `unauthorized`, or `too-many-failures` when the address has failed too often
   */
  keyFrom(request: FastifyRequest, text: string): Promise<OperatorKey>
  /** Whether a call that was let in would still be: for those that last. */
  stillCounts(request: FastifyRequest): Promise<boolean>
}

export const SESSION_COOKIE = 'openissuer_session'
const SESSION_HEADER = 'openissuer-session'

/** Failures of one address in a minute. Whoever has a key that counts is never held up by them. */
const FAILURES_MAX = 10
const FAILURE_WINDOW_MS = 60_000

export function createAccess({ storage }: Pick<Ports, 'storage'>, wall: Clock): Access {
  const failures = new FailureLimit({ failuresMax: FAILURES_MAX, windowMs: FAILURE_WINDOW_MS })

  async function keyFrom({ ip }: FastifyRequest, text: string): Promise<OperatorKey> {
    const key = await storage.read.operatorKey(secretHash(text))
    if (key !== undefined) return key
    const waitMs = failures.waitMs(ip)
    if (waitMs > 0) throw tooManyFailures(waitMs)
    failures.note(ip)
    throw unauthorized()
  }

  async function identify(request: FastifyRequest): Promise<Caller> {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      return { key: await keyFrom(request, bearerOf(authorization)), session: null }
    }
    const token = sessionTokenOf(request.headers.cookie)
    if (token === undefined) throw unauthorized()
    refuseOtherOrigins(request)
    if (request.headers[SESSION_HEADER] !== '1') throw crossOrigin()
    const sessionHash = secretHash(token)
    const found = await storage.read.operatorSession(sessionHash, wall.now())
    if (found === undefined) throw unauthorized('The session is over: sign in again.')
    return { key: found.key, session: { sessionHash, expiresAt: found.expiresAt } }
  }

  return {
    keyFrom,
    async admit(request) {
      if (request.routeOptions.config.open === true) return
      const caller = await identify(request)
      if (!request.is404) demandRole(request, caller.key)
      request.caller = caller
    },
    async stillCounts(request) {
      const { session } = callerOf(request)
      const { read } = storage
      const found =
        session === null
          ? await read.operatorKey(secretHash(bearerOf(request.headers.authorization ?? '')))
          : await read.operatorSession(session.sessionHash, wall.now())
      return found !== undefined
    },
  }
}

/** How keys and sessions are known to the database: they are random, so a plain digest hides them. */
export function secretHash(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest()
}

/** Who has called; asked of calls that were let in. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === null) throw new Error('nobody was asked who they are')
  return caller
}

/** How the audit log names who has called. */
export function actorOf(request: FastifyRequest): string {
  return `operator-key:${callerOf(request).key.keyId}`
}

/**
 * What a browser says of where a call comes from, if it says anything (Fetch Metadata).
 * @throws OperatorError `cross-origin`
 */
export function refuseOtherOrigins({ headers }: FastifyRequest): void {
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') throw crossOrigin()
}

export function roleNeeded(method: string, { role }: { readonly role?: OperatorRole }): OperatorRole {
  if (role !== undefined) return role
  return ['GET', 'HEAD'].includes(method.toUpperCase()) ? 'read-only' : 'operator'
}

function demandRole({ method, routeOptions }: FastifyRequest, key: OperatorKey): void {
  const needed = roleNeeded(method, routeOptions.config)
  if (mayActAs(key.role, needed)) return
  throw new OperatorError(403, 'role-insufficient', `This needs a key of role ${needed}; this one is ${key.role}.`)
}

/** Nothing for another form, which no key has. */
function bearerOf(authorization: string): string {
  const [scheme, key, ...rest] = authorization.split(' ')
  return scheme?.toLowerCase() === 'bearer' && rest.length === 0 ? (key ?? '') : ''
}

function sessionTokenOf(cookies = ''): string | undefined {
  const pairs = cookies.split(';').map(pair => pair.trim().split('='))
  return pairs.find(([name]) => name === SESSION_COOKIE)?.[1]
}

function unauthorized(message = 'A valid operator key is needed: Authorization: Bearer <key>.'): OperatorError {
  return new OperatorError(401, 'unauthorized', message)
}

function crossOrigin(): OperatorError {
  const message = `A session is for pages of this server, which send ${SESSION_HEADER}: 1.`
  return new OperatorError(403, 'cross-origin', message)
}

function tooManyFailures(waitMs: number): OperatorError {
  const seconds = Math.ceil(waitMs / 1_000)
  const message = `This address has brought too many keys that do not count: wait ${seconds} s.`
  return new OperatorError(429, 'too-many-failures', message, undefined, { 'retry-after': String(seconds) })
}
