/** The Pagsmile Issuing Card API over HTTP: decode, one use case, encode. */
import type { KeyObject } from 'node:crypto'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import type { CallRecorder } from '../../app/live/api-log.ts'
import type { Ports } from '../../app/ports.ts'
import { FailureLimit } from '../../http/failure-limit.ts'
import { BODY_BYTES_MAX, isJsonObject, type JsonObject } from '../../http/strict-json.ts'
import { APPLY, APPLY_PHYSICAL, QUERY_APPLY_RESULT, QUERY_BINS } from './applications.ts'
import { type AppChannel, AppDirectory } from './apps.ts'
import { QUERY_AUTHORIZATIONS } from './authorizations.ts'
import type { Call } from './call.ts'
import { CREATE_HOLDER, QUERY_HOLDER, UPDATE_HOLDER, UPLOAD_DOCUMENT } from './cardholders.ts'
import {
  BIND_HOLDER,
  BLOCK,
  QUERY_CARD_BALANCE,
  QUERY_CARD_INFO,
  RECHARGE,
  RECHARGE_RETURN,
  REPORT_LOST,
  REVOKE,
  UNBLOCK,
} from './cards.ts'
import { CREATE_CONTACT, QUERY_CONTACTS } from './contacts.ts'
import { CREATE_CORPORATION, QUERY_CORPORATION, QUERY_CORPORATION_RIGHTLY_SPELT } from './corporations.ts'
import { CREATE_DELIVERY_ADDRESS, QUERY_DELIVERY_ADDRESSES } from './delivery-addresses.ts'
import { type OpenedRequest, openRequest, sealAnswer } from './envelope.ts'
import {
  BODY_TOO_LARGE,
  errorBody,
  INVALID_ACCOUNT,
  INVALID_SIGNATURE,
  MEDIA_TYPE_NOT_SUPPORTED,
  MERCHANT_STATUS_ABNORMAL,
  METHOD_NOT_SUPPORTED,
  MISSING_SIGNATURE_CONFIG,
  PATH_NOT_FOUND,
  PagsmileError,
  SERVICE_UNAVAILABLE,
  TOO_MANY_FAILURES,
  type WireError,
  wireErrorOf,
} from './errors.ts'
import { CREATE_LIMIT, QUERY_DEFAULT_LIMIT, QUERY_LIMIT, QUERY_REMAINING_LIMIT, UPDATE_LIMIT } from './limits.ts'
import { CREATE_TOPUP, QUERY_BALANCE, QUERY_TOPUP_RESULT, TRANSFER } from './partner-accounts.ts'
import { noteAnswer, noteOpened, noteRefusal, noteSender, recordCalls, type Sender } from './recording.ts'
import { type Envelope, readEnvelope } from './request.ts'
import { QUERY_CARD_TRANSACTION_DETAIL, QUERY_CARD_TRANSACTIONS, QUERY_PARTNER_TRANSACTIONS } from './transactions.ts'
import { type WebhookRules, webhookCalls } from './webhooks.ts'

export const CALLS: readonly Call[] = [
  CREATE_HOLDER,
  UPDATE_HOLDER,
  QUERY_HOLDER,
  UPLOAD_DOCUMENT,
  CREATE_CORPORATION,
  QUERY_CORPORATION,
  QUERY_CORPORATION_RIGHTLY_SPELT,
  CREATE_CONTACT,
  QUERY_CONTACTS,
  QUERY_BINS,
  APPLY,
  APPLY_PHYSICAL,
  QUERY_APPLY_RESULT,
  BIND_HOLDER,
  CREATE_DELIVERY_ADDRESS,
  QUERY_DELIVERY_ADDRESSES,
  QUERY_CARD_INFO,
  QUERY_CARD_BALANCE,
  RECHARGE,
  RECHARGE_RETURN,
  BLOCK,
  UNBLOCK,
  REPORT_LOST,
  REVOKE,
  QUERY_DEFAULT_LIMIT,
  CREATE_LIMIT,
  UPDATE_LIMIT,
  QUERY_LIMIT,
  QUERY_REMAINING_LIMIT,
  QUERY_CARD_TRANSACTIONS,
  QUERY_CARD_TRANSACTION_DETAIL,
  QUERY_AUTHORIZATIONS,
  QUERY_BALANCE,
  QUERY_PARTNER_TRANSACTIONS,
  CREATE_TOPUP,
  QUERY_TOPUP_RESULT,
  TRANSFER,
]

/** Registers everything under `/issuing/`, in a context of its own: content types and errors of other doors stay theirs. */
export function pagsmileDialect({
  ports,
  webhooks,
  recorder,
}: {
  readonly ports: Ports
  readonly webhooks: WebhookRules
  readonly recorder?: CallRecorder
}): FastifyPluginAsync {
  const calls = [...CALLS, ...webhookCalls(webhooks)]
  return async app => {
    const door: Door = {
      ports,
      apps: new AppDirectory(ports),
      failures: new FailureLimit({ failuresMax: FAILURES_MAX, windowMs: 60_000 }),
    }
    const paths = new Set(calls.map(call => call.path))
    recordCalls(app, calls, recorder)
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, body)
    })
    app.setErrorHandler((error, request, reply) => {
      const wire = refusalOf(error) ?? fault(error, request.log)
      noteRefusal(request, wire)
      return reply.code(wire.httpStatus).type(JSON_TYPE).send(errorBody(wire))
    })
    for (const call of calls) {
      const bodyLimit = call.bodyBytesMax ?? BODY_BYTES_MAX
      app.post(call.path, { bodyLimit }, async (request, reply) => {
        const body = request.body instanceof Uint8Array ? request.body : new Uint8Array()
        const envelope = readEnvelope(request.headers['content-type'], body)
        return reply.type(JSON_TYPE).send(await answerTo(call, envelope, request, door))
      })
    }
    app.all('/issuing/*', { bodyLimit: BODY_BYTES_MAX }, request => {
      const path = request.url.replace(/\?.*/s, '')
      throw new PagsmileError(paths.has(path) ? METHOD_NOT_SUPPORTED : PATH_NOT_FOUND)
    })
  }
}

/**
 * How often an app may fail to be decrypted in a minute. What asks the platform's key the same question again and again
 * is either broken or looking for an oracle; both are told to wait before the key is used at all. (proposed): no rate is
 * documented. A client that changes its keys fails a few times, not a thousand times a minute.
 */
export const FAILURES_MAX = 1_000

const SUCCESS = { code: '10000', msg: 'Success' }

const JSON_TYPE = 'application/json; charset=utf-8'

/** Who asks, from where, and what the process knows of either. */
type Door = { readonly ports: Ports; readonly apps: AppDirectory; readonly failures: FailureLimit }

/** The documented order of checks; every later one may rely on those before it. */
async function answerTo(call: Call, envelope: Envelope, from: Sender, door: Door): Promise<string> {
  const channel = authorized(await door.apps.find(envelope.app_id), envelope)
  const { app } = channel
  noteSender(from, app)
  const opened = isInClear(channel, envelope, door.ports)
    ? { aesKey: null, bizData: envelope.biz_data }
    : openUnderLimit(channel, envelope, from.ip, door)
  const request = { app, requestId: envelope.request_id, bizData: opened.bizData }
  noteOpened(from, request)
  const answer = await call.answer(door.ports, request)
  noteAnswer(from, answer)
  if (answer === null) return JSON.stringify(SUCCESS)
  const { total } = answer
  if (opened.aesKey === null) return JSON.stringify({ ...SUCCESS, total, app_id: app.appId, data: answer.data })
  const sealed = sealAnswer(answer.data, opened.aesKey, channel.merchantKey)
  return JSON.stringify({
    ...SUCCESS,
    total,
    random_key: sealed.random_key,
    sign_type: 'RSA',
    app_id: app.appId,
    data: sealed.data,
  })
}

/** @throws PagsmileError: one answer for every failure, another one for too many of them */
function openUnderLimit(channel: OpenChannel, envelope: Envelope, address: string, door: Door): OpenedRequest {
  // counted by address too, so that a stranger who knows an app's id cannot shut its owner out
  const sender = `${channel.app.appId} ${address}`
  if (door.failures.isReached(sender)) throw new PagsmileError(TOO_MANY_FAILURES)
  const opened = openWith(channel, envelope, door.ports)
  if (opened !== undefined) return opened
  door.failures.note(sender)
  throw new PagsmileError(INVALID_SIGNATURE)
}

/** While a key is being replaced there are two; a failure has then tried both, whichever it was made with. */
function openWith({ platformKey, previousKey }: OpenChannel, envelope: Envelope, ports: Ports) {
  const sealed = { randomKey: envelope.random_key, bizData: envelope.biz_data }
  const opened = openRequest(sealed, platformKey)
  if (opened !== undefined || previousKey === null) return opened
  const expired = Temporal.Instant.compare(previousKey.expiresAt, ports.clock.now()) <= 0
  return expired ? undefined : openRequest(sealed, previousKey.key)
}

/** For development (proposed): a sandbox app that was set so may send an object, and reads its answer as one. */
function isInClear(
  { app }: OpenChannel,
  envelope: Envelope,
  { mode }: Ports,
): envelope is Envelope & { biz_data: JsonObject } {
  return app.plaintext && mode === 'sandbox' && isJsonObject(envelope.biz_data)
}

type OpenChannel = AppChannel & { readonly merchantKey: KeyObject }

/** An unknown app, an unknown partner and an app of another partner are one answer. */
function authorized(channel: AppChannel | undefined, envelope: Envelope): OpenChannel {
  if (channel === undefined || channel.app.partnerNo !== envelope.partner_id) throw new PagsmileError(INVALID_ACCOUNT)
  const { partner, merchantKey } = channel
  if (partner.status !== 'active') throw new PagsmileError(MERCHANT_STATUS_ABNORMAL)
  if (merchantKey === null) throw new PagsmileError(MISSING_SIGNATURE_CONFIG)
  return { ...channel, merchantKey }
}

/** The wire form of a refusal; undefined for a fault. What the HTTP server refuses itself is a body it cannot read. */
function refusalOf(error: unknown): WireError | undefined {
  if (error instanceof PagsmileError) return error.wire
  if (error instanceof DomainError) return wireErrorOf(error)
  const { code, statusCode } = httpErrorFields(error)
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return BODY_TOO_LARGE
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? MEDIA_TYPE_NOT_SUPPORTED : undefined
}

function httpErrorFields(error: unknown): { code: string | undefined; statusCode: number | undefined } {
  if (!(error instanceof Error)) return { code: undefined, statusCode: undefined }
  return {
    code: 'code' in error && typeof error.code === 'string' ? error.code : undefined,
    statusCode: 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined,
  }
}

/** Logs what went wrong. Only names, codes and stacks: other properties of an error may hold what a client sent. */
function fault(error: unknown, log: FastifyBaseLogger): WireError {
  log.error({ causes: causesOf(error) }, 'a Pagsmile call failed')
  return SERVICE_UNAVAILABLE
}

function causesOf(error: unknown, depth = 0): object[] {
  if (!(error instanceof Error) || depth === 5) return []
  const { code } = httpErrorFields(error)
  return [{ name: error.name, code, stack: error.stack }, ...causesOf(error.cause, depth + 1)]
}
