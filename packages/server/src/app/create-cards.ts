import type { CardProduction, CardTerms } from '@openissuer/core/card/application.ts'
import type { Card } from '@openissuer/core/card/card.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { orderCards } from './order-cards.ts'
import { assertContact } from './order-physical-cards.ts'
import type { Work } from './ports.ts'

export type CreateCards = {
  readonly partnerId: bigint
  readonly programId: bigint
  /** the number of the first card; null for one that is made up */
  readonly uniqueNo: string | null
  readonly count: number
  /** null for physical cards that are printed without a name and bound to a holder later */
  readonly cardholderId: bigint | null
  /** whom the courier of physical cards may call */
  readonly contactId: bigint | null
  readonly terms: Omit<CardTerms, 'production'>
}

const MADE_UP_DIGITS = 20

/**
 * Makes cards for a partner at the operator's word: all of them or none.
 *
 * @throws DomainError `missing-field` for a virtual card without a holder, `invalid-field` for what only physical cards
 *   have, `contact-not-found`, and what an application for a card throws
 */
export async function createCards(work: Work, command: CreateCards): Promise<readonly Card[]> {
  const { partnerId, programId, count, cardholderId, terms } = command
  const production = await productionOf(work, command)
  const results = await orderCards(work, {
    partnerId,
    programId,
    orderNo: command.uniqueNo ?? work.random.digits(MADE_UP_DIGITS),
    count,
    cardholderIds: cardholderId === null ? [] : [cardholderId],
    terms: { ...terms, production },
  })
  return results.map(({ application, card }) => {
    if (card === null) throw new Error(`application ${application.applicationId} was left without a card`)
    return card
  })
}

async function productionOf(work: Work, command: CreateCards): Promise<CardProduction | null> {
  const { partnerId, cardholderId, contactId, terms } = command
  if (terms.form === 'virtual') {
    if (cardholderId === null) throw new DomainError('missing-field', 'cardholderId')
    if (contactId !== null) throw new DomainError('invalid-field', 'contactId')
    if (terms.delivery !== null) throw new DomainError('invalid-field', 'delivery')
    return null
  }
  if (contactId !== null) await assertContact(work, partnerId, contactId)
  return { nameOnCard: cardholderId === null ? 'agency' : 'cardholder', shipping: 'standard', contactId }
}
