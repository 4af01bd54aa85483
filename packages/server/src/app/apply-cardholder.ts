import { type Cardholder, isAskedAgain, type Verification } from '@openissuer/core/cardholder/cardholder.ts'
import type { KycFinding } from '@openissuer/core/cardholder/kyc.ts'
import { DomainError, unreachable } from '@openissuer/core/errors.ts'
import { approveCardholder } from './approve-cardholder.ts'
import { approveIfAutomatic } from './create-cardholder.ts'
import type { Work } from './ports.ts'
import { rejectCardholder } from './review-cardholder.ts'

/** `cardholderId` restarts the verification of a known cardholder; without it a new one is made. */
export type ApplyCardholder = {
  readonly partnerId: bigint
  readonly cardholderId: bigint | undefined
  readonly uniqueNo: string
  /** what the KYC provider says of the identity that the partner shares */
  readonly finding: KycFinding
}

/**
 * Verifies a cardholder by what the KYC provider has found.
 *
 * @returns the cardholder as it stands before what the finding comes to, as a verification never answers an application
 * @throws DomainError `duplicate-cardholder`, `cardholder-not-found`, `cardholder-already-approved`,
 *   `cardholder-under-review`, or `invalid-field` when the unique number is not the one of the known cardholder
 */
export async function applyCardholder(work: Work, command: ApplyCardholder): Promise<Cardholder> {
  const cardholder = await (command.cardholderId === undefined
    ? newCardholder(work, command)
    : restartedCardholder(work, command, command.cardholderId))
  await takeIn(work, cardholder, command.finding)
  return cardholder
}

async function takeIn(work: Work, cardholder: Cardholder, finding: KycFinding): Promise<void> {
  switch (finding.outcome) {
    case 'undecided':
      return approveIfAutomatic(work, cardholder)
    case 'waiting':
    case 'in-review':
      return
    case 'approved':
      await approveCardholder(work, cardholder)
      return
    case 'rejected':
      await rejectCardholder(work, { ...cardholder, codes: [], remark: finding.reason, final: true })
      return
    default:
      unreachable(finding)
  }
}

function verificationFor({ outcome }: KycFinding): Verification {
  return outcome === 'waiting' ? 'documents-needed' : 'in-review'
}

async function newCardholder(work: Work, command: ApplyCardholder): Promise<Cardholder> {
  const cardholder: Cardholder = {
    partnerId: command.partnerId,
    cardholderId: await work.ids.next('cardholder'),
    uniqueNo: command.uniqueNo,
    verification: verificationFor(command.finding),
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
      if (!isAskedAgain(cardholder)) throw new DomainError('cardholder-under-review')
      return restart(work, cardholder, command.finding)
    case 'rejected':
      return restart(work, cardholder, command.finding)
    default:
      return unreachable(cardholder.verification)
  }
}

async function restart(work: Work, cardholder: Cardholder, finding: KycFinding): Promise<Cardholder> {
  const verification = verificationFor(finding)
  await work.tx.setVerification(cardholder.partnerId, cardholder.cardholderId, verification, null, [])
  return { ...cardholder, verification, rejection: null, rejectionCodes: [] }
}
