/**
 * Takes announced events to the endpoints of their partners. What is committed here is handed on at once; what another
 * process has left behind is found within a second, and what is there to do then does not depend on how much is waiting.
 */
import type { Clock } from '../app/ports.ts'
import type { DeliveryStore, EndpointId, WebhookDialects } from '../app/webhook-ports.ts'
import { EndpointWorker, LEASE_MS } from './endpoint-worker.ts'
import { EventCache } from './event-cache.ts'
import type { Sender } from './sender.ts'

export type RelayOptions = {
  readonly store: DeliveryStore
  readonly dialects: WebhookDialects
  /** schedules follow the product's clock; leases, circuits and signatures real time */
  readonly clock: Clock
  readonly wall: Clock
  readonly createSender: () => Promise<Sender>
  readonly onFault: (error: Error) => void
}

export type Relay = {
  /** A partner has announced something. */
  wake(partnerId: bigint): void
  /** An endpoint has changed, or the clock was moved. */
  look(): void
  /** Lets tries under way end and gives the endpoints back. */
  stop(): Promise<void>
}

const LOOK_MS = 1_000
/** Events that come within this time are handed on together. */
const GATHER_MS = 20
const STOP_MS_MAX = 3_000

export function startRelay(options: RelayOptions): Relay {
  const relay = new RunningRelay(options)
  relay.look()
  return relay
}

class RunningRelay implements Relay {
  private readonly options: RelayOptions
  private readonly events: EventCache
  private readonly workers = new Map<string, EndpointWorker>()
  private readonly opening = new Map<string, Promise<void>>()
  /** partners that have announced something since they were last looked at */
  private readonly announced = new Set<bigint>()
  /** partners without an endpoint, when they were last looked at: their announcements can wait for the next look */
  private readonly unheard = new Set<bigint>()
  private handing: Promise<void> | undefined
  private looking: Promise<void> | undefined
  private readonly timer: NodeJS.Timeout
  private stopped = false

  constructor(options: RelayOptions) {
    this.options = options
    this.events = new EventCache(options.store)
    this.timer = setInterval(() => this.find(), LOOK_MS)
  }

  wake(partnerId: bigint): void {
    if (this.stopped || this.unheard.has(partnerId)) return
    this.announced.add(partnerId)
    this.handing ??= this.handOn().finally(() => {
      this.handing = undefined
    })
  }

  look(): void {
    for (const worker of this.workers.values()) worker.recheck()
    this.find()
  }

  /** Finds what is to be done, whoever has left it. */
  private find(): void {
    if (this.stopped) return
    this.looking ??= this.guarded(async () => {
      const { partnerIds, endpoints } = await this.options.store.waiting(this.options.clock.now())
      this.unheard.clear()
      for (const partnerId of partnerIds) this.wake(partnerId)
      await Promise.all(endpoints.map(endpoint => this.workOn(endpoint, 'any')))
    }).finally(() => {
      this.looking = undefined
    })
  }

  async stop(): Promise<void> {
    this.stopped = true
    clearInterval(this.timer)
    await this.looking
    await this.handing
    await Promise.all(this.opening.values())
    await Promise.all([...this.workers.values()].map(worker => worker.stop(STOP_MS_MAX)))
  }

  /** One partner after the other, until none has announced anything more. */
  private async handOn(): Promise<void> {
    while (this.announced.size > 0 && !this.stopped) {
      const partnerIds = [...this.announced]
      this.announced.clear()
      for (const partnerId of partnerIds) await this.guarded(() => this.handOnEventsOf(partnerId))
      await new Promise(resolve => setTimeout(resolve, GATHER_MS))
    }
  }

  private async handOnEventsOf(partnerId: bigint): Promise<void> {
    for (;;) {
      const { more, endpointIds, isHeard } = await this.options.store.fanOut(partnerId)
      if (!isHeard) this.unheard.add(partnerId)
      for (const endpointId of endpointIds) void this.workOn({ partnerId, endpointId }, 'fresh')
      if (!more || this.stopped) return
    }
  }

  /** Has an endpoint worked on here, unless another process does so. */
  private async workOn(endpoint: EndpointId, what: 'fresh' | 'any'): Promise<void> {
    const key = `${endpoint.partnerId}:${endpoint.endpointId}`
    const worker = this.workers.get(key)
    if (worker !== undefined) worker.notify(what)
    if (worker !== undefined || this.opening.has(key) || this.stopped) return
    const opening = this.guarded(() => this.open(key, endpoint))
    this.opening.set(key, opening)
    await opening
    this.opening.delete(key)
  }

  private async open(key: string, endpoint: EndpointId): Promise<void> {
    const { store, dialects, clock, wall, createSender, onFault } = this.options
    const leased = await store.lease(endpoint, LEASE_MS)
    if (leased === undefined) return
    const dialect = dialects[leased.dialect]
    const teller = await dialect.teller(leased.partnerId, leased.credential)
    if (teller === undefined) {
      await store.disable(leased, 'its credential is not usable any more')
      return
    }
    const sender = await createSender()
    const onEnd = () => void this.workers.delete(key)
    const worker = new EndpointWorker(leased, teller, {
      store,
      dialect,
      clock,
      wall,
      sender,
      events: this.events,
      onFault,
      onEnd,
    })
    this.workers.set(key, worker)
    if (this.stopped) await worker.stop(0)
    else worker.notify('any')
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.options.onFault(error instanceof Error ? error : new Error(String(error)))
    }
  }
}
