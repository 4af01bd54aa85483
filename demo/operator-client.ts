/** The part of the Operator API that plays the card network: it sends one purchase to the issuer and reports the decision. */
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

  async simulatePurchase(purchase: Purchase, idempotencyKey?: string): Promise<OperatorAnswer> {
    const answer = await exchange({
      method: 'POST',
      url: this.credentials.baseUrl + SIMULATE_PATH,
      headers: {
        Authorization: `Bearer ${this.credentials.operatorKey}`,
        'Content-Type': 'application/json',
        ...(idempotencyKey === undefined ? {} : { 'Idempotency-Key': idempotencyKey }),
      },
      body: JSON.stringify(purchase),
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
