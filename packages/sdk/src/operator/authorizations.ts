import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Money, type Page, type PageQuery, type PeriodQuery, Resource } from './resource.ts'

export type Purpose = 'purchase' | 'cash' | 'refund' | 'verification' | 'balance-inquiry'

export type EntryMode = 'chip' | 'contactless' | 'magstripe' | 'ecommerce' | 'manual' | 'recurring'

export type DeclineReason =
  | 'card-expired'
  | 'card-lost'
  | 'card-not-active'
  | 'expiry-mismatch'
  | 'cvv2-mismatch'
  | 'pin-mismatch'
  | 'authentication-failed'
  | 'merchant-blocked'
  | 'mcc-blocked'
  | 'country-blocked'
  | 'single-amount-exceeded'
  | 'daily-count-exceeded'
  | 'daily-amount-exceeded'
  | 'monthly-amount-exceeded'
  | 'total-amount-exceeded'
  | 'spend-limit-count-exceeded'
  | 'spend-limit-amount-exceeded'
  | 'unknown-card'
  | 'reversed-before-arrival'
  | 'no-exchange-rate'
  | 'issuer-overloaded'
  | 'issuer-unavailable'
  | 'partner-declined'
  | 'partner-unavailable'
  | 'insufficient-funds'

/** The card acceptor. */
export type Merchant = {
  /** DE 42, at most 32 characters */
  readonly id: string
  readonly name: string
  /** four digits */
  readonly mcc: string
  /** ISO 3166-1 alpha-2 */
  readonly country: string
  readonly city: string
  /** DE 32, at most 13 characters */
  readonly acquirerId: string
}

/** What the message says of the cardholder's authentication by 3-D Secure. */
export type ThreeDs = {
  /** `05` or `02` authenticated, `06` or `01` attempted, `07` or `00` everything else */
  readonly eci: '00' | '01' | '02' | '05' | '06' | '07'
  readonly result: 'authenticated' | 'attempted' | 'failed' | 'unavailable' | 'not-performed'
  readonly version: '2.1.0' | '2.2.0' | '2.3.1' | null
  /** UUID */
  readonly dsTransactionId: string | null
}

/** One rule of the decision, with what it compared. */
export type Check = {
  readonly check: string
  readonly passed: boolean
  readonly value: string
  readonly threshold: string | null
  readonly remaining: string | null
  readonly window: { readonly from: string; readonly to: string | null; readonly zone: string | null } | null
}

/** The answer to an authorization. A decline is a normal result and no error. */
export type Decision = {
  readonly authorizationId: string
  readonly partnerId: string
  readonly cardToken: string
  readonly maskedPan: string
  readonly purpose: Purpose
  readonly decision: 'approved' | 'declined'
  /** null when approved */
  readonly declineReason: DeclineReason | null
  /** one sentence that is safe to show to the cardholder */
  readonly explanation: string
  /** DE 39 */
  readonly responseCode: string
  /** DE 38; null when declined */
  readonly approvalCode: string | null
  readonly transactionAmount: Money
  /** in the card's currency */
  readonly billingAmount: Money
  /** from the transaction to the billing amount; null within one currency */
  readonly conversionRate: string | null
  readonly approvedAmount: Money
  readonly held: Money
  /** rules in the order in which they were applied, up to the one that declined */
  readonly trace: readonly Check[]
  /** when the hold lapses; null where there is none */
  readonly expiresAt: string | null
  readonly createdAt: string
}

/** An authorization as it stands, with every message so far. */
export type Authorization = Decision & {
  readonly status: 'open' | 'closed'
  readonly reversed: Money
  readonly expired: Money
  readonly cleared: Money
  readonly refunded: Money
  readonly fee: Money
  readonly entryMode: EntryMode | null
  readonly threeDs: ThreeDs | null
  readonly merchant: { readonly [Field in keyof Merchant]: string | null }
  /** the decision first */
  readonly events: readonly AuthorizationEvent[]
  /** what came of asking the partner; null where it was not asked */
  readonly partnerDecision: PartnerDecision | null
}

export type EventKind =
  | 'authorization'
  | 'advice'
  | 'increment'
  | 'reversal'
  | 'expiry'
  | 'clearing'
  | 'refund'
  | 'refund-reversal'
  | 'clearing-correction'

/** One message of the network, or the lapse of a hold. */
export type AuthorizationEvent = {
  readonly eventId: string
  readonly partnerId: string
  /** null where the message follows no authorization */
  readonly authorizationId: string | null
  /** the clearing of a correction, the refund of a refund reversal */
  readonly originalEventId: string | null
  readonly kind: EventKind
  readonly transactionAmount: Money
  readonly billingAmount: Money
  /** the journal entry that moved the money */
  readonly entryId: string | null
  /** null for the decision, whose own record says all */
  readonly effect: Effect | null
  readonly createdAt: string
}

export type Effect = {
  /** change of the hold, signed */
  readonly hold: Money
  readonly conversionRate: string | null
  readonly fee: Money
  readonly feeEntryId: string | null
  /** a clearing after which no other is expected */
  readonly final: boolean
  /** posted although neither a hold nor available money covered it */
  readonly forced: boolean
  /** of an increment; null for every other message */
  readonly decision: 'approved' | 'declined' | null
  readonly declineReason: DeclineReason | null
  readonly explanation: string | null
  readonly approvalCode: string | null
  readonly trace: readonly Check[]
  /** the authorization after this message */
  readonly authorization: {
    readonly status: 'open' | 'closed'
    readonly approvedAmount: Money
    readonly held: Money
    readonly reversed: Money
    readonly expired: Money
    readonly cleared: Money
    readonly refunded: Money
  } | null
}

export type PartnerDecision = {
  readonly outcome: 'approved' | 'declined' | 'timeout' | 'unreachable' | 'bad-answer' | 'busy' | 'not-set-up' | 'lost'
  readonly decisionSource: 'partner' | 'fallback'
  readonly approved: boolean
  readonly code: string | null
  readonly message: string | null
  readonly latencyMs: number | null
  /** what came after the end of patience; it changed nothing */
  readonly late: {
    readonly approved: boolean
    readonly code: string | null
    readonly message: string | null
    readonly latencyMs: number
  } | null
  readonly decidedAt: string
}

export type ListedAuthorization = Omit<Authorization, 'trace' | 'events' | 'partnerDecision'>

export type AuthorizationQuery = PeriodQuery & {
  readonly cardToken?: string
  readonly status?: Authorization['status']
  readonly decision?: Decision['decision']
  readonly declineReason?: DeclineReason
  readonly lastFour?: string
  readonly mcc?: string
  /** how the merchant's name begins, in capitals or not */
  readonly merchant?: string
  /** of the billing amount; `minAmount` and `maxAmount`, both inclusive, need it */
  readonly currency?: string
  readonly minAmount?: string
  readonly maxAmount?: string
}

/**
 * What was found among a bounded number of rows: it may be short, or empty, although `nextCursor` leads on. `searchedTo`
 * is how far was looked, null at the end of the list.
 */
export type AuthorizationPage = Page<ListedAuthorization> & { readonly searchedTo: string | null }

export class Authorizations extends Resource {
  /** One page, newest first. */
  async list(
    partnerId: string,
    query: AuthorizationQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<AuthorizationPage> {
    const { authorizations, ...page } = await this.get<
      Omit<AuthorizationPage, 'rows'> & { readonly authorizations: AuthorizationPage['rows'] }
    >(path`/partners/${partnerId}/authorizations`, query, options)
    return { rows: authorizations, ...page }
  }

  listAll(
    partnerId: string,
    query: AuthorizationQuery = {},
    options?: OperatorCallOptions,
  ): AsyncIterable<ListedAuthorization> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  /** @param query with `partnerId` it is found among that partner's only */
  retrieve(
    authorizationId: string,
    query: { readonly partnerId?: string } = {},
    options?: OperatorCallOptions,
  ): Promise<Authorization> {
    return this.get(path`/authorizations/${authorizationId}`, query, options)
  }
}
