import { DomainError } from '@openissuer/core/errors.ts'
import type { SpendLimit } from '@openissuer/core/limits/spend-limit.ts'
import { assertSpendLimit } from '@openissuer/core/limits/spend-limit-terms.ts'
import type { Work } from './ports.ts'

export type UpdateSpendLimit = {
  readonly partnerId: bigint
  readonly limitId: bigint
  readonly changes: Partial<Pick<SpendLimit, 'name' | 'maxAmount' | 'maxCount'>>
}

/**
 * Changes name and thresholds of a limit. What it has counted stays, so a lower threshold may already be used up.
 *
 * @throws DomainError `spend-limit-not-found`; `invalid-field` when no threshold would be left
 */
export async function updateSpendLimit(work: Work, command: UpdateSpendLimit): Promise<SpendLimit> {
  const limit = await work.tx.lockSpendLimit(command.partnerId, command.limitId)
  if (limit === undefined) throw new DomainError('spend-limit-not-found')
  const updated: SpendLimit = { ...limit, ...command.changes }
  if (updated.maxAmount === null && updated.maxCount === null) throw new DomainError('invalid-field', 'maxAmount')
  assertSpendLimit(updated)
  await work.tx.updateSpendLimit(updated)
  return updated
}
