/** From the merchant's currency to the card's. */
import { DomainError } from '@openissuer/core/errors.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import { exchange, formatRateShortly, type Rate, rateBetween, withMarkup } from '@openissuer/core/money/conversion.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import { type ExchangeRate, RATE_DIGITS_MAX, rateFrom } from '@openissuer/core/money/exchange-rate.ts'
import { assertPositive } from './post-deposit.ts'

/** What an amount comes to in the card's currency, and at which rate: null where no conversion was needed. */
export type Exchanged = { readonly billingAmount: Amount; readonly conversionRate: string | null }

/**
 * Converts at a line of the rate table with the program's mark-up on top of it, rounded once at the end.
 *
 * @throws DomainError `invalid-amount` when nothing is left of it or too much
 */
export function exchangeAt(value: Amount, line: ExchangeRate, markupBps: number, billing: Currency): Exchanged {
  const rate = withMarkup(rateFrom(value.currency, line), markupBps)
  const billingAmount = exchange(value, rate, billing)
  if (billingAmount === undefined) throw new DomainError('invalid-amount', 'amount')
  assertPositive(billingAmount)
  return { billingAmount, conversionRate: rateText(rate) }
}

/**
 * Takes over what the network has converted to (DE 6). The rate that is kept is the one between the two amounts.
 *
 * @throws DomainError `unknown-currency` when that is not the card's currency, `invalid-amount` when it is not positive,
 *   too much, or another amount in the same currency
 */
export function exchangedByNetwork(value: Amount, billingAmount: Amount, billing: Currency): Exchanged {
  if (billingAmount.currency !== billing) throw new DomainError('unknown-currency', 'billingAmount')
  if (value.currency === billing && billingAmount.minor !== value.minor) {
    throw new DomainError('invalid-amount', 'billingAmount')
  }
  assertPositive(billingAmount)
  return { billingAmount, conversionRate: rateOfAmounts(value, billingAmount) }
}

/** The rate between two positive amounts; null within one currency. */
export function rateOfAmounts(value: Amount, billingAmount: Amount): string | null {
  return value.currency === billingAmount.currency ? null : rateText(rateBetween(value, billingAmount))
}

function rateText(rate: Rate): string {
  return formatRateShortly(rate, RATE_DIGITS_MAX)
}
