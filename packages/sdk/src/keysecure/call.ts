/** One call: headers with the time and the access token, the envelope of the answer, and a refusal as an error. */
import {
  type ApiError,
  AuthenticationError,
  ConflictError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  type Refusal,
  ServerError,
  UnexpectedAnswerError,
} from '../errors.ts'
import { isRecord, jsonOf } from '../json.ts'
import type { CallOptions } from '../options.ts'
import type { HttpAnswer, Transport } from '../transport.ts'
import { type AccessToken, TokenHolder } from './access-token.ts'
import { decryptField, encryptField } from './field-encryption.ts'

export type KeySecureKeys = {
  readonly apiKey: string
  readonly apiSecret: string
  readonly timezone: string | undefined
  readonly language: string | undefined
}

type Request = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  readonly repeatable: boolean
}

/** Resources hold this and nothing else of the client. */
export class KeySecureCall {
  readonly #transport: Transport
  readonly #keys: KeySecureKeys
  readonly #token: TokenHolder

  constructor(transport: Transport, keys: KeySecureKeys) {
    this.#transport = transport
    this.#keys = keys
    this.#token = new TokenHolder(() => this.#fetchToken(), transport.runtime.now)
  }

  get<T>(path: string, options: CallOptions = {}): Promise<T> {
    return this.#call({ method: 'GET', path, repeatable: true }, options)
  }

  /** For what may arrive twice: lists, and changes to a state that is named. */
  post<T>(path: string, body: object, options: CallOptions = {}): Promise<T> {
    return this.#call({ method: 'POST', path, body, repeatable: true }, options)
  }

  /** For what the second arrival is refused of: it is not repeated once it may have arrived. */
  postOnce<T>(path: string, body: object, options: CallOptions = {}): Promise<T> {
    return this.#call({ method: 'POST', path, body, repeatable: false }, options)
  }

  renewToken(): Promise<AccessToken> {
    return this.#token.renew()
  }

  encrypt(text: string): string {
    return encryptField(this.#keys.apiSecret, text)
  }

  /** @throws UnexpectedAnswerError for what was not encrypted under the API secret */
  decrypt(encrypted: string): unknown {
    const value = jsonOf(new TextEncoder().encode(decryptField(this.#keys.apiSecret, encrypted) ?? ''))
    if (value !== undefined) return value
    throw new UnexpectedAnswerError('The answer could not be decrypted.', { status: 200, requestId: null })
  }

  /** A token that is refused is replaced once; the call was not looked at then, so any call may be sent again. */
  async #call<T>(request: Request, options: CallOptions): Promise<T> {
    const token = await waitFor(this.#token.current(), options.signal)
    try {
      return await this.#send<T>(request, token, options)
    } catch (error) {
      if (!(error instanceof AuthenticationError) || !TOKEN_REFUSED.has(error.code)) throw error
      this.#token.refused(token)
    }
    return this.#send<T>(request, await waitFor(this.#token.current(), options.signal), options)
  }

  /** Several calls may wait for it, so no single one's signal ends it. */
  #fetchToken(): Promise<AccessToken> {
    return this.#send<AccessToken>({ method: 'GET', path: '/v1/merchant/token', repeatable: true }, undefined, {})
  }

  #send<T>({ method, path, body, repeatable }: Request, token: string | undefined, options: CallOptions): Promise<T> {
    const request = {
      method,
      path: `/open-api${path}`,
      headers: () => this.#headers(token),
      body: body === undefined ? undefined : JSON.stringify(body),
      requestId: null,
      repeatable,
    }
    // the types of the answers are those of the API's reference
    return this.#transport.send(request, options, answer => read(answer) as T)
  }

  #headers(token: string | undefined): Record<string, string> {
    const { apiKey, timezone, language } = this.#keys
    return {
      'Api-Key': apiKey,
      Timestamp: String(this.#transport.runtime.now()),
      'Content-Type': 'application/json',
      ...(token === undefined ? {} : { 'Access-Token': token }),
      ...(timezone === undefined ? {} : { Timezone: timezone }),
      ...(language === undefined ? {} : { Language: language }),
    }
  }
}

/** @throws the signal's reason as soon as it is aborted */
function waitFor<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise
  return new Promise<T>((resolve, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end))
  })
}

/** `Access-Token` missing, invalid or expired. */
const TOKEN_REFUSED = new Set(['1006', '1007'])

/** Success is `code` 0; refusals are HTTP 200 too. */
function read({ status, body }: HttpAnswer): unknown {
  const envelope = jsonOf(body)
  const code = isRecord(envelope) ? envelope['code'] : undefined
  if (!isRecord(envelope) || typeof code !== 'number') {
    throw new UnexpectedAnswerError('The answer is not one of the KeySecure API.', { status, requestId: null })
  }
  if (code === 0) return envelope['data']
  const message = typeof envelope['msg'] === 'string' ? envelope['msg'] : 'refused without a reason'
  throw refusalOf({ code: String(code), message, field: fieldOf(message), status, requestId: null })
}

const KINDS: readonly (readonly [new (refusal: Refusal) => ApiError, readonly string[]])[] = [
  [ServerError, ['1001']],
  [RateLimitError, ['1009']],
  [AuthenticationError, ['1002', '1005', '1006', '1007', '1008', '1010', '1011']],
  [PermissionError, ['1003', '1012', '1013', '1021', '1022']],
  [NotFoundError, ['2002', '3001', '4001', '4003', '4004', '4009']],
  [ConflictError, ['2001', '2003', '2004', '2005', '3002', '3003', '3004', '4002', '4005']],
]

function refusalOf(refusal: Refusal): ApiError {
  const Kind = KINDS.find(([, codes]) => codes.includes(refusal.code))?.[0] ?? InvalidRequestError
  return new Kind(refusal)
}

/** `address_info.city invalid parameter` begins with the field. */
function fieldOf(message: string): string | null {
  return /^([A-Za-z][A-Za-z0-9_.]*) (?:invalid parameter|参数错误)$/.exec(message)?.[1] ?? null
}
