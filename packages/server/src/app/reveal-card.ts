import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Ports } from './ports.ts'

/** What a card's owner types into a shop. It goes to whoever may see it and nowhere else. */
export type CardSecrets = { readonly pan: string; readonly cvv2: string }

/**
 * Opens the secrets of a card, with a line in the audit log that is durable before they are.
 *
 * @param by who asked, such as `pagsmile-app:123`, and why, where that is asked
 * @throws DomainError `card-not-found`
 */
export async function revealCard(
  { storage, vault, ids, clock }: Pick<Ports, 'storage' | 'vault' | 'ids' | 'clock'>,
  card: Card,
  { actor, reason = null }: { readonly actor: string; readonly reason?: string | null },
): Promise<CardSecrets> {
  const { partnerId, cardId } = card
  const sealed = await storage.read.sealedPan(partnerId, cardId)
  if (sealed === undefined) throw new DomainError('card-not-found')
  const auditId = await ids.next('audit')
  await storage.transaction(tx =>
    tx.insertAudit({
      partnerId,
      auditId,
      actor,
      action: 'reveal-card',
      subject: `cardId=${cardId}`,
      reason,
      at: clock.now(),
    }),
  )
  const pan = vault.openPan(card, sealed)
  return { pan, cvv2: vault.cvv2(pan, card.expiry) }
}
