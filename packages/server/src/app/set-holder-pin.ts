import { hasEasyRun, hasPinForm } from '@openissuer/core/card/pin.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type HolderCard, lockHolderCard } from './holder-card.ts'
import type { Work } from './ports.ts'
import { setPin } from './set-pin.ts'

/** How many digits a PIN has that a holder chooses through its partner. */
const SIX = { min: 6, max: 6 }

/**
 * Gives a physical card in use the PIN that its holder has chosen.
 *
 * @throws DomainError `card-not-found`, `card-of-other-cardholder`, `card-not-physical`, `card-status-conflict`,
 *   `pin-not-acceptable`, in this order
 */
export async function setHolderPin(work: Work, command: HolderCard & { readonly pin: string }): Promise<void> {
  const { partnerId, pin } = command
  const card = await lockHolderCard(work, command)
  if (card.status !== 'active') throw new DomainError('card-status-conflict')
  if (!hasPinForm(pin, SIX) || hasEasyRun(pin)) throw new DomainError('pin-not-acceptable')
  await setPin(work, { partnerId, cardToken: card.token, pin, lengths: SIX })
}
