import type { CardProduction, CardTerms, Delivery } from '@openissuer/core/card/application.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { CardApplicationResult } from './apply-for-card.ts'
import { CARDS_PER_ORDER_MAX, orderCards } from './order-cards.ts'
import type { Work } from './ports.ts'

export type OrderPhysicalCards = {
  readonly partnerId: bigint
  readonly programId: bigint
  readonly orderNo: string
  readonly count: number
  /** none for cards that are printed without a name; else one for each card, or one for all */
  readonly cardholderIds: readonly bigint[]
  readonly terms: Pick<CardTerms, 'funding' | 'initialBalance' | 'limit' | 'remark'>
  readonly production: CardProduction
  readonly deliveryAddressId: bigint
}

/**
 * Takes an order for physical cards to one address.
 *
 * @throws DomainError `invalid-field` for a count or holders that do not fit, `delivery-address-not-found`,
 *   `contact-not-found`, and what an application for a card throws
 */
export async function orderPhysicalCards(
  work: Work,
  command: OrderPhysicalCards,
): Promise<readonly CardApplicationResult[]> {
  const { partnerId, programId, orderNo, count, production } = command
  assertOwners(command)
  const delivery = await deliveryTo(work, partnerId, command.deliveryAddressId)
  if (production.contactId !== null) await assertContact(work, partnerId, production.contactId)
  const terms: CardTerms = { ...command.terms, form: 'physical', delivery, production }
  return orderCards(work, { partnerId, programId, orderNo, count, cardholderIds: command.cardholderIds, terms })
}

function assertOwners({ count, cardholderIds, production }: OrderPhysicalCards): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > CARDS_PER_ORDER_MAX) {
    throw new DomainError('invalid-field', 'count')
  }
  if (production.nameOnCard === 'agency') {
    if (cardholderIds.length > 0) throw new DomainError('invalid-field', 'cardholderIds')
  } else if (cardholderIds.length !== 1 && cardholderIds.length !== count) {
    throw new DomainError('invalid-field', 'cardholderIds')
  }
}

async function deliveryTo(work: Work, partnerId: bigint, deliveryAddressId: bigint): Promise<Delivery> {
  const found = await work.tx.deliveryAddress(partnerId, deliveryAddressId)
  if (found === undefined) throw new DomainError('delivery-address-not-found')
  const { firstName, lastName, mobile, address } = found
  return { firstName, lastName, phone: mobile, address }
}

/** @throws DomainError `contact-not-found` */
export async function assertContact(work: Work, partnerId: bigint, contactId: bigint): Promise<void> {
  if ((await work.tx.contact(partnerId, contactId)) === undefined) throw new DomainError('contact-not-found')
}
