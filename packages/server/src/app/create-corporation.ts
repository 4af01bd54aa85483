import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import type { CorporationTerms } from '@openissuer/core/cardholder/corporation.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { approveIfAutomatic } from './create-cardholder.ts'
import type { Work } from './ports.ts'

export type CreateCorporation = { readonly partnerId: bigint; readonly corporation: CorporationTerms }

/**
 * Registers a company as a cardholder, waiting for documents. As with a person, the returned record is the one before an
 * automatic approval.
 *
 * @throws DomainError `duplicate-cardholder` when the registration is known
 */
export async function createCorporation(work: Work, command: CreateCorporation): Promise<Cardholder> {
  const cardholder: Cardholder = {
    partnerId: command.partnerId,
    cardholderId: await work.ids.next('cardholder'),
    uniqueNo: null,
    verification: 'documents-needed',
    rejection: null,
    rejectionCodes: [],
    disabled: false,
    person: null,
    corporation: {
      ...command.corporation,
      corporationId: await work.ids.next('corporation'),
      registrationAddressId: await work.ids.next('address'),
      directorId: await work.ids.next('director'),
      directorAddressId: await work.ids.next('address'),
    },
    createdAt: work.clock.now(),
  }
  if (!(await work.tx.insertCardholder(cardholder))) throw new DomainError('duplicate-cardholder')
  await approveIfAutomatic(work, cardholder)
  return cardholder
}
