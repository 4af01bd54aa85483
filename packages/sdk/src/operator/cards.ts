import { path } from '../path.ts'
import type { Account } from './accounts.ts'
import type { OperatorCallOptions } from './call.ts'
import type { CardLimitTerms } from './card-limits.ts'
import type { CardholderReview, NewAddress } from './cardholders.ts'
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

export type CardUse = {
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

export type NewCards = {
  readonly programId: string
  readonly form: 'virtual' | 'physical'
  /** may be left out for physical cards that are printed without a name */
  readonly cardholderId?: string
  /** 1 to 100 cards alike; 1 unless given */
  readonly count?: number
  /** of the first card, the others have `-2`, `-3` and so on after it; made up unless given */
  readonly uniqueNo?: string
  /** where the money is that the cards spend: `card` unless given */
  readonly funding?: 'card' | 'shared' | 'cardholder' | 'reserve'
  /** with the funding `shared` */
  readonly sharedAccount?: string
  /** of each card; `payAccount` is the first funding account of the currency unless given */
  readonly initialBalance?: Money & { readonly payAccount?: string }
  readonly limit?: CardLimitTerms
  readonly remark?: string
  /** whom the courier of physical cards may call */
  readonly contactId?: string
  readonly delivery?: {
    readonly firstName?: string
    readonly lastName?: string
    /** with the dialling code, digits only */
    readonly phone?: string
    readonly address: NewAddress
  }
}

/** `orderNo` is made up unless given. */
type CardMoney = Money & { readonly orderNo?: string; readonly memo?: string }

/** `payAccount` is the partner's first funding account of the currency unless given. */
export type LoadCard = CardMoney & { readonly payAccount?: string }

/** `payeeAccount` is the partner's first funding account of the currency unless given. */
export type UnloadCard = CardMoney & { readonly payeeAccount?: string }

export type CardMovement = {
  readonly entryId: string
  readonly cardId: string
  readonly orderNo: string
  /** the card's, after the movement */
  readonly account: Account
}

export type CardQuery = {
  readonly status?: CardStatus
  readonly cardholderId?: string
  readonly programId?: string
  readonly lastFour?: string
  readonly uniqueNo?: string
}

/** To be shown and forgotten. `expiry` is `yyyy-MM`. */
export type CardSecrets = { readonly pan: string; readonly expiry: string; readonly cvv2: string }

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

  /** Makes cards alike: all of them or none. A virtual card is active at once, a physical one is being made. */
  async create(partnerId: string, cards: NewCards, options?: OperatorCallOptions): Promise<readonly Card[]> {
    const made = await this.post<{ readonly cards: readonly Card[] }>(
      path`/partners/${partnerId}/cards`,
      cards,
      options,
    )
    return made.cards
  }

  /** Moves money from the partner to a card with an account of its own. */
  load(partnerId: string, cardId: string, load: LoadCard, options?: OperatorCallOptions): Promise<CardMovement> {
    return this.post(path`/partners/${partnerId}/cards/${cardId}/load`, load, options)
  }

  /** Moves money back; what is on hold stays. */
  unload(partnerId: string, cardId: string, unload: UnloadCard, options?: OperatorCallOptions): Promise<CardMovement> {
    return this.post(path`/partners/${partnerId}/cards/${cardId}/unload`, unload, options)
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

  /**
   * What is on a card, for a key of role `reveal`. The audit log keeps who asked and why.
   * @param reason 1 to 128 characters
   */
  reveal(partnerId: string, cardId: string, reason: string, options?: OperatorCallOptions): Promise<CardSecrets> {
    return this.postUnrecorded(path`/partners/${partnerId}/cards/${cardId}/reveal`, { reason }, options)
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
