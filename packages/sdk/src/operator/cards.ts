import { path } from '../path.ts'
import type { Account } from './accounts.ts'
import type { OperatorCallOptions } from './call.ts'
import type { CardholderReview } from './cardholders.ts'
import { type Money, type Page, type PageQuery, Resource } from './resource.ts'

export type CardState = {
  readonly cardId: string
  readonly token: string
  readonly maskedPan: string
  readonly form: 'virtual' | 'physical'
  readonly status: CardStatus
  readonly activatedAt: string | null
}

export type CardStatus =
  | 'pending'
  | 'awaiting-activation'
  | 'active'
  | 'blocked'
  | 'lost'
  | 'closing'
  | 'closed'
  | 'failed'

export type CardAction = 'produce' | 'activate' | 'block' | 'unblock' | 'report-lost' | 'close'

/** 1 to 128 characters */
export type Reason = { readonly reason?: string }

/** A card without its secrets. */
export type Card = {
  readonly cardId: string
  readonly partnerId: string
  readonly cardToken: string
  /** the partner's own number */
  readonly uniqueNo: string
  readonly maskedPan: string
  readonly lastFour: string
  /** `yyyy-MM` */
  readonly expiry: string
  readonly network: 'visa' | 'mastercard' | 'discover' | 'unionpay'
  readonly form: 'virtual' | 'physical'
  readonly status: CardStatus
  /** spends from a shared account */
  readonly shared: boolean
  readonly programId: string
  readonly cardholderId: string | null
  readonly accountId: string
  readonly remark: string | null
  readonly createdAt: string
  readonly activatedAt: string | null
}

type CardUse = {
  readonly dailyCount: number
  readonly dailyAmount: Money
  readonly monthlyAmount: Money
  readonly totalAmount: Money
}

export type CardWithDetails = Card & {
  readonly program: { readonly programId: string; readonly name: string }
  readonly cardholder: {
    readonly cardholderId: string
    readonly name: string | null
    readonly verification: CardholderReview['verification']
  } | null
  readonly account: Account
  readonly hasPin: boolean
  readonly limit:
    | (Omit<CardUse, 'totalAmount'> & {
        readonly limitId: string
        readonly singleAmount: Money
        readonly totalAmount: Money | null
      })
    | null
  /** today, in this month and in all, UTC */
  readonly used: CardUse
  /** oldest first */
  readonly statusHistory: readonly {
    readonly previous: CardStatus
    readonly status: CardStatus
    readonly reason: string | null
    readonly at: string
  }[]
}

export type CardQuery = {
  readonly status?: CardStatus
  readonly cardholderId?: string
  readonly programId?: string
  readonly lastFour?: string
  readonly uniqueNo?: string
}

export class Cards extends Resource {
  /** One page, newest first. */
  list(partnerId: string, query: CardQuery & PageQuery = {}, options?: OperatorCallOptions): Promise<Page<Card>> {
    return this.page(path`/partners/${partnerId}/cards`, 'cards', query, options)
  }

  listAll(partnerId: string, query: CardQuery = {}, options?: OperatorCallOptions): AsyncIterable<Card> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  retrieve(partnerId: string, cardId: string, options?: OperatorCallOptions): Promise<CardWithDetails> {
    return this.get(path`/partners/${partnerId}/cards/${cardId}`, {}, options)
  }

  retrieveByToken(cardToken: string, options?: OperatorCallOptions): Promise<CardWithDetails> {
    return this.get(path`/cards/${cardToken}`, {}, options)
  }

  /** A physical card is made. */
  produce(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('produce', partnerId, cardId, reason, options)
  }

  /** Its holder has it. */
  activate(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('activate', partnerId, cardId, reason, options)
  }

  block(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('block', partnerId, cardId, reason, options)
  }

  unblock(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('unblock', partnerId, cardId, reason, options)
  }

  reportLost(
    partnerId: string,
    cardId: string,
    reason: Reason = {},
    options?: OperatorCallOptions,
  ): Promise<CardState> {
    return this.#act('report-lost', partnerId, cardId, reason, options)
  }

  /** Its own money goes back to the partner; it is `closing` while something is on hold. */
  close(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('close', partnerId, cardId, reason, options)
  }

  /** @param pin 4 to 12 digits; nobody can read it back */
  setPin(
    cardToken: string,
    pin: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly cardToken: string; readonly hasPin: boolean }> {
    return this.put(path`/cards/${cardToken}/pin`, { pin }, options)
  }

  #act(
    action: CardAction,
    partnerId: string,
    cardId: string,
    reason: Reason,
    options?: OperatorCallOptions,
  ): Promise<CardState> {
    return this.post(path`/partners/${partnerId}/cards/${cardId}/${action}`, reason, options)
  }
}
