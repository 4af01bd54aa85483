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
  /** the order that it came in; an order for several cards has an application for each */
  readonly orderNo: string
  /** the partner's own number for the card; becomes the card's `uniqueNo` */
  readonly reference: string
  readonly status: CardApplicationStatus
  /** null for a card that is printed without a name and bound to its holder later */
  readonly cardholderId: bigint | null
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
  /** how a physical card is made and sent; null for a virtual one, and where the product alone decides */
  readonly production: CardProduction | null
}

export type CardProduction = {
  readonly nameOnCard: NameOnCard
  readonly shipping: ShippingMethod
  /** whom the courier may call */
  readonly contactId: bigint | null
}

/** Whose name is printed: an `agency` card is bound to its holder when it is handed out. */
export type NameOnCard = 'cardholder' | 'agency' | 'cardholder-and-agency'

export type ShippingMethod = 'standard' | 'courier'

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
