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
export {
  type AuthDecision,
  type AuthOptions,
  type CallbackAnswer,
  type Decide,
  respondToAuth,
} from './webhooks/auth.ts'
export type { HeaderSource } from './webhooks/headers.ts'
export {
  type AuthCallback,
  type CallbackKeys,
  type CardUpdateCallback,
  type ConsumptionCallback,
  type KeySecureCallback,
  type Purchase,
  type ReceivedCallback,
  verifyKeySecureCallback,
} from './webhooks/keysecure.ts'
export {
  type CardApplicationNotice,
  type CardStatusNotice,
  type HolderAuditNotice,
  type OneTimePasswordNotice,
  type PagsmileWebhook,
  parsePagsmileWebhook,
} from './webhooks/pagsmile.ts'
export {
  type KeySecureHandlers,
  keySecureReceiver,
  type PagsmileHandlers,
  pagsmileReceiver,
  type WebhookAnswer,
  type WebhookReceiver,
  type WebhookRequest,
} from './webhooks/receivers.ts'
export {
  type FastifyLike,
  fastifyPlugin,
  fetchHandler,
  type NodeRequest,
  type NodeResponse,
  nodeHandler,
} from './webhooks/servers.ts'
export { WebhookError, type WebhookFault } from './webhooks/webhook-error.ts'
