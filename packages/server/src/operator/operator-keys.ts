import type { OperatorKey } from '@openissuer/core/operator/operator-key.ts'
import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import { createOperatorKey } from '../app/create-operator-key.ts'
import { revokeOperatorKey } from '../app/revoke-operator-key.ts'
import { secretHash } from './access.ts'
import { documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'
import { Role } from './sessions.ts'

const NewKey = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 100 }), role: Role },
  { additionalProperties: false },
)

const KEY = {
  keyId: IdText,
  name: Type.String(),
  role: Role,
  createdAt: InstantText,
  revokedAt: nullable(InstantText),
}

const ShownKey = Type.Object(KEY, { title: 'OperatorKey' })

const CreatedKey = Type.Object({ ...KEY, operatorKey: Type.String({ description: 'shown this once' }) })

const ListQuery = Type.Object(PAGE, { additionalProperties: false })

const described = documented('Access')

/** What may manage keys is the highest role, so nobody makes a key that may do more than the own one. */
const MANAGES_KEYS = { role: 'reveal' } as const

/** Keys of the people and programs that run the platform. */
export const operatorKeyRoutes: FastifyPluginAsync<OperatorContext> = async (server, { ports, runUnrecorded, run }) => {
  server.get<{ Querystring: Static<typeof ListQuery> }>(
    '/operator-keys',
    {
      config: MANAGES_KEYS,
      schema: {
        ...described('listOperatorKeys', 'List the operator keys', pageSchema('operatorKeys', ShownKey)),
        querystring: ListQuery,
      },
    },
    async ({ query }) => {
      const { rows, nextCursor } = await pageById(
        query,
        page => ports.storage.read.listOperatorKeys(page),
        key => key.keyId,
      )
      return { operatorKeys: rows.map(encodeKey), nextCursor }
    },
  )

  server.post<{ Body: Static<typeof NewKey> }>(
    '/operator-keys',
    {
      config: { ...MANAGES_KEYS, unrecorded: true },
      schema: { ...described('createOperatorKey', 'Make an operator key', CreatedKey, [], 201), body: NewKey },
    },
    async (request, reply) => {
      const { name, role } = request.body
      const created = await runUnrecorded(
        request,
        0n,
        work => createOperatorKey(work, { name, role, hash: secretHash }),
        ({ key, secret }) => ({ ...encodeKey(key), operatorKey: secret }),
      )
      return reply.code(201).send(created)
    },
  )

  server.post<{ Params: { keyId: string } }>(
    '/operator-keys/:keyId/revoke',
    {
      config: MANAGES_KEYS,
      schema: described('revokeOperatorKey', 'Revoke an operator key', ShownKey, [
        'operator-key-not-found',
        'last-reveal-key',
      ]),
    },
    request =>
      run(
        request,
        0n,
        async work => {
          const revocation = await revokeOperatorKey(work, keyIdOf(request.params.keyId))
          if (revocation.outcome === 'unknown') throw unknownKey()
          if (revocation.outcome === 'last-reveal-key') throw lastRevealKey()
          return revocation.key
        },
        encodeKey,
      ),
  )
}

function encodeKey({ keyId, name, role, createdAt, revokedAt }: OperatorKey) {
  const revoked = revokedAt?.toString() ?? null
  return { keyId: String(keyId), name, role, createdAt: createdAt.toString(), revokedAt: revoked }
}

function keyIdOf(text: string): bigint {
  if (!/^\d{1,18}$/.test(text)) throw unknownKey()
  return BigInt(text)
}

function unknownKey(): OperatorError {
  return new OperatorError(404, 'operator-key-not-found', 'There is no such operator key.')
}

function lastRevealKey(): OperatorError {
  return new OperatorError(409, 'last-reveal-key', 'This is the last key of role reveal: make another one first.')
}
