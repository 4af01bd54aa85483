import type { Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { approveCardholder } from './approve-cardholder.ts'
import type { Work } from './ports.ts'

export type CreateCardholder = { readonly partnerId: bigint; readonly person: Person }

/**
 * Registers a person as a cardholder, waiting for documents. Where the partner's settings approve automatically,
 * approval follows at once; the returned record is the one before it, as a verification never answers a creation.
 *
 * @throws DomainError `duplicate-cardholder` when the identity document is known
 */
export async function createCardholder(work: Work, command: CreateCardholder): Promise<Cardholder> {
  const cardholder: Cardholder = {
    partnerId: command.partnerId,
    cardholderId: await work.ids.next('cardholder'),
    uniqueNo: null,
    verification: 'documents-needed',
    rejection: null,
    rejectionCodes: [],
    disabled: false,
    corporation: null,
    person: command.person,
    createdAt: work.clock.now(),
  }
  if (!(await work.tx.insertCardholder(cardholder))) throw new DomainError('duplicate-cardholder')
  await approveIfAutomatic(work, cardholder)
  return cardholder
}

export async function approveIfAutomatic(work: Work, cardholder: Cardholder): Promise<void> {
  const partner = await work.tx.partner(cardholder.partnerId)
  if (partner === undefined) throw new DomainError('partner-not-found')
  if (work.mode === 'sandbox' && partner.settings.approveCardholdersAutomatically) {
    await approveCardholder(work, cardholder)
  }
}
