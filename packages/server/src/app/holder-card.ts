import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { lockCardUnderAccounts } from './change-card-status.ts'
import type { Work } from './ports.ts'

/** A card that somebody acts on in the name of its cardholder. */
export type HolderCard = { readonly partnerId: bigint; readonly cardId: bigint; readonly cardholderId: bigint }

/**
 * Locks a physical card that is in its cardholder's hands, after its account.
 *
 * @throws DomainError `card-not-found`, `card-of-other-cardholder`, `card-not-physical`, in this order
 */
export async function lockHolderCard(work: Work, { partnerId, cardId, cardholderId }: HolderCard): Promise<Card> {
  const known = await work.tx.card(partnerId, cardId)
  if (known === undefined) throw new DomainError('card-not-found')
  const { card } = await lockCardUnderAccounts(work, known, [])
  if (card.cardholderId !== cardholderId) throw new DomainError('card-of-other-cardholder')
  if (card.form !== 'physical') throw new DomainError('card-not-physical')
  return card
}
