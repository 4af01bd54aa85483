import type { MerchantControl, MerchantControlTerms } from '@openissuer/core/limits/merchant-controls.ts'
import type { Work } from './ports.ts'
import { currencyOfScope } from './spend-scope.ts'

export type CreateMerchantControl = { readonly partnerId: bigint; readonly terms: MerchantControlTerms }

/**
 * Says where a card, or all cards of a cardholder, an account or a program, may be used.
 *
 * @throws DomainError `card-not-found`, `cardholder-not-found`, `account-not-found`, `program-not-found`
 */
export async function createMerchantControl(
  work: Work,
  { partnerId, terms }: CreateMerchantControl,
): Promise<MerchantControl> {
  await currencyOfScope(work, partnerId, terms.scope)
  const control: MerchantControl = { ...terms, partnerId, controlId: await work.ids.next('merchant-control') }
  await work.tx.insertMerchantControl(control, work.clock.now())
  return control
}
