/** How a partner is asked whether an authorization may stand. A dialect conforms to this. */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import type { InquiryOutcome, LateAnswer } from '@openissuer/core/authorization/partner-decision.ts'
import type { PartnerResponder } from '../ports.ts'

export type Reply = {
  readonly outcome: Exclude<InquiryOutcome, 'lost' | 'not-set-up'>
  readonly code: string | null
  readonly message: string | null
  readonly latencyMs: number
  /** after a `timeout`: what still comes; undefined when nothing does */
  readonly late: Promise<LateAnswer | undefined> | null
}

export type Responder = {
  /** Answers within the budget and a little more, whatever the partner does. Nothing is thrown. */
  ask(responder: PartnerResponder, authorization: Authorization, budgetMs: number): Promise<Reply>
  close(): Promise<void>
}
