/**
 * Events that were read lately: those that many endpoints of a partner want are read once for all of them, also when
 * they ask at the same moment. An event never changes.
 */
import type { DomainEvent } from '@openissuer/core/event/domain-event.ts'
import type { DeliveryStore } from '../app/webhook-ports.ts'

const KEPT_MAX = 1_024

type Told = DomainEvent | Error

export class EventCache {
  private readonly store: Pick<DeliveryStore, 'events'>
  /** oldest first; ids are unique over all partners */
  private readonly kept = new Map<bigint, Promise<Told>>()

  constructor(store: Pick<DeliveryStore, 'events'>) {
    this.store = store
  }

  async events(partnerId: bigint, eventIds: readonly bigint[]): Promise<ReadonlyMap<bigint, Told>> {
    const missing = eventIds.filter(id => !this.kept.has(id))
    if (missing.length > 0) this.keep(missing, this.store.events(partnerId, missing))
    const found = eventIds.map(async id => [id, await this.kept.get(id)] as const)
    this.forgetOldest()
    const events = new Map<bigint, Told>()
    for (const [id, event] of await Promise.all(found)) if (event !== undefined) events.set(id, event)
    return events
  }

  private keep(ids: readonly bigint[], reading: Promise<ReadonlyMap<bigint, Told>>): void {
    for (const id of ids) this.kept.set(id, eventOf(reading, id))
    // what could not be read is not kept; those who wait for it hear why
    reading.catch(() => {
      for (const id of ids) this.kept.delete(id)
    })
  }

  private forgetOldest(): void {
    for (const id of this.kept.keys()) {
      if (this.kept.size <= KEPT_MAX) return
      this.kept.delete(id)
    }
  }
}

async function eventOf(reading: Promise<ReadonlyMap<bigint, Told>>, id: bigint): Promise<Told> {
  return (await reading).get(id) ?? new Error(`event ${id} was not read`)
}
