import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import { approveIfAutomatic } from './create-cardholder.ts'
import type { Work } from './ports.ts'

/** `cardholderId` restarts the verification of a known cardholder; without it a new one is made. */
export type ApplyCardholder = {
  readonly partnerId: bigint
  readonly cardholderId: bigint | undefined
  readonly uniqueNo: string
  /** what the KYC provider gave the partner to share the verified identity */
  readonly kycToken: string
}

/**
 * Hands a cardholder to verification by the KYC provider.
 *
 * @throws DomainError `duplicate-cardholder`, `cardholder-not-found`, `cardholder-already-approved`,
 *   `cardholder-under-review`, or `invalid-field` when the unique number is not the one of the known cardholder
 */
export async function applyCardholder(work: Work, command: ApplyCardholder): Promise<Cardholder> {
  const cardholder = await (command.cardholderId === undefined
    ? newCardholder(work, command)
    : restartedCardholder(work, command, command.cardholderId))
  await approveIfAutomatic(work, cardholder)
  return cardholder
}

async function newCardholder(work: Work, command: ApplyCardholder): Promise<Cardholder> {
  const cardholder: Cardholder = {
    partnerId: command.partnerId,
    cardholderId: await work.ids.next('cardholder'),
    uniqueNo: command.uniqueNo,
    verification: 'in-review',
    rejection: null,
    rejectionCodes: [],
    disabled: false,
    corporation: null,
    person: null,
    createdAt: work.clock.now(),
  }
  if (!(await work.tx.insertCardholder(cardholder))) throw new DomainError('duplicate-cardholder')
  return cardholder
}

async function restartedCardholder(work: Work, command: ApplyCardholder, cardholderId: bigint): Promise<Cardholder> {
  const cardholder = await work.tx.lockCardholder(command.partnerId, cardholderId)
  if (cardholder === undefined) throw new DomainError('cardholder-not-found')
  if (cardholder.uniqueNo !== command.uniqueNo) throw new DomainError('invalid-field', 'uniqueNo')
  switch (cardholder.verification) {
    case 'approved':
      throw new DomainError('cardholder-already-approved')
    case 'in-review':
      throw new DomainError('cardholder-under-review')
    case 'documents-needed':
    case 'rejected':
      await work.tx.setVerification(cardholder.partnerId, cardholderId, 'in-review', null, [])
      return { ...cardholder, verification: 'in-review', rejection: null, rejectionCodes: [] }
    default:
      return unreachable(cardholder.verification)
  }
}
