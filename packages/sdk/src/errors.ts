/**
 * What a call can fail with, one class for each kind of failure. Messages hold no key, token, card data or body of a
 * request, so they may be logged.
 */

/** The base of all: `catch (error) { if (error instanceof SdkError) … }`. */
export class SdkError extends Error {
  /** the id that the request was sent under, the same for all its attempts; null where the API knows none */
  readonly requestId: string | null

  constructor(message: string, details: { readonly requestId?: string | null; readonly cause?: unknown } = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = new.target.name
    this.requestId = details.requestId ?? null
  }
}

/** No connection, or it broke before the answer was complete: whether the request arrived is not known. */
export class ConnectionError extends SdkError {}

/** No complete answer within `timeoutMs`: whether the request arrived is not known. */
export class TimeoutError extends SdkError {
  readonly timeoutMs: number

  constructor(timeoutMs: number, requestId: string | null) {
    super(`There was no complete answer within ${timeoutMs} ms.`, { requestId })
    this.timeoutMs = timeoutMs
  }
}

/** What came back is not an answer of the API: a redirect, an HTML page of a proxy, an envelope that cannot be opened. */
export class UnexpectedAnswerError extends SdkError {
  /** HTTP status */
  readonly status: number

  constructor(message: string, details: { readonly status: number; readonly requestId: string | null }) {
    super(`${message} (HTTP ${details.status})`, details)
    this.status = details.status
  }
}

export type Refusal = {
  readonly message: string
  /** as the API names it: `card-not-found`, `40004`, `200004` */
  readonly code: string
  /** the finer code of APIs that have two */
  readonly subCode?: string | null
  /** the field that the refusal is about */
  readonly field?: string | null
  /** HTTP status */
  readonly status: number
  readonly requestId: string | null
}

/** The API understood the request and refused it. Its subclasses say in what way; the base stands for any other. */
export class ApiError extends SdkError {
  readonly code: string
  readonly subCode: string | null
  readonly field: string | null
  readonly status: number

  constructor({ message, code, subCode, field, status, requestId }: Refusal) {
    super(message, { requestId })
    this.code = code
    this.subCode = subCode ?? null
    this.field = field ?? null
    this.status = status
  }
}

/** The request is wrong in itself: repeated as it is, it is refused again. */
export class InvalidRequestError extends ApiError {}

/** Key, token, signature or envelope were not accepted. */
export class AuthenticationError extends ApiError {}

/** The caller is known and may not do this, from here or in this mode. */
export class PermissionError extends ApiError {}

/** What the request is about does not exist, or belongs to someone else. */
export class NotFoundError extends ApiError {}

/** What the request is about does not allow it as it stands now, or the same key came with another request before. */
export class ConflictError extends ApiError {}

/** Too many requests. */
export class RateLimitError extends ApiError {}

/** Something failed on the API's side. */
export class ServerError extends ApiError {}

/** The kind of refusal that an HTTP status stands for. */
export function refusalOfStatus(refusal: Refusal): ApiError {
  const { status } = refusal
  if (status >= 500) return new ServerError(refusal)
  switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
      return new InvalidRequestError(refusal)
    case 401:
      return new AuthenticationError(refusal)
    case 403:
      return new PermissionError(refusal)
    case 404:
    case 405:
      return new NotFoundError(refusal)
    case 409:
      return new ConflictError(refusal)
    case 429:
      return new RateLimitError(refusal)
    default:
      return new ApiError(refusal)
  }
}
