import type { Card } from '@openissuer/sdk/operator.ts'

/** The electronic commerce indicator that says the same as a result: Mastercard counts from 00, the others from 05. */
export function eciOf(result: string, network: Card['network'] | undefined): string {
  const mastercard = network === 'mastercard'
  if (result === 'authenticated') return mastercard ? '02' : '05'
  if (result === 'attempted') return mastercard ? '01' : '06'
  return mastercard ? '00' : '07'
}
