/**
 * One call of the Operator API: JSON in, JSON out, a bearer key or a browser's session, and an `Idempotency-Key` on
 * whatever changes something, so that a call whose answer was lost can be repeated without being done twice.
 *
 * Browsers run it too, so nothing that it reaches imports a module of Node.
 */
import { type ApiError, refusalOfStatus, UnexpectedAnswerError } from '../errors.ts'
import { newIdempotencyKey } from '../idempotency-key.ts'
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
  /** false where the API keeps no answer and takes no `Idempotency-Key`; such a change is not repeatable */
  readonly keyed?: boolean
}

/** What stands for the caller: a key, or a session whose cookie the browser holds. */
export type Credential = { readonly operatorKey: string } | { readonly session: true }

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Resources hold this and nothing else of the client. */
export class OperatorCall {
  readonly #transport: Transport
  readonly #credential: Credential

  constructor(transport: Transport, credential: Credential) {
    this.#transport = transport
    this.#credential = credential
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
      // browsers show a redirect as status 0
      if (answer.status < 200 || answer.status >= 300) throw notOurs(answer, requestId)
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
      headers: () => this.#credentialHeaders(),
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
    { body, query = {}, repeatable = true, keyed = method !== 'GET' }: OperatorRequest,
    { idempotencyKey, ...options }: OperatorCallOptions,
    read: (answer: HttpAnswer, requestId: string | null) => T,
  ): Promise<T> {
    const key = keyed ? (idempotencyKey ?? newIdempotencyKey()) : null
    const headers = this.#credentialHeaders()
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

  #credentialHeaders(): Record<string, string> {
    // a page of another origin cannot send this header, which is why a cookie counts beside it only
    if ('session' in this.#credential) return { 'OpenIssuer-Session': '1' }
    return { Authorization: `Bearer ${this.#credential.operatorKey}` }
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
