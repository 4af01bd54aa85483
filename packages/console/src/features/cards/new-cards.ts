import type { NewCards } from '@openissuer/sdk/operator.ts'
import { given } from '../../lib/fields.ts'

/** Under the paths that the API knows them by. */
export type NewCardValues = {
  readonly programId: string
  readonly form: string
  readonly cardholderId: string
  readonly count: string
  readonly uniqueNo: string
  readonly remark: string
  readonly contactId: string
  readonly funding: string
  readonly sharedAccount: string
  readonly 'initialBalance.amount': string
  readonly 'initialBalance.payAccount': string
}

export const FUNDINGS = [
  { value: 'card', label: 'an account of its own' },
  { value: 'shared', label: 'a shared account' },
  { value: 'cardholder', label: 'its cardholder’s account' },
  { value: 'reserve', label: 'the partner’s reserve' },
] as const

/** The order that a form describes; what belongs to another kind of funding is left out. */
export function newCardsOf(values: NewCardValues, currency: string): NewCards {
  const {
    'initialBalance.amount': amount,
    'initialBalance.payAccount': payAccount,
    sharedAccount,
    contactId,
    count,
    ...rest
  } = given(values)
  return {
    ...rest,
    count: Number(count),
    ...(values.form === 'physical' && contactId !== undefined ? { contactId } : {}),
    ...(values.funding === 'shared' && sharedAccount !== undefined ? { sharedAccount } : {}),
    ...(values.funding === 'card' && amount !== undefined
      ? { initialBalance: { amount, currency, ...(payAccount === undefined ? {} : { payAccount }) } }
      : {}),
  } as NewCards
}
