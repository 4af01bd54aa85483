import type { AuthorizationEvent } from '@openissuer/core/authorization/event.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Work } from '../ports.ts'
import type { Place } from './message.ts'

/** How a message names the event that it undoes or corrects: by our id, or by that message's match key and its card. */
export type OriginalEvent = { readonly eventId: bigint } | { readonly cardId: bigint; readonly originalKey: string }

const NOT_FOUND = { clearing: 'clearing-not-found', refund: 'refund-not-found' } as const

/** @returns look-ups that throw DomainError `clearing-not-found` or `refund-not-found` */
export function findEvent(
  work: Work,
  partnerId: bigint,
  original: OriginalEvent,
  kind: keyof typeof NOT_FOUND,
): { readonly event: () => Promise<AuthorizationEvent>; readonly place: () => Promise<Place> } {
  const event = async () => {
    const found =
      'eventId' in original
        ? await work.tx.authorizationEvent(partnerId, original.eventId)
        : await work.tx.eventByMatchKey(partnerId, original.originalKey)
    const ofOtherCard = 'cardId' in original && found?.cardId !== original.cardId
    if (found?.kind !== kind || ofOtherCard) throw new DomainError(NOT_FOUND[kind])
    return found
  }
  const place = async () => {
    const { cardId, accountId, authorizationId } = await event()
    return { cardId, accountId, authorizationId }
  }
  return { event, place }
}
