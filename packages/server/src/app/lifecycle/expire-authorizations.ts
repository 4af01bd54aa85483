import { expire } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { DueItem, DueWork } from '../due-work.ts'
import type { DueExpiry, Ports, Work } from '../ports.ts'
import { type Answer, accepted, findOriginal, processMessage } from './message.ts'

/**
 * Lets the hold of an authorization lapse, due or not, and gives what it used back to the card's limits.
 *
 * @throws DomainError `authorization-not-found`, `authorization-closed`
 */
export function expireAuthorization(
  work: Work,
  command: { readonly partnerId: bigint; readonly authorizationId: bigint },
): Promise<Answer> {
  const { partnerId, authorizationId } = command
  // an authorization lapses once at most, so its id makes the key; it has no sender and no content
  const message = { partnerId, matchKey: `expiry:${authorizationId}`, inputHash: new Uint8Array() }
  return processMessage(work, message, findOriginal(work, partnerId, { authorizationId }), [], async ({ life }) => {
    if (life === null) throw new DomainError('authorization-not-found')
    const { held } = life.authorization
    return {
      kind: 'expiry',
      change: accepted(expire(life)),
      steps: [{ kind: 'expired', minor: held.minor }],
      transactionAmount: held,
      billingAmount: held,
    }
  })
}

/**
 * Lets up to `limit` holds lapse that should have by `now`, over all partners, oldest first, each in a SQL transaction of
 * its own. Safe beside other processes that do the same.
 *
 * @returns what was due, in due order; empty when nothing is left
 */
export async function expireDue(ports: Ports, now: Temporal.Instant, limit: number): Promise<readonly DueExpiry[]> {
  const due: DueExpiry[] = []
  for (const partnerId of await ports.storage.read.partnerIds()) {
    due.push(...(await ports.storage.read.dueExpiries(partnerId, now, limit)))
  }
  const next = due.toSorted((a, b) => Temporal.Instant.compare(a.expiresAt, b.expiresAt)).slice(0, limit)
  for (const expiry of next) await expireUnlessClosed(ports, expiry)
  return next
}

/** Between the look and the lock another message may have used the hold up. */
async function expireUnlessClosed(ports: Ports, expiry: DueExpiry): Promise<void> {
  const { storage, engine: _engine, ...rest } = ports
  try {
    await storage.transaction(tx => expireAuthorization({ ...rest, tx }, expiry))
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'authorization-closed') throw error
  }
}

const EXPIRIES_AT_ONCE = 500

/** Expiries as work that waits on the product's clock. */
export function expiries(ports: Ports): DueWork {
  return {
    async run(now) {
      const due = await expireDue(ports, now, EXPIRIES_AT_ONCE)
      return due.map(
        ({ authorizationId, expiresAt }): DueItem => ({
          at: expiresAt,
          kind: 'expiry',
          subject: String(authorizationId),
        }),
      )
    },
  }
}
