import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import type { CardUse } from './cards.ts'
import { type Money, type Page, type PageQuery, Resource } from './resource.ts'

/** In the card's currency; days and months are those of UTC. */
export type CardLimitTerms = {
  readonly dailyCount: number
  readonly singleAmount: Money
  readonly dailyAmount: Money
  readonly monthlyAmount: Money
  /** over the life of the card; null or left out for none */
  readonly totalAmount?: Money | null
}

export type CardLimit = CardLimitTerms & {
  readonly limitId: string
  readonly cardId: string
  readonly cardToken: string
  readonly maskedPan: string
  readonly totalAmount: Money | null
  /** today, in this month and in all */
  readonly used: CardUse
  /** what each limit leaves by itself */
  readonly remaining: {
    readonly dailyCount: number
    readonly dailyAmount: Money
    readonly monthlyAmount: Money
    readonly totalAmount: Money | null
  }
  readonly createdAt: string
}

export type LimitOfCard = {
  /** null while the card has none */
  readonly limit: CardLimit | null
  readonly used: CardUse
  /** the highest limits that the program allows */
  readonly ceilings: Omit<CardLimitTerms, 'totalAmount'>
}

export type CardLimitQuery = { readonly cardholderId?: string; readonly programId?: string }

/** What cards may spend at once, in a day, in a month and in all; a card has one such limit at most. */
export class CardLimits extends Resource {
  /** One page, newest first. */
  list(
    partnerId: string,
    query: CardLimitQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<Page<CardLimit>> {
    return this.page(path`/partners/${partnerId}/card-limits`, 'cardLimits', query, options)
  }

  listAll(partnerId: string, query: CardLimitQuery = {}, options?: OperatorCallOptions): AsyncIterable<CardLimit> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  retrieve(partnerId: string, cardId: string, options?: OperatorCallOptions): Promise<LimitOfCard> {
    return this.get(path`/partners/${partnerId}/cards/${cardId}/limit`, {}, options)
  }

  /** Gives a card its limit, or another one; what the card has used counts. */
  set(partnerId: string, cardId: string, terms: CardLimitTerms, options?: OperatorCallOptions): Promise<CardLimit> {
    return this.put(path`/partners/${partnerId}/cards/${cardId}/limit`, terms, options)
  }
}
