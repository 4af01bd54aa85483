/**
 * One call of the Operator API: JSON in, JSON out, a bearer key, and an `Idempotency-Key` on whatever changes something,
 * so that a call whose answer was lost can be repeated without being done twice.
 */
import { randomUUID } from 'node:crypto'
import { type ApiError, refusalOfStatus, UnexpectedAnswerError } from '../errors.ts'
import { isRecord, jsonOf } from '../json.ts'
import type { CallOptions } from '../options.ts'
import { type ServerSentEvent, serverSentEvents } from '../server-sent-events.ts'
import type { HttpAnswer, Transport } from '../transport.ts'

export type OperatorCallOptions = CallOptions & {
  /**
   * 1 to 128 printable ASCII characters. A random one is made for each call that changes something; give one of your own to
   * be able to repeat the call after a restart. On a simulation it is the match key of the network message.
   */
  readonly idempotencyKey?: string | undefined
}

export type OperatorRequest = {
  readonly body?: object
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** false where the second arrival is another call although the key is the same */
  readonly repeatable?: boolean
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Resources hold this and nothing else of the client. */
export class OperatorCall {
  readonly #transport: Transport
  readonly #operatorKey: string

  constructor(transport: Transport, operatorKey: string) {
    this.#transport = transport
    this.#operatorKey = operatorKey
  }

  /** @param path under `/operator/v1` */
  json<T>(method: Method, path: string, request: OperatorRequest, options: OperatorCallOptions = {}): Promise<T> {
    return this.#send(method, `/operator/v1${path}`, request, options, (answer, requestId) => {
      const value = jsonOf(answer.body)
      if (answer.status >= 400) throw refusalOf(answer, value, requestId)
      if (value === undefined || answer.status >= 300) throw notOurs(answer, requestId)
      // the types of the answers are those of the API's reference
      return value as T
    })
  }

  bytes(path: string, options: OperatorCallOptions = {}): Promise<Uint8Array> {
    return this.#send('GET', `/operator/v1${path}`, {}, options, (answer, requestId) => {
      if (answer.status >= 400) throw refusalOf(answer, jsonOf(answer.body), requestId)
      if (answer.status >= 300) throw notOurs(answer, requestId)
      return answer.body
    })
  }

  /** The events of a stream, until it ends or the caller leaves. */
  async *events(
    path: string,
    query: NonNullable<OperatorRequest['query']>,
    { idempotencyKey: _none, ...options }: OperatorCallOptions = {},
  ): AsyncGenerator<ServerSentEvent, void> {
    const request = {
      method: 'GET',
      path: `/operator/v1${path}${queryOf(query)}`,
      headers: () => ({ Authorization: `Bearer ${this.#operatorKey}` }),
      requestId: null,
      repeatable: false,
    }
    const refuse = (answer: HttpAnswer): never => {
      throw refusalOf(answer, jsonOf(answer.body), null)
    }
    yield* serverSentEvents(this.#transport.stream(request, options, refuse))
  }

  /** The health pages, which need no key and may answer 503 as their result. */
  status(path: '/livez' | '/readyz', options: CallOptions = {}): Promise<number> {
    const request = { method: 'GET', path, headers: () => ({}), requestId: null, repeatable: true }
    return this.#transport.send(request, options, answer => answer.status)
  }

  #send<T>(
    method: Method,
    path: string,
    { body, query = {}, repeatable = true }: OperatorRequest,
    { idempotencyKey, ...options }: OperatorCallOptions,
    read: (answer: HttpAnswer, requestId: string | null) => T,
  ): Promise<T> {
    const key = method === 'GET' ? null : (idempotencyKey ?? randomUUID())
    const headers: Record<string, string> = { Authorization: `Bearer ${this.#operatorKey}` }
    if (key !== null) headers['Idempotency-Key'] = key
    if (body !== undefined) headers['Content-Type'] = 'application/json'
    const request = {
      method,
      path: path + queryOf(query),
      headers: () => headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      requestId: key,
      repeatable,
    }
    return this.#transport.send(request, options, answer => read(answer, key))
  }
}

function queryOf(query: NonNullable<OperatorRequest['query']>): string {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

function refusalOf(answer: HttpAnswer, value: unknown, requestId: string | null): ApiError | UnexpectedAnswerError {
  const error = isRecord(value) ? value['error'] : undefined
  if (!isRecord(error)) return notOurs(answer, requestId)
  const { code, message, field } = error
  if (typeof code !== 'string' || typeof message !== 'string') return notOurs(answer, requestId)
  return refusalOfStatus({
    code,
    message,
    field: typeof field === 'string' ? field : null,
    status: answer.status,
    requestId,
  })
}

function notOurs({ status }: HttpAnswer, requestId: string | null): UnexpectedAnswerError {
  return new UnexpectedAnswerError('The answer is not one of the Operator API.', { status, requestId })
}
