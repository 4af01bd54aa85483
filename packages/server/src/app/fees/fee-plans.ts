import { DomainError } from '@openissuer/core/errors.ts'
import type { FeePlan } from '@openissuer/core/fee/fee-plan.ts'
import type { Work } from '../ports.ts'

/**
 * Adds a price list. It is never changed: other prices are another plan.
 *
 * @throws DomainError `duplicate-fee-plan`
 */
export async function createFeePlan(
  work: Work,
  command: Pick<FeePlan, 'name' | 'currency' | 'terms'>,
): Promise<FeePlan> {
  const { name, currency, terms } = command
  const plan = { planId: await work.ids.next('fee-plan'), name, currency, terms, createdAt: work.clock.now() }
  if (!(await work.tx.insertFeePlan(plan))) throw new DomainError('duplicate-fee-plan')
  return plan
}

/**
 * Says what a program's cards cost from now on.
 *
 * @param command.partnerId whose cards; null for those of everybody who has no plan of its own
 * @throws DomainError `program-not-found`, `fee-plan-not-found`, `partner-not-found`, `unknown-currency` for a plan in
 *   another currency than the program's
 */
export async function assignFeePlan(
  work: Work,
  command: { readonly programId: bigint; readonly planId: bigint; readonly partnerId: bigint | null },
): Promise<FeePlan> {
  const { programId, planId, partnerId } = command
  const program = await work.tx.program(programId)
  if (program === undefined) throw new DomainError('program-not-found')
  const plan = await work.tx.feePlan(planId)
  if (plan === undefined) throw new DomainError('fee-plan-not-found')
  if (partnerId !== null && (await work.tx.partner(partnerId)) === undefined) throw new DomainError('partner-not-found')
  if (plan.currency !== program.currency) throw new DomainError('unknown-currency', 'currency')
  await work.tx.setFeePlanOf({ ...command, assignedAt: work.clock.now() })
  return plan
}
