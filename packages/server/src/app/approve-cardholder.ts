import type { CardApplication } from '@openissuer/core/card/application.ts'
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { assertIssueFee } from './fees/charge-issue.ts'
import { assertInitialBalance, closeApplication, issueCard } from './issue-card.ts'
import type { Work } from './ports.ts'
import { setVerification } from './set-verification.ts'

/**
 * Records that a cardholder passed verification and makes the cards that waited for it.
 *
 * @throws DomainError `cardholder-not-found`, `cardholder-already-approved`, `card-numbers-exhausted`
 */
export async function approveCardholder(
  work: Work,
  command: { readonly partnerId: bigint; readonly cardholderId: bigint },
): Promise<Cardholder> {
  const cardholder = await work.tx.lockCardholder(command.partnerId, command.cardholderId)
  if (cardholder === undefined) throw new DomainError('cardholder-not-found')
  if (cardholder.verification === 'approved') throw new DomainError('cardholder-already-approved')
  const approved = await setVerification(work, cardholder, 'approve')
  for (const application of await work.tx.cardApplicationsInReview(cardholder.partnerId, cardholder.cardholderId)) {
    await issueOrFail(work, application)
  }
  return approved
}

/** An application whose first balance or price can no longer be paid fails by itself and does not hold the cardholder up. */
async function issueOrFail(work: Work, application: CardApplication): Promise<void> {
  try {
    await assertInitialBalance(work, application.partnerId, application.terms)
    await assertIssueFee(work, application.partnerId, application.programId)
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    await closeApplication(work, application, 'failed', null)
    return
  }
  await issueCard(work, application)
}
