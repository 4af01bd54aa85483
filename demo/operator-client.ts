/** The Operator API: it plays the card network, and says where a partner hears of what happens. */
import { exchange, jsonOrUndefined } from './exchange.ts'

export type OperatorCredentials = { baseUrl: string; operatorKey: string }

export type Merchant = {
  id: string
  name: string
  mcc: string
  country: string
  city: string
  acquirerId: string
}

/** `amount` is positive, in major units of `currency`. */
export type Purchase = { cardToken: string; amount: string; currency: string; merchant: Merchant }

export type Money = { amount: string; currency: string }

/** One check of the decision, with what it compared; the fields beside `check` and `passed` depend on the check. */
export type TraceEntry = { check: string; passed: boolean; [detail: string]: unknown }

export type Decision = {
  authorizationId: string
  decision: 'approved' | 'declined'
  declineReason: string | null
  explanation: string
  responseCode: string
  approvalCode: string | null
  transactionAmount: Money
  billingAmount: Money
  trace: TraceEntry[]
  createdAt: string
}

export type OperatorAnswer = { status: number; text: string; body: Record<string, unknown>; elapsedMs: number }

export const SIMULATE_PATH = '/operator/v1/simulations/authorizations'

export class OperatorClient {
  readonly credentials: OperatorCredentials

  constructor(credentials: OperatorCredentials) {
    this.credentials = credentials
  }

  simulatePurchase(purchase: Purchase, idempotencyKey?: string): Promise<OperatorAnswer> {
    return this.call('POST', SIMULATE_PATH, purchase, idempotencyKey)
  }

  async call(method: string, path: string, body?: object, idempotencyKey?: string): Promise<OperatorAnswer> {
    const answer = await exchange({
      method,
      url: this.credentials.baseUrl + path,
      headers: {
        Authorization: `Bearer ${this.credentials.operatorKey}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const parsed = jsonOrUndefined(answer.text)
    return {
      status: answer.status,
      text: answer.text,
      body: typeof parsed === 'object' && parsed !== null ? { ...parsed } : {},
      elapsedMs: answer.elapsedMs,
    }
  }
}
