import type { CardStatus } from '@openissuer/core/card/card.ts'
import { hasPinForm, PIN_LENGTHS, type PinLengths } from '@openissuer/core/card/pin.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Work } from './ports.ts'

export type SetPin = {
  readonly partnerId: bigint
  readonly cardToken: string
  readonly pin: string
  /** what the door takes; ISO 9564-1 unless it is narrower */
  readonly lengths?: PinLengths
}

/** A card that has not ended and is not in strange hands. */
const MAY_HAVE_PIN: readonly CardStatus[] = ['awaiting-activation', 'active', 'blocked']

/**
 * Gives a card its PIN, or another one. What is kept is a keyed digest: the PIN itself is in no row, log or answer.
 *
 * @throws DomainError `invalid-field` for a PIN that is no digits or too short or long, `card-not-found`,
 *   `card-status-conflict`
 */
export async function setPin(work: Work, { partnerId, cardToken, pin, lengths = PIN_LENGTHS }: SetPin): Promise<void> {
  if (!hasPinForm(pin, lengths)) throw new DomainError('invalid-field', 'pin')
  const found = await work.tx.cardByToken(partnerId, cardToken)
  const card = found && (await work.tx.lockCard(partnerId, found.cardId))
  if (card === undefined) throw new DomainError('card-not-found')
  if (!MAY_HAVE_PIN.includes(card.status)) throw new DomainError('card-status-conflict')
  await work.tx.setPinDigest(partnerId, card.cardId, work.vault.digestPin(card, pin))
}
