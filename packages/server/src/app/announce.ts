import type { Work } from './ports.ts'
import type { Announcement } from './webhook-ports.ts'

/** Announces a change to its partner, in the SQL transaction of the change. */
export async function announce(work: Work, change: Pick<Announcement, 'partnerId' | 'cardId' | 'fact'>): Promise<void> {
  const eventId = await work.ids.next('authorization')
  await work.tx.announce({ ...change, eventId, createdAt: work.clock.now() })
}
