import { reverse } from '@openissuer/core/authorization/lifecycle.ts'
import { reasonOf } from '@openissuer/core/authorization/partner-decision.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { accepted, findOriginal, processMessage } from '../lifecycle/message.ts'
import type { NewPartnerDecision, Work } from '../ports.ts'

/**
 * Records that a partner's authorization is declined after all and gives back what its hold took. Whoever records a
 * decision first has made it; a hold that is gone already, because the purchase was reversed meanwhile, stays as it is, and
 * what was cleared meanwhile stays approved.
 *
 * @returns false when there was a decision before
 */
export async function releaseHold(work: Work, decision: NewPartnerDecision): Promise<boolean> {
  const { partnerId, authorizationId } = decision
  const recorded = await work.tx.insertPartnerDecisions(partnerId, [decision])
  if (!recorded.has(authorizationId)) return false
  const declineReason = reasonOf(decision)
  const message = { partnerId, matchKey: `partner-decision:${authorizationId}`, inputHash: new Uint8Array() }
  try {
    await processMessage(work, message, findOriginal(work, partnerId, { authorizationId }), [], async ({ life }) => {
      if (life === null) throw new DomainError('authorization-not-found')
      const { held } = life.authorization
      return {
        kind: 'reversal',
        change: accepted(reverse(life, null)),
        steps: [{ kind: 'reversed', minor: held.minor }],
        transactionAmount: held,
        billingAmount: held,
        effect: { declineReason },
      }
    })
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'authorization-closed') throw error
  }
  const { cleared } = (await work.tx.authorizationById(partnerId, authorizationId)) ?? {}
  if (cleared?.minor === 0n) await work.tx.declineByPartner(partnerId, authorizationId, declineReason)
  return true
}
