import type { Storage } from '../app/ports.ts'

/** The same storage, which also says whose events have just been committed: by use cases and by what the network sends. */
export function announcingStorage(storage: Storage, committed: (partnerId: bigint) => void): Storage {
  return {
    read: storage.read,
    async transaction(work) {
      const partnerIds = new Set<bigint>()
      const result = await storage.transaction(tx => {
        // a retried transaction starts anew
        partnerIds.clear()
        return work({
          ...tx,
          announce(announcement) {
            partnerIds.add(announcement.partnerId)
            return tx.announce(announcement)
          },
          insertPartnerDecisions(partnerId, decisions) {
            partnerIds.add(partnerId)
            return tx.insertPartnerDecisions(partnerId, decisions)
          },
          insertAuthorizationEvent(event) {
            partnerIds.add(event.partnerId)
            return tx.insertAuthorizationEvent(event)
          },
        })
      })
      for (const partnerId of partnerIds) committed(partnerId)
      return result
    },
  }
}
