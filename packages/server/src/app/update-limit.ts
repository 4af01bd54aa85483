import { DomainError } from '@openissuer/core/errors.ts'
import type { CardLimit, LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { assertWithinCeilings } from './create-limit.ts'
import type { Work } from './ports.ts'

export type UpdateLimit = {
  readonly partnerId: bigint
  readonly limitId: bigint
  readonly cardToken: string
  readonly terms: LimitTerms
}

/**
 * Replaces the values of a card's limit. What the card has used counts against the new ones.
 *
 * @throws DomainError `limit-not-found` also when the limit is another card's, `limit-above-ceiling`, `invalid-amount`,
 *   `unknown-currency`, `invalid-field`
 */
export async function updateLimit(work: Work, command: UpdateLimit): Promise<CardLimit> {
  const limit = await work.tx.lockLimit(command.partnerId, command.limitId)
  if (limit === undefined || limit.cardToken !== command.cardToken) throw new DomainError('limit-not-found')
  const card = await work.tx.card(limit.partnerId, limit.cardId)
  const program = card && (await work.tx.program(card.programId))
  if (program === undefined) throw new DomainError('program-not-found')
  assertWithinCeilings(command.terms, program.ceilings)
  const updated: CardLimit = { ...limit, ...command.terms }
  await work.tx.replaceLimit(updated)
  return updated
}
