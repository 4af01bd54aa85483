import type { CardTerms } from '@openissuer/core/card/application.ts'
import { applyForCard, type CardApplicationResult } from './apply-for-card.ts'
import type { Work } from './ports.ts'

export type OrderCards = {
  readonly partnerId: bigint
  readonly programId: bigint
  readonly orderNo: string
  readonly count: number
  /** none for cards without a holder; else one for each card, or one for all */
  readonly cardholderIds: readonly bigint[]
  readonly terms: CardTerms
}

/** What one order may ask for: its cards are made together or not at all. */
export const CARDS_PER_ORDER_MAX = 100

/**
 * Takes an order for cards of one kind. The first card has the order's number for its own, the others the same with `-2`,
 * `-3` and so on, which are taken like order numbers.
 *
 * @throws what an application for a card throws
 */
export async function orderCards(work: Work, command: OrderCards): Promise<readonly CardApplicationResult[]> {
  const { partnerId, programId, orderNo, cardholderIds, terms } = command
  const results: CardApplicationResult[] = []
  for (let index = 0; index < command.count; index++) {
    const cardholderId = cardholderIds[cardholderIds.length === 1 ? 0 : index]
    results.push(
      await applyForCard(work, {
        partnerId,
        programId,
        orderNo,
        reference: index === 0 ? orderNo : `${orderNo}-${index + 1}`,
        owner: cardholderId === undefined ? null : { cardholderId },
        terms,
      }),
    )
  }
  return results
}
