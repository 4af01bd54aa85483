import type { Check } from '@openissuer/sdk/operator.ts'
import { share } from '../lib/money.ts'

/** Parts of a bar, from 0 to 1: how far it is filled, and where what is allowed ends; null where that is its end. */
export type Gauge = { readonly filled: number; readonly mark: number | null }

const NUMBER = /^-?\d+(?:\.(\d+))?$/

/** @returns null where a check compares no numbers of one kind */
export function gaugeOf({ value, threshold }: Check): Gauge | null {
  const decimals = (text: string) => NUMBER.exec(text)?.[1]?.length ?? 0
  if (threshold === null || !NUMBER.test(value) || !NUMBER.test(threshold)) return null
  if (decimals(value) !== decimals(threshold)) return null
  const [found, allowed] = [value, threshold].map(amount => ({ amount, currency: '' }))
  if (found === undefined || allowed === undefined) return null
  const filled = share(found, allowed)
  return filled < 1 ? { filled, mark: null } : { filled: 1, mark: share(allowed, found) }
}
