import type {
  AuthorizationEvent,
  Decision,
  DeclineReason,
  EntryMode,
  Merchant,
  Purpose,
  ThreeDs,
} from './authorizations.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

/** A card by exactly one of its names. */
export type CardName =
  | { readonly cardToken: string; readonly pan?: never }
  | { readonly pan: string; readonly cardToken?: never }

/** Amounts are positive decimal text in major units. */
export type SimulateAuthorization = CardName & {
  readonly amount: string
  /** any currency */
  readonly currency: string
  /** the same in the card's currency as the network has converted it; without it the rate table converts */
  readonly billingAmount?: string
  /** `purchase` unless said; `verification` and `balance-inquiry` go with the amount 0 */
  readonly purpose?: Purpose
  readonly entryMode?: EntryMode
  readonly merchant?: Partial<Merchant>
  /** each is compared with the card: YYMM, 3 digits, 4 to 12 digits */
  readonly cardData?: { readonly expiry?: string; readonly cvv2?: string; readonly pin?: string }
  readonly threeDs?: Pick<ThreeDs, 'eci' | 'result'> & {
    readonly version?: NonNullable<ThreeDs['version']>
    readonly dsTransactionId?: string
  }
  /** instead of `threeDs`: the answer to a challenge decides what the message says */
  readonly threeDsChallenge?: { readonly challengeId: string; readonly password: string }
  /** the merchant accepts less */
  readonly partialApproval?: boolean
  /** it has happened already: recorded, never declined */
  readonly advice?: boolean
  /** declined for this reason, whatever limits and money say */
  readonly forceDecline?: DeclineReason
}

/** An authorization by its id, or by the Idempotency-Key that it came under, with its card. */
export type OriginalName =
  | { readonly authorizationId: string; readonly originalKey?: never; readonly cardToken?: never; readonly pan?: never }
  | (CardName & { readonly originalKey: string; readonly authorizationId?: never })

/** A clearing or refund by the `eventId` of its answer, or by its Idempotency-Key with the card. */
type EventName<Id extends 'clearingId' | 'refundId'> =
  | ({ readonly [Name in Id]: string } & {
      readonly originalKey?: never
      readonly cardToken?: never
      readonly pan?: never
    })
  | (CardName & { readonly originalKey: string } & { readonly [Name in Id]?: never })

/** In the card's currency unless `currency` names another. */
type Amounted = { readonly amount: string; readonly currency?: string }

/** What posts money: of an authorization, or on a card alone, where it may name its merchant. */
type Posting = Amounted & {
  /** in the card's currency, as the network has converted it */
  readonly billingAmount?: string
} & (
    | (OriginalName & { readonly merchant?: never })
    | (CardName & {
        readonly authorizationId?: never
        readonly originalKey?: never
        readonly merchant?: Partial<Merchant>
      })
  )

export type SimulateIncrement = OriginalName & Amounted
/** without an amount all that is held */
export type SimulateReversal = OriginalName & Partial<Amounted>
export type SimulateExpiry = { readonly authorizationId: string }
/** `final`: no other clearing is expected */
export type SimulateClearing = Posting & { readonly final?: boolean }
/** `amount`: what it should have been, in the card's currency */
export type SimulateClearingCorrection = EventName<'clearingId'> & { readonly amount: string }
export type SimulateRefund = Posting
/** without an amount all that is left; in the card's currency */
export type SimulateRefundReversal = EventName<'refundId'> & { readonly amount?: string }
export type SimulateOutOfOrderPair = CardName & {
  readonly amount: string
  readonly currency: string
  readonly purpose?: 'purchase' | 'cash'
  readonly entryMode?: EntryMode
  readonly advice?: boolean
  readonly merchant?: Partial<Merchant>
}

export type SimulateChallenge = CardName & {
  /** zero where only the card is verified */
  readonly amount: string
  readonly currency: string
  /** of which the name counts */
  readonly merchant?: Partial<Merchant>
}

/** What the cardholder was asked; the password is told to the partner alone, by a webhook. */
export type Challenge = {
  readonly challengeId: string
  readonly partnerId: string
  readonly cardToken: string
  readonly maskedPan: string
  readonly amount: string
  readonly currency: string
  readonly merchantName: string | null
  readonly createdAt: string
  readonly expiresAt: string
}

/** `repeated`: the answer is a recorded one, as the same message had come before. */
export type SimulatedDecision = Decision & { readonly repeated: boolean }
export type SimulatedEvent = AuthorizationEvent & { readonly repeated: boolean }

/**
 * Messages of the card network; sandbox only. The Idempotency-Key of a call is its match key: repeated, it is the same
 * message again and gets the recorded answer.
 */
export class Simulations extends Resource {
  /** @throws ServerError `issuer-overloaded` or `issuer-unavailable` where nothing was decided */
  authorize(authorization: SimulateAuthorization, options?: OperatorCallOptions): Promise<SimulatedDecision> {
    return this.post('/simulations/authorizations', authorization, options)
  }

  /** Asks the cardholder for a one-time password, as an access control server does. */
  challenge(challenge: SimulateChallenge, options?: OperatorCallOptions): Promise<Challenge> {
    return this.post('/simulations/three-ds-challenges', challenge, options)
  }

  increment(increment: SimulateIncrement, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    return this.post('/simulations/increments', increment, options)
  }

  /** May come before its original when that is named by its key. */
  reverse(reversal: SimulateReversal, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    return this.post('/simulations/reversals', reversal, options)
  }

  /** Lets the hold lapse now, due or not. */
  expire(expiry: SimulateExpiry, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    // a hold lapses once: the same call again would be refused instead of answered as before
    return this.postOnce('/simulations/expiries', expiry, options)
  }

  clear(clearing: SimulateClearing, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    return this.post('/simulations/clearings', clearing, options)
  }

  correctClearing(correction: SimulateClearingCorrection, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    return this.post('/simulations/clearing-corrections', correction, options)
  }

  refund(refund: SimulateRefund, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    return this.post('/simulations/refunds', refund, options)
  }

  reverseRefund(reversal: SimulateRefundReversal, options?: OperatorCallOptions): Promise<SimulatedEvent> {
    return this.post('/simulations/refund-reversals', reversal, options)
  }

  /** The message of an authorization once more, as from a network that has not heard the answer. */
  resend(original: OriginalName, options?: OperatorCallOptions): Promise<SimulatedDecision> {
    return this.post('/simulations/duplicates', original, options)
  }

  /** A reversal first and the authorization that it reverses after it. */
  sendOutOfOrder(
    pair: SimulateOutOfOrderPair,
    options?: OperatorCallOptions,
  ): Promise<{ readonly reversal: SimulatedEvent; readonly authorization: SimulatedDecision }> {
    return this.post('/simulations/out-of-order-pairs', pair, options)
  }
}
