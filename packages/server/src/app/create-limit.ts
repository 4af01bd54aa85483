import type { LimitCeilings } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { CardLimit, LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { Work } from './ports.ts'

export type CreateLimit = { readonly partnerId: bigint; readonly cardToken: string; readonly terms: LimitTerms }

/**
 * Gives a card its spending limit. What the card has used before counts.
 *
 * @throws DomainError `card-not-found`, `duplicate-limit`, `limit-above-ceiling`, `invalid-amount` for a negative
 *   value, `unknown-currency` when the limit is not in the card's currency
 */
export async function createLimit(work: Work, command: CreateLimit): Promise<CardLimit> {
  const card = await work.tx.cardByToken(command.partnerId, command.cardToken)
  if (card === undefined) throw new DomainError('card-not-found')
  const program = await work.tx.program(card.programId)
  if (program === undefined) throw new DomainError('program-not-found')
  assertWithinCeilings(command.terms, program.ceilings)
  const limit: CardLimit = {
    ...command.terms,
    partnerId: command.partnerId,
    limitId: await work.ids.next('limit'),
    cardId: card.cardId,
    cardToken: card.token,
    createdAt: work.clock.now(),
  }
  if (!(await work.tx.insertLimit(limit))) throw new DomainError('duplicate-limit')
  return limit
}

/** The lifetime total has no ceiling: it only ever narrows what the other limits allow. */
export function assertWithinCeilings(terms: LimitTerms, ceilings: LimitCeilings): void {
  if (!Number.isSafeInteger(terms.dailyCount) || terms.dailyCount < 0)
    throw new DomainError('invalid-field', 'dailyCount')
  if (terms.dailyCount > ceilings.dailyCount) throw new DomainError('limit-above-ceiling', 'dailyCount')
  assertWithin(terms.singleAmount, ceilings.singleAmount, 'singleAmount')
  assertWithin(terms.dailyAmount, ceilings.dailyAmount, 'dailyAmount')
  assertWithin(terms.monthlyAmount, ceilings.monthlyAmount, 'monthlyAmount')
  if (terms.totalAmount !== null) assertAmount(terms.totalAmount, ceilings.monthlyAmount.currency, 'totalAmount')
}

function assertWithin(amount: Amount, ceiling: Amount, field: string): void {
  assertAmount(amount, ceiling.currency, field)
  if (amount.minor > ceiling.minor) throw new DomainError('limit-above-ceiling', field)
}

function assertAmount(amount: Amount, cardCurrency: Currency, field: string): void {
  if (amount.minor < 0n) throw new DomainError('invalid-amount', field)
  if (amount.currency !== cardCurrency) throw new DomainError('unknown-currency', field)
}
