import { reverse } from '@openissuer/core/authorization/lifecycle.ts'
import { reasonOf } from '@openissuer/core/authorization/partner-decision.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Account } from '@openissuer/core/ledger/account.ts'
import { accepted, processLocked } from '../lifecycle/message.ts'
import type { Parties } from '../lifecycle/parties.ts'
import type { NewPartnerDecision, Work } from '../ports.ts'

/**
 * Records that a partner's authorizations are declined after all and gives back what their holds took. Whoever records a
 * decision first has made it; a hold that is gone already, because the purchase was reversed meanwhile, stays as it is, and
 * what was cleared meanwhile stays approved.
 *
 * @returns the authorizations that had no decision before
 */
export async function releaseHolds(
  work: Work,
  partnerId: bigint,
  decisions: readonly NewPartnerDecision[],
): Promise<ReadonlySet<bigint>> {
  // all of them before anything else, in key order, as batches of the engine do
  const locked = await work.tx.lockAccounts(partnerId, [...new Set(decisions.map(({ accountId }) => accountId))])
  const accounts = new Map(locked.map(account => [account.accountId, account]))
  const recorded = await work.tx.insertPartnerDecisions(partnerId, decisions)
  for (const decision of decisions) {
    const account = accounts.get(decision.accountId)
    if (account === undefined) throw new DomainError('account-not-found')
    if (recorded.has(decision.authorizationId)) await release(work, decision, account)
  }
  return recorded
}

async function release(work: Work, decision: NewPartnerDecision, account: Account): Promise<void> {
  const { partnerId, authorizationId, cardId, accountId } = decision
  const declineReason = reasonOf(decision)
  const message = { partnerId, matchKey: `partner-decision:${authorizationId}`, inputHash: new Uint8Array() }
  const place = { cardId, accountId, authorizationId }
  let cleared = 0n
  try {
    await processLocked(work, message, { place, account, parties: onlyTheCard(accountId) }, async ({ life }) => {
      if (life === null) throw new DomainError('authorization-not-found')
      const { held } = life.authorization
      cleared = life.authorization.cleared.minor
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
  if (cleared === 0n) await work.tx.declineByPartner(partnerId, authorizationId, declineReason)
}

/** A hold that is released moves no money. */
function onlyTheCard(accountId: bigint): Parties {
  return party => {
    if (party !== 'card') throw new Error(`no account of ${party} is locked`)
    return accountId
  }
}
