import { DomainError } from '@openissuer/core/errors.ts'
import type { SpendLimit } from '@openissuer/core/limits/spend-limit.ts'
import { assertSpendLimit, type SpendLimitTerms } from '@openissuer/core/limits/spend-limit-terms.ts'
import type { Work } from './ports.ts'
import { currencyOfScope } from './spend-scope.ts'

export type CreateSpendLimit = { readonly partnerId: bigint; readonly terms: SpendLimitTerms }

/**
 * Sets a spend limit on a card, or on all cards of a cardholder, an account or a program. It counts from now on: what was
 * spent before it existed is not in it.
 *
 * @throws DomainError `card-not-found`, `cardholder-not-found`, `account-not-found`, `program-not-found`,
 *   `unknown-currency` when the card, account or program is in another currency
 */
export async function createSpendLimit(work: Work, { partnerId, terms }: CreateSpendLimit): Promise<SpendLimit> {
  const currency = await currencyOfScope(work, partnerId, terms.scope)
  if (currency !== null && currency !== terms.currency) throw new DomainError('unknown-currency', 'currency')
  const limit: SpendLimit = { ...terms, partnerId, limitId: await work.ids.next('spend-limit') }
  assertSpendLimit(limit)
  await work.tx.insertSpendLimit(limit, work.clock.now())
  return limit
}
