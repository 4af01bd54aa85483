/**
 * What is loaded of one endpoint's deliveries and may be sent next: in the order of the queue, and never two of the same
 * card at once, so that a card's events arrive in order as long as none fails.
 */
import type { QueuedDelivery } from '../app/webhook-ports.ts'

export class DeliveryQueue<T extends Pick<QueuedDelivery, 'eventId' | 'cardId'>> {
  private ready: T[] = []
  private taken = 0
  /** cards with a delivery that is ready or under way, and what waits for its end */
  private readonly cards = new Map<bigint, T[]>()
  /** added and not done */
  private readonly known = new Set<bigint>()

  /** Loaded and not yet taken, those that wait for another of their card included. */
  get size(): number {
    return this.known.size - this.underWay
  }

  underWay = 0

  /** All that are loaded or under way, by event. */
  get eventIds(): readonly bigint[] {
    return [...this.known]
  }

  /** What is known already is not added again. */
  add(delivery: T): void {
    if (this.known.has(delivery.eventId)) return
    this.known.add(delivery.eventId)
    const waiting = delivery.cardId === null ? undefined : this.cards.get(delivery.cardId)
    if (waiting !== undefined) waiting.push(delivery)
    else {
      if (delivery.cardId !== null) this.cards.set(delivery.cardId, [])
      this.ready.push(delivery)
    }
  }

  take(): T | undefined {
    const next = this.ready[this.taken]
    if (next === undefined) return undefined
    this.taken += 1
    this.underWay += 1
    if (this.taken === this.ready.length) {
      this.ready = []
      this.taken = 0
    }
    return next
  }

  /** The try is over: the next one of the card may be taken. */
  tried({ cardId }: T): void {
    if (cardId === null) return
    const next = this.cards.get(cardId)?.shift()
    if (next === undefined) this.cards.delete(cardId)
    else this.ready.push(next)
  }

  /** What came of it is recorded: it may be added again. */
  recorded({ eventId }: Pick<T, 'eventId'>): void {
    if (this.known.delete(eventId)) this.underWay -= 1
  }
}
