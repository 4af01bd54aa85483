/** Tells the API log of each call that was answered, bodies in clear. What is known of a call is noted on its request. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { CallRecorder } from '../../app/live/api-log.ts'
import type { PagsmileApp } from '../../app/ports.ts'
import { fieldNamesOf } from '../../http/field-names.ts'
import type { JsonObject } from '../../http/strict-json.ts'
import type { Answer, Call, CallRequest } from './call.ts'
import { refusalBody, type WireError } from './errors.ts'

/** A request, whatever its body. */
export type Sender = Pick<FastifyRequest, 'ip' | 'getDecorator'>

type Note = {
  app?: PagsmileApp
  requestId?: string
  bizData?: JsonObject
  answer?: Answer
  refusal?: WireError
}

const NOTE = 'pagsmileNote'

/** @param recorder undefined where nobody wants to know */
export function recordCalls(server: FastifyInstance, calls: readonly Call[], recorder: CallRecorder | undefined): void {
  server.decorateRequest(NOTE)
  server.addHook('onRequest', (request, _reply, done) => {
    request.setDecorator<Note>(NOTE, {})
    done()
  })
  if (recorder === undefined) return
  const known = fieldNamesOf([...calls.flatMap(({ bizData, data }) => [bizData, data]), ANSWER])
  server.addHook('onResponse', (request, reply, done) => {
    const { app, requestId, bizData, answer, refusal } = request.getDecorator<Note>(NOTE)
    const { code, subCode = null } = refusal ?? { code: '10000' }
    recorder.record(
      {
        dialect: 'pagsmile',
        proved: bizData !== undefined,
        partnerId: app?.partnerId ?? null,
        credential: app?.appId ?? null,
        method: request.method,
        path: request.url.replace(/\?.*/s, ''),
        requestId: requestId ?? null,
        request: bizData,
        answer: refusal === undefined ? { code, msg: 'Success', ...answer } : refusalBody(refusal),
        status: reply.statusCode,
        code,
        subCode,
        latencyMs: reply.elapsedTime,
        address: request.ip,
      },
      known,
    )
    done()
  })
}

/** What an answer has around its data. */
const ANSWER = { properties: { code: {}, msg: {}, sub_code: {}, sub_msg: {}, total: {}, data: {} } }

/** The app is known by its id; that it is the sender is not proved yet. */
export function noteSender(sender: Sender, app: PagsmileApp): void {
  noteOf(sender).app = app
}

export function noteOpened(sender: Sender, { requestId, bizData }: CallRequest): void {
  Object.assign(noteOf(sender), { requestId, bizData })
}

export function noteAnswer(sender: Sender, answer: Answer): void {
  noteOf(sender).answer = answer
}

export function noteRefusal(sender: Sender, refusal: WireError): void {
  noteOf(sender).refusal = refusal
}

function noteOf(sender: Sender): Note {
  return sender.getDecorator<Note>(NOTE)
}
