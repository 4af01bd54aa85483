/**
 * A client of the KeySecure Open Platform, written from its public description alone. Requests are not signed: the
 * `Api-Key` names the caller, `Timestamp` (13 digits, at most 60 s old, never ahead) bounds their age, and every call but
 * Get Token carries the `Access-Token` that Get Token handed out. Success is `code` 0 in the body, not the HTTP status.
 */
import { exchange, jsonOrUndefined } from './exchange.ts'

export type KeySecureCredentials = { baseUrl: string; apiKey: string }

export type KeySecureAnswer = {
  status: number
  /** The body as received, byte for byte. */
  text: string
  /** The body's object; empty when the body is not a JSON object. */
  envelope: Record<string, unknown>
  elapsedMs: number
}

/** `undefined` leaves a header out. */
export type HeaderOverrides = Record<string, string | undefined>

export const TOKEN_PATH = '/open-api/v1/merchant/token'

export class KeySecureClient {
  readonly credentials: KeySecureCredentials
  private accessToken: string | undefined

  constructor(credentials: KeySecureCredentials) {
    this.credentials = credentials
  }

  /** Get Token; a token in the answer is used for the calls that follow. */
  async logIn(): Promise<KeySecureAnswer> {
    const answer = await this.send('GET', TOKEN_PATH, undefined, { 'Access-Token': undefined })
    const { data } = answer.envelope
    if (typeof data === 'object' && data !== null && 'access_token' in data && typeof data.access_token === 'string') {
      this.accessToken = data.access_token
    }
    return answer
  }

  post(path: string, body: unknown, headers: HeaderOverrides = {}): Promise<KeySecureAnswer> {
    return this.send('POST', path, JSON.stringify(body), headers)
  }

  get(path: string, headers: HeaderOverrides = {}): Promise<KeySecureAnswer> {
    return this.send('GET', path, undefined, headers)
  }

  /** Any method and any body, with the usual headers unless overridden. `Timestamp` is taken at the moment of sending. */
  async send(
    method: string,
    path: string,
    body: string | Buffer | undefined,
    overrides: HeaderOverrides = {},
  ): Promise<KeySecureAnswer> {
    const usual: HeaderOverrides = {
      'Api-Key': this.credentials.apiKey,
      Timestamp: String(Date.now()),
      'Access-Token': this.accessToken,
      'Content-Type': 'application/json',
    }
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries({ ...usual, ...overrides })) {
      if (value !== undefined) headers[name] = value
    }
    const request = { method, url: this.credentials.baseUrl + path, headers }
    const answer = await exchange(body === undefined ? request : { ...request, body })
    const parsed = jsonOrUndefined(answer.text)
    return {
      status: answer.status,
      text: answer.text,
      envelope: typeof parsed === 'object' && parsed !== null ? { ...parsed } : {},
      elapsedMs: answer.elapsedMs,
    }
  }
}
