/** What the issuer's review of a cardholder comes to, besides approval. */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Work } from './ports.ts'
import { type Findings, setVerification } from './set-verification.ts'

type Named = { readonly partnerId: bigint; readonly cardholderId: bigint }

/**
 * Finds fault with what a cardholder has sent: it may be sent again, unless the rejection is final; then the cards that
 * waited for the cardholder are given up.
 *
 * @throws DomainError `cardholder-not-found`, `cardholder-rejected`
 */
export async function rejectCardholder(
  work: Work,
  command: Named & Findings & { readonly final: boolean },
): Promise<Cardholder> {
  const cardholder = await lockedCardholder(work, command)
  const rejected = await setVerification(work, cardholder, command.final ? 'reject' : 'ask', command)
  if (!command.final) return rejected
  for (const { applicationId } of await work.tx.cardApplicationsInReview(command.partnerId, command.cardholderId)) {
    await work.tx.closeCardApplication(command.partnerId, applicationId, 'failed', null)
  }
  return rejected
}

/**
 * Says whether a cardholder may get more cards; those it has stay as they are.
 *
 * @throws DomainError `cardholder-not-found`
 */
export async function setCardholderDisabled(
  work: Work,
  command: Named & { readonly disabled: boolean },
): Promise<Cardholder> {
  const cardholder = await lockedCardholder(work, command)
  const { partnerId, cardholderId, disabled } = command
  await work.tx.setCardholderDisabled(partnerId, cardholderId, disabled)
  return { ...cardholder, disabled }
}

/** @throws DomainError `cardholder-not-found` */
export async function lockedCardholder(work: Work, { partnerId, cardholderId }: Named): Promise<Cardholder> {
  const cardholder = await work.tx.lockCardholder(partnerId, cardholderId)
  if (cardholder === undefined) throw new DomainError('cardholder-not-found')
  return cardholder
}
