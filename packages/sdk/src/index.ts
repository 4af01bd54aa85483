export {
  ApiError,
  AuthenticationError,
  ConflictError,
  ConnectionError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  SdkError,
  ServerError,
  TimeoutError,
  UnexpectedAnswerError,
} from './errors.ts'
export { KeySecureClient, type KeySecureOptions } from './keysecure/client.ts'
export type * as keysecure from './keysecure/index.ts'
export { OperatorClient, type OperatorOptions } from './operator/client.ts'
export type * as operator from './operator/index.ts'
export type { CallOptions, ClientOptions, Fetch, Runtime } from './options.ts'
export { PagsmileClient, type PagsmileOptions } from './pagsmile/client.ts'
export type * as pagsmile from './pagsmile/index.ts'
