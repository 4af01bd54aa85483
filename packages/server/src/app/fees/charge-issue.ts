/** The price of a card, which the partner pays out of its reserve (operator guide of the KeySecure platform). */
import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import { accountOnce } from '../open-account.ts'
import type { Work } from '../ports.ts'
import { announceFees, chargeFees } from './charge-fees.ts'

/**
 * Checks, before anything is written, that the reserve can pay for a card; it stays locked, so that it still can when the
 * card is made.
 *
 * @throws DomainError `insufficient-reserve`
 */
export async function assertIssueFee(work: Work, partnerId: bigint, programId: bigint): Promise<void> {
  const plan = await work.tx.feePlanOf(partnerId, programId)
  if (plan !== undefined && plan.terms.issueMinor > 0n) await lockReserve(work, partnerId, plan)
}

/** @throws DomainError `insufficient-reserve` */
export async function chargeIssue(work: Work, { partnerId, programId, cardId }: Card): Promise<void> {
  const plan = await work.tx.feePlanOf(partnerId, programId)
  if (plan === undefined || plan.terms.issueMinor === 0n) return
  const { reserveId, feeIncomeId } = await lockReserve(work, partnerId, plan)
  const charged = { partnerId, cardId, accountId: reserveId, feeIncomeId, aboutId: null, eventId: cardId }
  const charges = [{ kind: 'issue', minor: plan.terms.issueMinor, free: null }] as const
  await announceFees(work, await chargeFees(work, plan, charged, charges))
}

async function lockReserve(work: Work, partnerId: bigint, { currency, terms }: FeePlan) {
  const reserve = await work.tx.accountOfKind(partnerId, 'reserve', currency, null)
  const feeIncomeId = await accountOnce(work, partnerId, 'fee-income', currency)
  if (reserve === undefined) throw new DomainError('insufficient-reserve')
  const locked = await work.tx.lockAccounts(partnerId, [reserve.accountId, feeIncomeId])
  const held = locked.find(({ accountId }) => accountId === reserve.accountId)
  if (held === undefined || terms.issueMinor > held.balance.minor - held.held.minor) {
    throw new DomainError('insufficient-reserve')
  }
  return { reserveId: reserve.accountId, feeIncomeId }
}
