import { OPERATOR_ROLES } from '@openissuer/core/operator/operator-key.ts'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import type { Clock } from '../app/ports.ts'
import { type Access, type Caller, callerOf, refuseOtherOrigins, SESSION_COOKIE, secretHash } from './access.ts'
import { documented, IdText, InstantText, nullable } from './answers.ts'
import type { OperatorContext } from './operator-api.ts'

const SESSION_HOURS = 12
const SESSION_TOKEN_BYTES = 32

export const Role = Type.Enum([...OPERATOR_ROLES])

const SignIn = Type.Object(
  { operatorKey: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
)

const described = documented('Access')

const SignedIn = Type.Object(
  {
    keyId: IdText,
    name: Type.String(),
    role: Role,
    mode: Type.Enum(['sandbox', 'live']),
    expiresAt: nullable(InstantText, { description: 'real time; null for a bearer key, which has no session' }),
  },
  { title: 'SignedIn' },
)

const PATH = '/session'

/** Browsers sign in with an operator key and hold a cookie that their pages cannot read. */
export const sessionRoutes: FastifyPluginAsync<
  OperatorContext & { readonly access: Access; readonly wall: Clock }
> = async (server, { ports, runUnrecorded, access, wall }) => {
  server.post<{ Body: Static<typeof SignIn> }>(
    PATH,
    {
      config: { open: true, unrecorded: true },
      schema: { ...described('signIn', 'Sign a browser in', SignedIn), body: SignIn },
    },
    async (request, reply) => {
      refuseOtherOrigins(request)
      const key = await access.keyFrom(request, request.body.operatorKey)
      const token = ports.random.token(SESSION_TOKEN_BYTES)
      const createdAt = wall.now()
      const session = { sessionHash: secretHash(token), expiresAt: createdAt.add({ hours: SESSION_HOURS }) }
      request.caller = { key, session }
      await runUnrecorded(
        request,
        0n,
        async ({ tx }) => {
          await tx.deleteOperatorSessionsOver(createdAt)
          await tx.insertOperatorSession({ ...session, keyId: key.keyId, createdAt })
        },
        () => null,
      )
      reply.header('set-cookie', cookieOf(request, token, SESSION_HOURS * 3_600))
      return shown(request.caller)
    },
  )

  server.get(PATH, { schema: described('showSession', 'Show who is signed in', SignedIn) }, async request =>
    shown(callerOf(request)),
  )

  server.delete(
    PATH,
    {
      config: { role: 'read-only', unrecorded: true },
      schema: described(
        'signOut',
        'Sign the browser out',
        Type.Object({ signedOut: Type.Boolean({ description: 'false for a bearer key, which has no session' }) }),
      ),
    },
    async (request, reply) => {
      const { session } = callerOf(request)
      if (session === null) return { signedOut: false }
      const signedOut = await runUnrecorded(
        request,
        0n,
        ({ tx }) => tx.deleteOperatorSession(session.sessionHash),
        found => found,
      )
      reply.header('set-cookie', cookieOf(request, '', 0))
      return { signedOut }
    },
  )

  function shown({ key, session }: Caller) {
    const { keyId, name, role } = key
    return { keyId: String(keyId), name, role, mode: ports.mode, expiresAt: session?.expiresAt.toString() ?? null }
  }
}

function cookieOf({ protocol }: FastifyRequest, token: string, maxAgeSeconds: number): string {
  const attributes = ['HttpOnly', 'SameSite=Strict', 'Path=/operator/v1', `Max-Age=${maxAgeSeconds}`]
  if (protocol === 'https') attributes.push('Secure')
  return [`${SESSION_COOKIE}=${token}`, ...attributes].join('; ')
}
