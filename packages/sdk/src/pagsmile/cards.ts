import type { PagsmileCallOptions } from './call.ts'
import type { NewHolder } from './holders.ts'
import type { LimitValues } from './limits.ts'
import { Resource } from './resource.ts'

type ApplicationTerms = {
  /** your own, never used before */
  readonly order_no: string
  readonly card_scheme: number
  readonly is_share_card?: boolean
  /** what a share card spends from */
  readonly shared_account_num?: string
  /** what pays the initial balance */
  readonly pay_account_num?: string
  /** USD in major units */
  readonly initial_balance?: string
  readonly card_remark?: string
  readonly card_limit?: LimitValues
}

/** A virtual card for a cardholder, who exists or is made with it. */
export type CardApplication = ApplicationTerms & {
  /** 3 virtual */
  readonly card_type: number
  readonly card_bin?: string
} & (
    | { readonly holder_id: number | string; readonly holder?: never }
    | { readonly holder: NewHolder; readonly holder_id?: never }
  )

export type PhysicalCardApplication = ApplicationTerms & {
  /** 4 physical */
  readonly card_type: number
  readonly card_bin: string
  /** 1 to 100; 1 unless said */
  readonly order_count?: number
  /** 1 cardholder and agency, 2 cardholder, 3 agency */
  readonly name_on_card_printing_type: number
  /** one for each card or one for all; none with printing type 3 */
  readonly holder_ids?: readonly (number | string)[]
  /** 2 standard, 3 courier */
  readonly shipping_method: number
  readonly delivery_address_id: number | string
  readonly contact_id?: number | string
}

export type CardApplicationResult = {
  readonly holder_id: number | null
  readonly holder_name: string | null
  readonly order_no: string
  /** 2 in review, 3 being made, 5 completed, 8 failed */
  readonly order_status: number
  readonly order_count: number
  /** empty until the card is made */
  readonly card_token: string
  readonly card_pan: string
  readonly card_scheme: number
  readonly card_type: number
  readonly is_share_card: boolean
  readonly card_bin: string
  readonly pay_account_num: string | null
  readonly initial_balance: string | null
  readonly card_remark: string | null
}

export type PhysicalCardApplicationResult = CardApplicationResult & { readonly card_id: number | null }

export type Card = {
  readonly holder_id: number | null
  readonly holder_name: string | null
  readonly card_id: number
  readonly card_scheme: number
  /** `MM/yy` */
  readonly expired_date: string
  readonly active_time: string | null
  readonly card_type: number
  readonly is_share_card: boolean
  readonly card_token: string
  /** masked, unless the app may see card data */
  readonly card_pan: string
  /** 1 being made, 2 to be activated, 3 active, 4 blocked, 5 lost, 6 closed, 7 closing */
  readonly card_status: number
  readonly cvv: string | null
  readonly acs_password: string | null
  readonly pin: string | null
  readonly card_remark: string | null
  readonly virtual: boolean
}

export type CardBalance = {
  readonly account_name: string | null
  readonly account_num: string
  readonly currency: string
  readonly balance: string
  readonly available_balance: string
  readonly block_amount: string
  readonly card_token: string
}

type MoneyMove = {
  readonly card_token: string
  /** your own, never used before */
  readonly order_no: string
  /** major units */
  readonly amount: string
  readonly currency: string
  readonly reference?: string
}

export type TopUp = MoneyMove & { readonly pay_account_num: string }
export type BalanceReturn = MoneyMove & { readonly payee_account_num: string }

export class Cards extends Resource {
  availableBins(options?: PagsmileCallOptions): Promise<readonly string[]> {
    return this.query('/issuing/card/query-available-card-bins', { partner_id: this.partnerId }, options)
  }

  apply(application: CardApplication, options?: PagsmileCallOptions): Promise<CardApplicationResult> {
    return this.change('/issuing/card/apply', application, options)
  }

  /** @returns one result for each card of the order */
  async applyPhysical(
    application: PhysicalCardApplication,
    options?: PagsmileCallOptions,
  ): Promise<readonly PhysicalCardApplicationResult[]> {
    return listOf(
      await this.change<Several<PhysicalCardApplicationResult>>('/issuing/card/apply-physical', application, options),
    )
  }

  /** @returns one result for each card of the order */
  async applicationResults(orderNo: string, options?: PagsmileCallOptions): Promise<readonly CardApplicationResult[]> {
    const query = { order_no: orderNo }
    return listOf(
      await this.query<Several<CardApplicationResult>>('/issuing/card/query-apply-card-result', query, options),
    )
  }

  /** Gives a physical card that was printed without a name its cardholder. */
  bindHolder(cardToken: string, holderId: number | string, options?: PagsmileCallOptions): Promise<void> {
    return this.change('/issuing/card/bind-holder', { card_token: cardToken, holder_id: holderId }, options)
  }

  retrieve(cardToken: string, options?: PagsmileCallOptions): Promise<Card> {
    return this.query('/issuing/card/query-card-info', { card_token: cardToken }, options)
  }

  /** One row for each currency. */
  balances(cardToken: string, options?: PagsmileCallOptions): Promise<readonly CardBalance[]> {
    return this.query('/issuing/card/query-card-balance', { card_token: cardToken }, options)
  }

  topUp(topUp: TopUp, options?: PagsmileCallOptions): Promise<{ readonly transaction_id: string }> {
    return this.change('/issuing/card/recharge', topUp, options)
  }

  /** Money of a card back to an issuing account. */
  returnBalance(back: BalanceReturn, options?: PagsmileCallOptions): Promise<{ readonly transaction_id: string }> {
    return this.change('/issuing/card/recharge-return', back, options)
  }

  block(cardToken: string, reason: string, options?: PagsmileCallOptions): Promise<void> {
    return this.change('/issuing/card/block', { card_token: cardToken, reason }, options)
  }

  unblock(cardToken: string, reason: string, options?: PagsmileCallOptions): Promise<void> {
    return this.change('/issuing/card/unblock', { card_token: cardToken, reason }, options)
  }

  /** There is no way back. */
  reportLost(cardToken: string, options?: PagsmileCallOptions): Promise<void> {
    return this.change('/issuing/card/lost', { card_token: cardToken }, options)
  }

  /** For good; the card's money goes back by itself. */
  revoke(cardToken: string, options?: PagsmileCallOptions): Promise<void> {
    return this.change('/issuing/card/revoke', { card_token: cardToken }, options)
  }
}

/** An order of one card is answered with an object, one of several with an array. */
type Several<T> = T | readonly T[]

function listOf<T extends object>(several: Several<T>): readonly T[] {
  return Array.isArray(several) ? (several as readonly T[]) : [several as T]
}
