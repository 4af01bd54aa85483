/** The address of the list as the API's filters. */
import type { AuthorizationQuery } from '@openissuer/sdk/operator.ts'

export const FILTERS = [
  'decision',
  'reason',
  'status',
  'card',
  'lastFour',
  'merchant',
  'mcc',
  'min',
  'max',
  'currency',
  'from',
  'to',
] as const

/** Bounds of an amount need a currency. */
const CURRENCY = 'USD'

export function queryOf(values: Readonly<Record<string, string | undefined>>): AuthorizationQuery {
  const { min: minAmount, max: maxAmount } = values
  const bounded = minAmount !== undefined || maxAmount !== undefined
  return {
    decision: values['decision'] as AuthorizationQuery['decision'],
    declineReason: values['reason'] as AuthorizationQuery['declineReason'],
    status: values['status'] as AuthorizationQuery['status'],
    cardToken: values['card'],
    lastFour: values['lastFour'],
    merchant: values['merchant'],
    mcc: values['mcc'],
    minAmount,
    maxAmount,
    currency: values['currency']?.toUpperCase() ?? (bounded ? CURRENCY : undefined),
    from: values['from'],
    to: values['to'],
  }
}
