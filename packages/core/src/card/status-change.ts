import type { CardStatus } from './card.ts'

/**
 * What can be done to a card after it was ordered.
 * `produce`: a physical card is made and on its way; `activate`: its holder has it; `close`: for good.
 */
export type CardAction = 'produce' | 'activate' | 'block' | 'unblock' | 'report-lost' | 'close'

type Transition = { readonly from: readonly CardStatus[]; readonly to: CardStatus }

/** A card is `closing` until nothing is held for it any more, and then `closed`. */
const TRANSITIONS: Readonly<Record<CardAction, Transition>> = {
  produce: { from: ['pending'], to: 'awaiting-activation' },
  activate: { from: ['awaiting-activation'], to: 'active' },
  block: { from: ['active'], to: 'blocked' },
  unblock: { from: ['blocked'], to: 'active' },
  'report-lost': { from: ['active', 'blocked'], to: 'lost' },
  close: { from: ['pending', 'awaiting-activation', 'active', 'blocked', 'lost'], to: 'closing' },
}

/** @returns the status after an action; undefined where the status does not allow it */
export function statusAfter(status: CardStatus, action: CardAction): CardStatus | undefined {
  const { from, to } = TRANSITIONS[action]
  return from.includes(status) ? to : undefined
}

/** Whether a card of this status may be given money or asked for it by its partner. */
export function isOpen(status: CardStatus): boolean {
  return status !== 'closing' && status !== 'closed' && status !== 'failed'
}

/** A change of a card's status as it happened; such records are never changed. */
export type CardStatusChange = {
  readonly partnerId: bigint
  readonly changeId: bigint
  readonly cardId: bigint
  readonly previous: CardStatus
  readonly status: CardStatus
  /** what the partner gave as its reason */
  readonly reason: string | null
  readonly at: Temporal.Instant
}
