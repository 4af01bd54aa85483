import type { Card } from '@openissuer/core/card/card.ts'
import { statusAfter } from '@openissuer/core/card/status-change.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { setCardStatus } from './change-card-status.ts'
import { type HolderCard, lockHolderCard } from './holder-card.ts'
import type { Work } from './ports.ts'

/** What is printed on the card proves that it has arrived. */
export type ActivateCard = HolderCard & { readonly lastFour: string; readonly cvv2: string }

/**
 * Activates a physical card for the holder who has it in hand.
 *
 * @throws DomainError `card-not-found`, `card-of-other-cardholder`, `card-not-physical`, `card-status-conflict`,
 *   `last-four-mismatch`, `security-code-mismatch`, in this order
 */
export async function activateCard(work: Work, command: ActivateCard): Promise<Card> {
  const card = await lockHolderCard(work, command)
  const status = statusAfter(card.status, 'activate')
  if (status === undefined) throw new DomainError('card-status-conflict')
  if (card.lastFour !== command.lastFour) throw new DomainError('last-four-mismatch')
  const sealed = await work.tx.sealedPan(card.partnerId, card.cardId)
  if (sealed === undefined) throw new Error(`card ${card.cardId} has lost its number`)
  const cvv2 = work.vault.cvv2(work.vault.openPan(card, sealed), card.expiry)
  if (cvv2 !== command.cvv2) throw new DomainError('security-code-mismatch')
  return setCardStatus(work, card, status, null)
}
