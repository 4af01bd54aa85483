/** The one place where amounts become text for people. Amounts stay decimal text: no digit goes through a float. */
import type { Money } from '@openissuer/sdk/operator.ts'

/** `1,234.50`, with as many decimals as the text has. */
export function formatDecimal(amount: string): string {
  const [, sign = '', whole = '0', fraction] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount) ?? []
  const grouped = whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')
  return `${sign === '' ? '' : '−'}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

/** `1,234.50 USD` */
export function formatMoney({ amount, currency }: Money): string {
  return `${formatDecimal(amount)} ${currency}`
}

export function isZero({ amount }: Money): boolean {
  return /^-?0+(?:\.0+)?$/.test(amount)
}

export function isNegative({ amount }: Money): boolean {
  return amount.startsWith('-')
}

/** What part `used` is of `limit`, from 0 to 1; more than all of it counts as all. Both have the same decimals. */
export function share(used: Money, limit: Money): number {
  const [part, whole] = [minorUnits(used.amount), minorUnits(limit.amount)]
  if (whole <= 0n) return part > 0n ? 1 : 0
  if (part <= 0n) return 0
  return part >= whole ? 1 : Number((part * 10_000n) / whole) / 10_000
}

/** `left − taken` with the decimals of `left`; both have the same currency. */
export function difference(left: Money, taken: Money): Money {
  const decimals = left.amount.split('.')[1]?.length ?? 0
  const minor = minorUnits(left.amount) - minorUnits(taken.amount)
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`
  return { amount: `${minor < 0n ? '-' : ''}${whole}${fraction}`, currency: left.currency }
}

/** Of amounts in one currency, which all have its decimals. @throws where there are none */
export function sumOf(amounts: readonly Money[]): Money {
  const [first] = amounts
  if (first === undefined) throw new Error('There is nothing to add up.')
  const zero = { amount: first.amount.replaceAll(/[0-9]/g, '0').replace('-', ''), currency: first.currency }
  return amounts.reduce((sum, each) => difference(sum, negated(each)), zero)
}

function negated({ amount, currency }: Money): Money {
  return { amount: amount.startsWith('-') ? amount.slice(1) : `-${amount}`, currency }
}

function minorUnits(amount: string): bigint {
  return BigInt(amount.replace('.', ''))
}
