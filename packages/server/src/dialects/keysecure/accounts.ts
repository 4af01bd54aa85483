/** Accounts of cardholders as this wire shows them (docs). */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { type Amount, formatDecimal, zero } from '@openissuer/core/money/amount.ts'
import { type Currency, currency } from '@openissuer/core/money/currency.ts'
import { Type } from 'typebox'
import { cardholderNoOf } from './ids.ts'

export const AccountRow = Type.Object({
  cardholder_no: Type.String(),
  symbol: Type.String(),
  symbol_chain: Type.String(),
  balance: Type.String(),
  usd_balance: Type.String(),
  bonus_balance: Type.String({ description: 'there is no promotional money' }),
  usd_bonus_balance: Type.String(),
})

const USD = currency('USD')

/** docs: the one currency of transfers. Dollar accounts have this name here (proposed: one for one). */
const DOLLAR_SYMBOL = 'TUSDT'

export function symbolOf(code: Currency): string {
  return code === USD ? DOLLAR_SYMBOL : code
}

export function accountRowOf(cardholder: Cardholder, { currency: code, balance }: Account) {
  const none = formatDecimal(zero(code))
  return {
    cardholder_no: cardholderNoOf(cardholder),
    symbol: symbolOf(code),
    symbol_chain: '',
    balance: formatDecimal(balance),
    usd_balance: formatDecimal(inDollars(balance)),
    bonus_balance: none,
    usd_bonus_balance: formatDecimal(zero(USD)),
  }
}

/** What a cardholder owns in USD; money in other currencies is not converted (proposed). */
export function totalBalanceOf(accounts: readonly Account[]): string {
  const minor = accounts.reduce((sum, { balance }) => sum + inDollars(balance).minor, 0n)
  return formatDecimal({ minor, currency: USD })
}

function inDollars(balance: Amount): Amount {
  return balance.currency === USD ? balance : zero(USD)
}
