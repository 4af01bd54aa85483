import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { type Chargeable, chargesFor } from '@openissuer/core/fee/charge.ts'
import { lockParties } from '../lifecycle/parties.ts'
import type { Ports } from '../ports.ts'
import { announceFees, chargeFees } from './charge-fees.ts'

/**
 * Charges what a decision itself costs: a decline, or a verification without an amount. In a SQL transaction of its own
 * after the decision's; where it fails the message is not answered, and its repetition makes up for it.
 */
export async function chargeDecision(ports: Ports, authorization: Authorization): Promise<void> {
  const happened = chargeableOf(authorization)
  if (happened === undefined) return
  const { partnerId, accountId, authorizationId, card } = authorization
  const { storage, engine: _engine, kyc: _kyc, cards, ...rest } = ports
  const route = await cards.find(partnerId, card.cardId)
  const plan = route && (await storage.read.feePlanOf(partnerId, route.programId))
  const charges = plan === undefined ? [] : chargesFor(happened, plan.terms)
  if (plan === undefined || charges.length === 0) return
  await storage.transaction(async tx => {
    const work = { ...rest, tx }
    const { account, parties } = await lockParties(work, partnerId, accountId, ['fee-income'])
    const before = await tx.feesForEvent(partnerId, authorizationId)
    if (before.length > 0 || account.currency !== plan.currency) return
    const about = { aboutId: authorizationId, eventId: authorizationId }
    const charged = { partnerId, cardId: card.cardId, accountId, feeIncomeId: parties('fee-income'), ...about }
    await announceFees(work, await chargeFees(work, plan, charged, charges))
  })
}

function chargeableOf({ declineReason, purpose }: Authorization): Chargeable | undefined {
  if (declineReason !== null) return { kind: 'declined' }
  return purpose === 'verification' ? { kind: 'verified' } : undefined
}
