import type { Address } from '../cardholder/cardholder.ts'
import type { LimitTerms } from '../limits/card-limit.ts'
import type { Amount } from '../money/amount.ts'
import type { CardForm } from './card.ts'

/**
 * A partner's order for a card.
 * `in-review` while its cardholder is being verified; the card is made as soon as the cardholder is approved.
 */
export type CardApplication = {
  readonly partnerId: bigint
  readonly applicationId: bigint
  /** the partner's order number or unique card number; becomes the card's `uniqueNo` */
  readonly reference: string
  readonly status: CardApplicationStatus
  readonly cardholderId: bigint
  readonly programId: bigint
  readonly terms: CardTerms
  readonly cardId: bigint | null
  readonly createdAt: Temporal.Instant
}

export type CardApplicationStatus = 'in-review' | 'completed' | 'failed'

/** What the partner asked for. */
export type CardTerms = {
  readonly form: CardForm
  readonly funding: CardFunding
  readonly initialBalance: { readonly amount: Amount; readonly payAccountId: bigint } | null
  readonly limit: LimitTerms | null
  readonly remark: string | null
  /** where a physical card is sent, or what a product wants to know of its holder; null when nothing was said */
  readonly delivery: Delivery | null
}

export type Delivery = {
  readonly firstName: string | null
  readonly lastName: string | null
  /** with the country's dialling code, digits only; null when not given */
  readonly phone: string | null
  readonly address: Address
}

/** Where a card's money is: on an account of its own, on a shared one, on its cardholder's, or in the partner's reserve. */
export type CardFunding =
  | { readonly kind: 'card' }
  | { readonly kind: 'shared'; readonly accountId: bigint }
  | { readonly kind: 'cardholder' }
  | { readonly kind: 'reserve' }
