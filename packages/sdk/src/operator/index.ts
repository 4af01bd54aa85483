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
} from '../errors.ts'
export type { CallOptions, ClientOptions, Fetch, Runtime } from '../options.ts'
export * from './accounts.ts'
export * from './api-log.ts'
export * from './audit-log.ts'
export * from './authorizations.ts'
export type { OperatorCallOptions } from './call.ts'
export * from './card-limits.ts'
export * from './cardholders.ts'
export * from './cards.ts'
export { OperatorClient, type OperatorOptions } from './client.ts'
export * from './clock.ts'
export * from './contacts.ts'
export * from './deposits.ts'
export * from './events.ts'
export * from './exchange-rates.ts'
export * from './fee-plans.ts'
export * from './inspections.ts'
export * from './journal-entries.ts'
export * from './ledger.ts'
export * from './live.ts'
export * from './merchant-controls.ts'
export * from './operator-keys.ts'
export * from './overview.ts'
export * from './partners.ts'
export * from './programs.ts'
export type { Money, Page, PageQuery, PeriodQuery } from './resource.ts'
export * from './scenarios.ts'
export * from './session.ts'
export * from './simulations.ts'
export * from './spend-limits.ts'
export * from './webhook-deliveries.ts'
export * from './webhook-endpoints.ts'
