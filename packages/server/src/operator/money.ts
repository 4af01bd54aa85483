/** Money in bodies: `{ "amount": "12.50", "currency": "USD" }`, in major units with at most the currency's decimals. */
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, parseDecimal } from '@openissuer/core/money/amount.ts'
import { type Currency, isCurrency } from '@openissuer/core/money/currency.ts'
import { type Static, Type } from 'typebox'

export const MONEY = {
  amount: Type.String({ maxLength: 24, description: 'decimal text in major units' }),
  currency: Type.String({ maxLength: 16 }),
}

export const MoneyBody = Type.Object(MONEY, { additionalProperties: false })

/**
 * @param field where the money stands; undefined where amount and currency are fields of the body itself
 * @throws DomainError `unknown-currency`, `invalid-amount`
 */
export function moneyOf({ amount: text, currency: code }: Static<typeof MoneyBody>, field?: string): Amount {
  const amount = parseDecimal(text, currencyOf(code, field ?? 'currency'))
  if (amount === undefined) throw new DomainError('invalid-amount', field ?? 'amount')
  return amount
}

/** @throws DomainError `unknown-currency` */
export function currencyOf(code: string, field = 'currency'): Currency {
  if (!isCurrency(code)) throw new DomainError('unknown-currency', field)
  return code
}
