import type { FastifyPluginAsync } from 'fastify'
import { type Static, Type } from 'typebox'
import type { ApiLog, LoggedCall } from '../app/live/api-log.ts'
import { DIALECT_NAMES } from '../app/webhook-ports.ts'
import { documented, IdText, InstantText, nullable, pageSchema } from './answers.ts'
import { idOrNull, idParameter } from './ids.ts'
import { type OperatorContext, OperatorError } from './operator-api.ts'
import { PAGE, pageById } from './paging.ts'

const ListQuery = Type.Object(
  {
    dialect: Type.Optional(Type.Enum([...DIALECT_NAMES])),
    partnerId: Type.Optional(Type.String({ maxLength: 18 })),
    code: Type.Optional(Type.String({ maxLength: 64, description: 'code or sub code of the answer' })),
    path: Type.Optional(Type.String({ maxLength: 256, description: 'a part of it' })),
    ...PAGE,
  },
  { additionalProperties: false },
)

const CALL = {
  callId: IdText,
  at: InstantText,
  dialect: Type.Enum([...DIALECT_NAMES]),
  partnerId: nullable(IdText),
  credential: nullable(Type.String(), { description: 'app id or API key' }),
  method: Type.String(),
  path: Type.String(),
  requestId: nullable(Type.String(), { description: "the client's own" }),
  status: Type.Integer({ description: 'HTTP' }),
  code: Type.String({ description: 'of the dialect' }),
  subCode: nullable(Type.String()),
  latencyMs: Type.Number(),
  address: Type.String(),
}

const Body = (description: string) => Type.Unsafe<LoggedCall['request']>({ description })

const described = documented('API log')

/** What clients of the dialects have called lately, as far as this process remembers. */
export const apiLogRoutes: FastifyPluginAsync<OperatorContext & { readonly apiLog: ApiLog }> = async (
  server,
  { apiLog },
) => {
  server.get<{ Querystring: Static<typeof ListQuery> }>(
    '/api-log',
    {
      schema: {
        ...described('listCalls', 'List the newest calls of the dialects', pageSchema('calls', Type.Object(CALL))),
        querystring: ListQuery,
      },
    },
    async ({ query }) => {
      const { dialect, partnerId, code, path } = query
      const filter = {
        dialect,
        partnerId: partnerId === undefined ? undefined : idParameter(partnerId, 'partner-not-found'),
        code,
        path,
      }
      const { rows, nextCursor } = await pageById(
        query,
        async ({ after, limit }) => apiLog.list({ ...filter, before: after?.id, limit }),
        ({ callId }) => callId,
      )
      return { calls: rows.map(encodeListed), nextCursor }
    },
  )

  server.get<{ Params: { callId: string } }>(
    '/api-log/:callId',
    {
      schema: described(
        'showCall',
        'Show a call with what was said, masked',
        Type.Object({
          ...CALL,
          request: Body('null where there was none, or none that could be opened'),
          answer: Body('as it was before it was encrypted'),
        }),
        ['call-not-found'],
      ),
    },
    async ({ params }) => {
      const call = /^[0-9]{1,18}$/.test(params.callId) ? apiLog.find(BigInt(params.callId)) : undefined
      if (call === undefined) {
        throw new OperatorError(404, 'call-not-found', 'There is no such call in the log, or no more.')
      }
      return { ...encodeListed(call), request: call.request, answer: call.answer }
    },
  )
}

function encodeListed(call: LoggedCall) {
  const { request: _request, answer: _answer, callId, at, partnerId, latencyMs, ...rest } = call
  return {
    callId: String(callId),
    at: at.toString(),
    partnerId: idOrNull(partnerId),
    latencyMs: Math.round(latencyMs * 100) / 100,
    ...rest,
  }
}
