/** Tells the API log of each call that was answered. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallRecorder } from '../../app/live/api-log.ts'
import { fieldNamesOf } from '../../http/field-names.ts'
import type { Caller } from './headers.ts'

const ANSWER = 'keysecureAnswer'

/** @param callerOf who calls, once the headers have been found right */
export function recordCalls(
  api: FastifyInstance,
  recorder: CallRecorder,
  callerOf: (request: FastifyRequest) => Caller | undefined,
): void {
  const schemas: unknown[] = []
  let known: ReadonlySet<string> | undefined
  api.addHook('onRoute', ({ schema }) => {
    schemas.push(schema?.body, schema?.response)
  })
  api.decorateRequest(ANSWER)
  api.addHook('preSerialization', (request, _reply, payload, done) => {
    request.setDecorator(ANSWER, payload)
    done(null, payload)
  })
  api.addHook('onResponse', (request, reply, done) => {
    known ??= fieldNamesOf(schemas)
    const caller = callerOf(request)
    const answer = request.getDecorator<unknown>(ANSWER)
    recorder.record(
      {
        dialect: 'keysecure',
        proved: caller !== undefined,
        partnerId: caller?.partner.partnerId ?? null,
        credential: caller?.apiKey ?? null,
        method: request.method,
        path: request.url.replace(/\?.*/s, ''),
        requestId: uniqueNoOf(request.body),
        request: caller === undefined ? undefined : (request.body ?? undefined),
        answer,
        status: reply.statusCode,
        code: codeOf(answer),
        subCode: null,
        latencyMs: reply.elapsedTime,
        address: request.ip,
      },
      known,
    )
    done()
  })
}

/** What the merchant calls the thing that it asks for. */
function uniqueNoOf(body: unknown): string | null {
  if (typeof body !== 'object' || body === null) return null
  const [, value] = Object.entries(body).find(([name]) => name.endsWith('_unique_no')) ?? []
  return typeof value === 'string' ? value : null
}

function codeOf(answer: unknown): string {
  return typeof answer === 'object' && answer !== null && 'code' in answer ? String(answer.code) : ''
}
