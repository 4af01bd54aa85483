/**
 * Holds that a process left behind which stopped between approving and the partner's answer. They are found by looking
 * twice: an authorization that is undecided at both looks, longer apart than any question takes, has nobody who waits
 * for it. The looks are real time, since what they wait out is a process, and time may stand still in a sandbox.
 */
import type { Ports } from '../ports.ts'

/** Longer than a decision, a question and the release after it may take together. */
export const ORPHANED_MS = 10_000
const LOOKED_AT_ONCE = 1_000

export type OrphanWatch = { look(): Promise<number> }

/** @param nowMs real time */
export function createOrphanWatch(ports: Ports, nowMs: () => number = () => performance.now()): OrphanWatch {
  const firstSeen = new Map<string, number>()

  async function lookAt(partnerId: bigint): Promise<number> {
    const now = ports.clock.now()
    const undecided = await ports.storage.read.undecidedAuthorizations(partnerId, now, LOOKED_AT_ONCE)
    let resolved = 0
    for (const authorizationId of undecided) {
      const key = `${partnerId}/${authorizationId}`
      const seen = firstSeen.get(key)
      if (seen === undefined) firstSeen.set(key, nowMs())
      else if (nowMs() - seen >= ORPHANED_MS) {
        await ports.inquiries.giveUp(partnerId, authorizationId)
        firstSeen.delete(key)
        resolved += 1
      }
    }
    forget(partnerId, undecided)
    if (undecided.length === 0) {
      // what is decided later than this may have been approved a moment before it
      const sweptThrough = now.subtract({ milliseconds: ORPHANED_MS })
      await ports.storage.transaction(tx => tx.noteInquirySweep(partnerId, sweptThrough))
    }
    return resolved
  }

  function forget(partnerId: bigint, undecided: readonly bigint[]): void {
    const kept = new Set(undecided.map(id => `${partnerId}/${id}`))
    for (const key of firstSeen.keys()) if (key.startsWith(`${partnerId}/`) && !kept.has(key)) firstSeen.delete(key)
  }

  return {
    async look() {
      let resolved = 0
      for (const partnerId of await ports.storage.read.partnerIds()) {
        const partner = await ports.storage.read.partner(partnerId)
        if (partner?.settings.integrationMode === 'partner-decides') resolved += await lookAt(partnerId)
      }
      return resolved
    },
  }
}
