import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import { type ReviewAction, verificationAfter } from '@openissuer/core/cardholder/review.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { announce } from './announce.ts'
import type { Work } from './ports.ts'

export type Findings = { readonly codes: readonly string[]; readonly remark: string | null }

export const NO_FINDINGS: Findings = { codes: [], remark: null }

/**
 * The one place where a cardholder's verification changes: the cardholder is locked.
 *
 * @throws DomainError `cardholder-rejected`, `cardholder-already-approved` where the verification does not allow it
 */
export async function setVerification(
  work: Work,
  cardholder: Cardholder,
  action: ReviewAction,
  { codes, remark }: Findings = NO_FINDINGS,
): Promise<Cardholder> {
  const { partnerId, cardholderId, verification: previous } = cardholder
  const verification = verificationAfter(previous, action)
  if (verification === undefined) {
    throw new DomainError(previous === 'rejected' ? 'cardholder-rejected' : 'cardholder-already-approved')
  }
  const found = action === 'ask' || action === 'reject' ? { codes, remark } : NO_FINDINGS
  await work.tx.setVerification(partnerId, cardholderId, verification, found.remark, found.codes)
  if (verification !== previous || action === 'ask') {
    const reviewId = await work.ids.next('cardholder-review')
    const at = work.clock.now()
    await work.tx.insertCardholderReview({
      partnerId,
      reviewId,
      cardholderId,
      previous,
      verification,
      codes,
      remark,
      at,
    })
    await announce(work, {
      partnerId,
      cardId: null,
      fact: {
        kind: 'cardholder-verification',
        cardholderId,
        before: previous,
        after: verification,
        rejection: found.remark,
        codes: found.codes,
      },
    })
  }
  return { ...cardholder, verification, rejection: found.remark, rejectionCodes: found.codes }
}
