import type { Money } from '@openissuer/sdk/operator.ts'
import { formatDecimal, isNegative } from '../lib/money.ts'
import classes from './amount.module.css'

export type AmountProps = {
  readonly value: Money | null
  /** green above zero and red below, with a plus sign: for what comes and goes */
  readonly signed?: boolean
}

/** How every amount is shown: digits that stand below one another, and the currency. */
export function AmountText({ value, signed = false }: AmountProps) {
  if (value === null) return <span className={classes.none}>–</span>
  const negative = isNegative(value)
  const positive = signed && !negative && /[1-9]/.test(value.amount)
  const tone = signed && negative ? classes.out : positive ? classes.in : undefined
  return (
    <span className={`number ${tone ?? ''}`}>
      {positive ? '+' : ''}
      {formatDecimal(value.amount)} <span className={classes.currency}>{value.currency}</span>
    </span>
  )
}
