/** What waits on the product's clock, as it is looked at before the clock is moved. */
import type { Amount } from '@openissuer/core/money/amount.ts'

export type DueKind = 'expiry' | 'management-fee' | 'unpaid-management-fee' | 'card-closing' | 'webhook-retry'

export type DueForecast = {
  readonly kind: DueKind
  readonly count: number
  /**
   * `at-least`: there are more than are counted; `estimate`: as if cards stayed as they are and no fee were waived or left
   * unpaid
   */
  readonly precision: 'exact' | 'at-least' | 'estimate'
  readonly earliestAt: Temporal.Instant | null
  /** holds that lapse, fees that are asked for; one for each currency */
  readonly amounts: readonly Amount[]
  /** in due order */
  readonly first: readonly DueSoon[]
}

export type DueSoon = {
  readonly at: Temporal.Instant
  readonly partnerId: bigint
  /** the authorization, the card, or the delivery as `<event>-<endpoint>` */
  readonly subject: string
  readonly cardToken: string | null
  readonly amount: Amount | null
}

/** What one look is bounded by: rows that are counted, and rows that are shown. */
export type DueBounds = { readonly until: Temporal.Instant; readonly counted: number; readonly shown: number }

/** What the storage counts of one partner. */
export type DueReader = {
  forecastExpiries(partnerId: bigint, bounds: DueBounds): Promise<DueForecast>
  forecastRetries(partnerId: bigint, bounds: DueBounds): Promise<DueForecast>
  /** cards that are closing, whose last hold lapses by then; those without a hold are due at once, which is `now` */
  forecastClosings(partnerId: bigint, bounds: DueBounds, now: Temporal.Instant): Promise<DueForecast>
}
