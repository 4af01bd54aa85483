/**
 * How the platform stands, for all who look at once: what has to be asked of the database is asked at most every few
 * seconds, and not at all while nobody looks.
 */
import type { LedgerProof, LedgerProofs } from '../app/ledger-proof.ts'
import type { DatabaseStanding, Platform } from '../app/live/platform.ts'
import type { Clock, Ports } from '../app/ports.ts'
import type { ProductClock } from '../app/product-clock.ts'
import { stateOf } from './clock.ts'

/** Deliveries of all endpoints together; null as long as they could not be counted. */
export type Backlog = {
  readonly endpoints: number
  readonly pending: number
  readonly retrying: number
  readonly failed: number
  readonly oldestPendingAt: Temporal.Instant | null
}

export type Standing = {
  readonly database: DatabaseStanding
  readonly backlog: Backlog | null
  readonly proof: LedgerProof | null
}

export type StandingDoor = {
  readonly clock: ProductClock
  readonly wall: Clock
  readonly platform: Platform
  readonly proofs: LedgerProofs
}

const FRESH_MS = 2_000

export class Watch {
  private readonly ports: Pick<Ports, 'storage' | 'mode'>
  private readonly door: StandingDoor
  private known: Standing | undefined
  private askedAtMs = -Infinity
  private asking: Promise<Standing> | undefined

  constructor(ports: Pick<Ports, 'storage' | 'mode'>, door: StandingDoor) {
    this.ports = ports
    this.door = door
  }

  /** At most two seconds old. */
  async standing(): Promise<Standing> {
    const isFresh = performance.now() - this.askedAtMs < FRESH_MS
    if (isFresh && this.known !== undefined) return this.known
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined
    })
    return this.asking
  }

  /** What is known now, while newer is asked for; undefined before the first answer. */
  latest(): Standing | undefined {
    void this.standing()
    return this.known && { ...this.known, proof: this.door.proofs.last }
  }

  private async ask(): Promise<Standing> {
    const { platform, proofs } = this.door
    const [database, backlog] = await Promise.all([platform.database(), this.backlog()])
    this.known = { database, backlog, proof: proofs.last }
    this.askedAtMs = performance.now()
    return this.known
  }

  private async backlog(): Promise<Backlog | null> {
    // a database that does not answer shows in its own line
    const endpoints = await this.ports.storage.read.webhookBacklog().catch(() => null)
    if (endpoints === null) return null
    const sum = (count: 'pending' | 'retrying' | 'failed') => endpoints.reduce((all, each) => all + each[count], 0)
    const times = endpoints.flatMap(({ oldestPendingAt }) => (oldestPendingAt === null ? [] : [oldestPendingAt]))
    return {
      endpoints: endpoints.length,
      pending: sum('pending'),
      retrying: sum('retrying'),
      failed: sum('failed'),
      oldestPendingAt: times.toSorted((a, b) => Temporal.Instant.compare(a, b))[0] ?? null,
    }
  }
}

/** What does not change while the server runs, and its time. */
export function identityOf({ mode }: Pick<Ports, 'mode'>, { clock, wall, platform }: StandingDoor) {
  const now = wall.now()
  return {
    version: platform.version,
    mode,
    startedAt: platform.startedAt.toString(),
    uptimeSeconds: Math.floor((now.epochMilliseconds - platform.startedAt.epochMilliseconds) / 1_000),
    at: now.toString(),
    clock: { now: clock.now().toString(), state: stateOf(clock) },
  }
}

export function encodeStanding({ database, backlog, proof }: Standing) {
  return {
    database: { ...database, pools: database.pools.map(pool => ({ ...pool })) },
    webhooks: backlog && { ...backlog, oldestPendingAt: backlog.oldestPendingAt?.toString() ?? null },
    ledger: {
      inOrder: proof && proof.differences === 0,
      verifiedAt: proof?.at.toString() ?? null,
      firstDifference: proof?.shown[0] ?? null,
    },
  }
}
