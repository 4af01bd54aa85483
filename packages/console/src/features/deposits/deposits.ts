import type { Deposit, Money } from '@openissuer/sdk/operator.ts'

/** Whether somebody still has to decide. */
export function isOpen({ status }: Pick<Deposit, 'status'>): boolean {
  return status === 'awaiting-confirmation' || status === 'in-review'
}

/** From where the money comes, as far as the partner has said. */
export function payerOf({ payer }: Pick<Deposit, 'payer'>): string | null {
  const expected = payer.expectedOn === null ? null : `expected ${payer.expectedOn}`
  const said = [payer.bank, payer.account, expected].filter(part => part !== null)
  return said.length === 0 ? null : said.join(', ')
}

/** What is known before a deposit is confirmed is not on the account yet. */
export function creditedOf({ status, creditAmount }: Pick<Deposit, 'status' | 'creditAmount'>): Money | null {
  return status === 'completed' ? creditAmount : null
}

/** Where the money was announced in another currency than the account's, nobody knows yet how much is credited. */
export function isExchanged({ payAmount, creditCurrency }: Pick<Deposit, 'payAmount' | 'creditCurrency'>): boolean {
  return payAmount.currency !== creditCurrency
}
