/** One call: the business data goes out encrypted, the answer comes back opened, and a refusal becomes an error. */
import { randomUUID } from 'node:crypto'
import {
  type ApiError,
  AuthenticationError,
  ConflictError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  type Refusal,
  refusalOfStatus,
  ServerError,
  UnexpectedAnswerError,
} from '../errors.ts'
import { isRecord, jsonOf } from '../json.ts'
import type { CallOptions } from '../options.ts'
import type { HttpAnswer, Transport } from '../transport.ts'
import type { Envelope } from './envelope.ts'

export type PagsmileCallOptions = CallOptions & {
  /**
   * 1 to 64 characters, never used before. A random one is made for each call; give one of your own to be able to repeat
   * the call after a restart.
   */
  readonly requestId?: string | undefined
}

/** A page, and how many rows match on all pages. */
export type Page<T> = { readonly total: number; readonly rows: readonly T[] }

/** `data` is undefined where the API answers with code and message only. */
export type Opened<T> = { readonly total: number; readonly data: T }

export type PagsmileKeys = {
  readonly appId: string
  readonly partnerId: string
  readonly envelope: Envelope
  /** whether a change may be sent again under its `request_id` */
  readonly retryChanges: boolean
}

/** Resources hold this and nothing else of the client. */
export class PagsmileCall {
  readonly #transport: Transport
  readonly #keys: PagsmileKeys

  constructor(transport: Transport, keys: PagsmileKeys) {
    this.#transport = transport
    this.#keys = keys
  }

  /** `partner_id`, which some calls have in their business data too. */
  get partnerId(): string {
    return this.#keys.partnerId
  }

  /** A call that only reads. */
  query<T>(path: string, bizData: object, options: PagsmileCallOptions = {}): Promise<Opened<T>> {
    return this.#send<T>(path, bizData, options, true)
  }

  async change<T>(path: string, bizData: object, options: PagsmileCallOptions = {}): Promise<T> {
    return (await this.#send<T>(path, bizData, options, this.#keys.retryChanges)).data
  }

  #send<T>(
    path: string,
    bizData: object,
    { requestId, ...options }: PagsmileCallOptions,
    repeatable: boolean,
  ): Promise<Opened<T>> {
    const { appId, partnerId, envelope } = this.#keys
    const id = requestId ?? randomUUID()
    const { sealed, aesKey } = envelope.seal(bizData)
    const body = {
      app_id: appId,
      partner_id: partnerId,
      request_id: id,
      timestamp: formatTime(this.#transport.runtime.now()),
      format: 'JSON',
      version: '2.0',
      sign_type: 'RSA',
      ...sealed,
    }
    const request = {
      method: 'POST',
      path,
      headers: () => ({ 'Content-Type': 'application/json; charset=UTF-8' }),
      body: JSON.stringify(body),
      requestId: id,
      repeatable,
    }
    return this.#transport.send(request, options, answer => read<T>(answer, id, data => envelope.open(data, aesKey)))
  }
}

const SUCCESS = '10000'

type Encrypted = Parameters<Envelope['open']>[0]

function read<T>(answer: HttpAnswer, requestId: string, open: (data: Encrypted) => unknown): Opened<T> {
  const outer = jsonOf(answer.body)
  if (!isRecord(outer) || typeof outer['code'] !== 'string') {
    throw unexpected('The answer is not one of the Pagsmile API.', answer, requestId)
  }
  if (outer['code'] !== SUCCESS) throw refusalOf(outer, answer.status, requestId)
  const { data, total, random_key: randomKey } = outer
  if (data === undefined || data === null) return { total: 0, data: undefined as T }
  const opened =
    typeof data === 'string'
      ? open({ randomKey: typeof randomKey === 'string' ? randomKey : undefined, data })
      : undefined
  if (opened === undefined) throw unexpected('The answer could not be decrypted.', answer, requestId)
  // the types of the answers are those of the API's reference
  return { total: typeof total === 'number' ? total : 1, data: opened as T }
}

const KINDS: Readonly<Record<string, new (refusal: Refusal) => ApiError>> = {
  'invalid-signature': AuthenticationError,
  'invalid-account': AuthenticationError,
  'missing-signature-config': AuthenticationError,
  'merchant-status-abnormal': PermissionError,
  'too-many-requests': RateLimitError,
  'data-not-found': NotFoundError,
  'duplicate-request': ConflictError,
  'dublicate-order': ConflictError,
  'dublicate-data': ConflictError,
  'invalid-card-status': ConflictError,
  'invalid-user': ConflictError,
  'insufficient-balance': ConflictError,
  'processing-error': ConflictError,
  'gen-card-token-fail': ConflictError,
  'SYS-0001': ServerError,
}

function refusalOf(outer: Readonly<Record<string, unknown>>, status: number, requestId: string): ApiError {
  const text = (name: string) => (typeof outer[name] === 'string' ? outer[name] : null)
  const subCode = text('sub_code')
  const message = text('sub_msg') ?? text('msg') ?? 'refused without a reason'
  const refusal = { message, code: text('code') ?? '', subCode, status, requestId }
  const Kind = subCode !== null && Object.hasOwn(KINDS, subCode) ? KINDS[subCode] : undefined
  return Kind === undefined ? refusalOfStatus(refusal) : new Kind(refusal)
}

function unexpected(message: string, { status }: HttpAnswer, requestId: string): UnexpectedAnswerError {
  return new UnexpectedAnswerError(message, { status, requestId })
}

/** `yyyy-MM-dd HH:mm:ss` in UTC. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
}
