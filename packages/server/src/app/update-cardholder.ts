import type { Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import { changesIdentity } from '@openissuer/core/cardholder/review.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { approveIfAutomatic } from './create-cardholder.ts'
import type { Work } from './ports.ts'
import { lockedCardholder } from './review-cardholder.ts'
import { setVerification } from './set-verification.ts'

export type UpdateCardholder = {
  readonly partnerId: bigint
  readonly cardholderId: bigint
  readonly person: Person
}

/**
 * Replaces what is known of a person. Where that changes what was verified, verification starts again; cards that the
 * cardholder has stay as they are. As with a creation, the returned record is the one before an automatic approval.
 *
 * @throws DomainError `cardholder-not-found` also for a company, and for one that only a KYC provider knows,
 *   `cardholder-rejected`, `duplicate-cardholder`
 */
export async function updateCardholder(work: Work, command: UpdateCardholder): Promise<Cardholder> {
  const { partnerId, cardholderId, person } = command
  const cardholder = await lockedCardholder(work, command)
  if (cardholder.person === null) throw new DomainError('cardholder-not-found')
  if (cardholder.verification === 'rejected') throw new DomainError('cardholder-rejected')
  if (!(await work.tx.replacePerson(partnerId, cardholderId, person))) throw new DomainError('duplicate-cardholder')
  if (!changesIdentity(cardholder.person, person)) return { ...cardholder, person }
  const amended = await setVerification(work, { ...cardholder, person }, 'amend')
  await approveIfAutomatic(work, amended)
  return amended
}
