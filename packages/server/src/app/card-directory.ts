/**
 * Where the authorizations of a card go. Nothing of that ever changes once a card is made, so each card is read once and
 * an authorization costs no round trip before its batch. Cards that do not exist are not kept: guessing fills no memory.
 */
import type { CardDirectory, CardRoute, Reader } from './ports.ts'

const KNOWN_MAX = 200_000

export function createCardDirectory(
  read: Pick<Reader, 'card' | 'program'>,
  knownMax: number = KNOWN_MAX,
): CardDirectory {
  const known = new Map<bigint, CardRoute & { readonly partnerId: bigint }>()
  return {
    async find(partnerId, cardId) {
      const before = known.get(cardId)
      if (before !== undefined) return before.partnerId === partnerId ? before : undefined
      const card = await read.card(partnerId, cardId)
      if (card === undefined) return undefined
      const { accountId, programId } = card
      const program = await read.program(programId)
      if (program === undefined) throw new Error(`card ${cardId} has no program`)
      const route = { partnerId, accountId, programId, currency: program.currency }
      if (known.size >= knownMax) known.clear()
      known.set(cardId, route)
      return route
    },
  }
}
