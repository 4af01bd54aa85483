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
export { OperatorClient, type OperatorOptions } from './operator/client.ts'
export type * as operator from './operator/index.ts'
export type { CallOptions, ClientOptions, Fetch, Runtime } from './options.ts'
