import { Type } from 'typebox'
import type { PagsmileApp } from '../../app/ports.ts'
import { INVALID_ACCOUNT, mandatoryData, PagsmileError } from './errors.ts'
import { idText } from './fields.ts'

/** Some calls name the partner again: `partner_id` (docs), in older versions `sub_partner_id` (docs). Either will do. */
export const PARTNER_FIELDS = {
  partner_id: Type.Optional(idText(32)),
  sub_partner_id: Type.Optional(idText(32)),
}

/**
 * The name must be the caller's own; there are no sub partners here, and the older pages say to name the partner itself
 * where there is none.
 *
 * @throws PagsmileError for none, and for another partner
 */
export function assertOwnPartner(
  app: PagsmileApp,
  named: { readonly partner_id?: string | undefined; readonly sub_partner_id?: string | undefined },
): void {
  const partnerNo = named.partner_id ?? named.sub_partner_id
  if (partnerNo === undefined) throw new PagsmileError(mandatoryData('partner_id'))
  if (partnerNo !== app.partnerNo) throw new PagsmileError(INVALID_ACCOUNT)
}
