import type { Card } from '@openissuer/core/card/card.ts'
import { isOpen } from '@openissuer/core/card/status-change.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { lockApprovedCardholder } from './apply-for-card.ts'
import { lockCardUnderAccounts } from './change-card-status.ts'
import type { Work } from './ports.ts'

/**
 * Gives a card that was printed without a name to its holder, once and for good.
 *
 * @throws DomainError `cardholder-not-found`, `cardholder-under-review`, `cardholder-rejected`, `card-not-found`,
 *   `card-already-bound`, `card-status-conflict` for a card that is closing or closed
 */
export async function bindCardholder(
  work: Work,
  command: { readonly partnerId: bigint; readonly cardToken: string; readonly cardholderId: bigint },
): Promise<Card> {
  const { partnerId, cardToken, cardholderId } = command
  await lockApprovedCardholder(work, partnerId, cardholderId)
  const known = await work.tx.cardByToken(partnerId, cardToken)
  if (known === undefined) throw new DomainError('card-not-found')
  const { card } = await lockCardUnderAccounts(work, known, [])
  if (card.cardholderId !== null) throw new DomainError('card-already-bound')
  if (!isOpen(card.status)) throw new DomainError('card-status-conflict')
  await work.tx.bindCard(partnerId, card.cardId, cardholderId)
  return { ...card, cardholderId }
}
