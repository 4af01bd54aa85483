/**
 * Works on one endpoint for as long as it has something to be delivered and this process keeps the lease: loads what is
 * due, sends many at once, and records what came of it in batches.
 *
 * An endpoint belongs to one process at a time, as nothing less keeps the order of a card's events. Its lease is renewed
 * while it works; when it is lost, whoever took over sends again what was not recorded.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { DomainEvent } from '@openissuer/core/event/domain-event.ts'
import type { Clock } from '../app/ports.ts'
import type {
  DeliveryStore,
  LeasedEndpoint,
  Outcome,
  QueuedDelivery,
  Teller,
  WebhookDialect,
} from '../app/webhook-ports.ts'
import { afterFailure, allowance, type Circuit, CLOSED } from './circuit-breaker.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import type { EventCache } from './event-cache.ts'
import { nextTry, waitAsked } from './schedule.ts'
import type { Answer, Sender } from './sender.ts'

export const LEASE_MS = 6_000
const RENEW_MS = 2_000
/** A worker with nothing to do stays for so long: the next event finds it ready. */
const IDLE_MS = 10_000

/** Tries under way at once. */
export const CONCURRENCY = 32
const LOAD_AT_ONCE = 256
/** More is loaded when so few are left. */
const LOAD_BELOW = 128
const DUE_AT_ONCE = 64
/** Beyond so many outcomes that wait to be recorded nothing new is sent. */
const UNRECORDED_MAX = 1_024

/** How often the end of tries under way is looked for when a worker stops. */
const POLL_MS = 10
const RECORD_AGAIN_MS = 500
/** For so long a worker that ends tries to record; what is not recorded is sent again by whoever is next. */
const END_MS_MAX = 5_000

const HTTP_GONE = 410
const HTTP_TOO_MANY = 429
const HTTP_UNAVAILABLE = 503

export type WorkerOptions = {
  readonly store: DeliveryStore
  readonly dialect: WebhookDialect
  readonly clock: Clock
  readonly wall: Clock
  readonly sender: Sender
  readonly events: EventCache
  readonly onFault: (error: Error) => void
  /** hears that this worker has ended, by itself or stopped */
  readonly onEnd: () => void
}

type Loaded = QueuedDelivery & { readonly event: DomainEvent | Error }

export class EndpointWorker {
  private endpoint: LeasedEndpoint
  private teller: Teller
  private readonly options: WorkerOptions
  private readonly queue = new DeliveryQueue<Loaded>()
  private circuit: Circuit
  private recordedCircuit: Circuit
  /** of the newest one that was loaded fresh */
  private cursor = 0n
  /** something fresh may wait to be loaded, and something that falls due again */
  private mayHaveFresh = true
  private mayHaveDue = true
  private outcomes: Outcome[] = []
  private loading: Promise<void> | undefined
  private recording: Promise<void> | undefined
  private sending = 0
  private renewedAtMs = performance.now()
  private busyAtMs = performance.now()
  private readonly timer: NodeJS.Timeout
  private renewing: Promise<void> | undefined
  /** no new tries */
  private stopping = false
  /** what is still under way is not waited for, and will be sent again */
  private abandoned = false
  private ending: Promise<void> | undefined

  constructor(endpoint: LeasedEndpoint, teller: Teller, options: WorkerOptions) {
    this.endpoint = endpoint
    this.teller = teller
    this.options = options
    this.circuit = { failuresInRow: endpoint.failuresInRow, openUntil: endpoint.openUntil }
    this.recordedCircuit = this.circuit
    this.timer = setInterval(() => this.tick(), RENEW_MS)
  }

  /** There is something new, or something else may have become due. */
  notify(what: 'fresh' | 'any'): void {
    this.mayHaveFresh = true
    if (what === 'any') this.mayHaveDue = true
    this.pump()
  }

  /** Renews the lease, and sees what has become of the endpoint: an operator may have changed it. */
  recheck(): void {
    if (this.stopping) return
    this.renewing ??= this.guarded(async () => void (await this.renew())).finally(() => {
      this.renewing = undefined
      this.pump()
    })
  }

  /** Takes on nothing new, waits at most so long for what is under way, records it, and gives the endpoint back. */
  stop(waitMsMax: number): Promise<void> {
    this.ending ??= this.end(waitMsMax)
    return this.ending
  }

  private async end(waitMsMax: number): Promise<void> {
    this.stopping = true
    clearInterval(this.timer)
    const until = performance.now() + waitMsMax
    while (this.sending > 0 && performance.now() < until) await delay(POLL_MS)
    this.abandoned = true
    await this.options.sender.close()
    await this.loading
    await this.renewing
    const patientUntil = performance.now() + END_MS_MAX
    while ((this.outcomes.length > 0 || this.recording !== undefined) && performance.now() < patientUntil) {
      this.startRecording()
      await this.recording
    }
    await this.guarded(() => this.options.store.release(this.endpoint, this.endpoint.token))
    this.options.onEnd()
  }

  /** Starts whatever can be started. */
  private pump(): void {
    if (this.outcomes.length > 0) this.startRecording()
    if (this.stopping) return
    if ((this.mayHaveFresh || this.mayHaveDue) && this.queue.size < LOAD_BELOW) {
      this.loading ??= this.load().finally(() => {
        this.loading = undefined
        this.pump()
      })
    }
    this.startTries()
  }

  private async load(): Promise<void> {
    const { mayHaveFresh, mayHaveDue } = this
    this.mayHaveFresh = false
    this.mayHaveDue = false
    await this.guarded(async () => {
      if (performance.now() - this.renewedAtMs > RENEW_MS && !(await this.renew())) return
      const { store, clock, events } = this.options
      const [fresh, due] = await Promise.all([
        mayHaveFresh ? store.fresh(this.endpoint, this.cursor, LOAD_AT_ONCE) : [],
        mayHaveDue ? store.due(this.endpoint, clock.now(), DUE_AT_ONCE, this.queue.eventIds) : [],
      ])
      const deliveries = [...due, ...fresh]
      if (deliveries.length === 0) return
      this.busyAtMs = performance.now()
      const told = await events.events(
        this.endpoint.partnerId,
        deliveries.map(each => each.eventId),
      )
      this.cursor = fresh.at(-1)?.seq ?? this.cursor
      if (fresh.length === LOAD_AT_ONCE) this.mayHaveFresh = true
      if (due.length === DUE_AT_ONCE) this.mayHaveDue = true
      for (const delivery of deliveries) this.queue.add({ ...delivery, event: eventOf(told, delivery) })
    })
  }

  private startTries(): void {
    const allowed = allowance(this.circuit, this.options.wall.now(), CONCURRENCY)
    while (this.sending < allowed && this.outcomes.length < UNRECORDED_MAX) {
      const next = this.queue.take()
      if (next === undefined) return
      this.sending += 1
      void this.tryNoting(next)
    }
  }

  private async tryNoting(next: Loaded): Promise<void> {
    const outcome = await this.tryOnce(next)
    this.sending -= 1
    if (this.abandoned) return
    this.queue.tried(next)
    this.outcomes.push(outcome)
    this.pump()
  }

  private async tryOnce({ event, ...delivery }: Loaded): Promise<Outcome> {
    const { dialect, clock, sender } = this.options
    const attemptedAt = clock.now()
    const atStart = this.circuit
    const told = event instanceof Error ? event : this.told(event, attemptedAt)
    if (told instanceof Error) {
      this.fault(told)
      const attempt = { attemptedAt, latencyMs: 0, status: null, answer: null, error: 'the event cannot be told' }
      return { ...delivery, state: 'failed', dueAt: null, attempt, at: attemptedAt }
    }
    if (told === undefined) return { ...delivery, state: 'skipped', dueAt: null, attempt: null, at: attemptedAt }
    const answer = await sender.send(this.endpoint.url, told, dialect.timeoutMs)
    const error = objectionTo(answer, dialect)
    const { latencyMs, status } = answer
    const attempt = { attemptedAt, latencyMs, status, answer: keptOf(answer, event), error }
    const at = clock.now()
    if (error !== null) return { ...delivery, ...(await this.afterFailure(delivery, answer, atStart, at)), attempt, at }
    this.circuit = CLOSED
    return { ...delivery, state: 'delivered', dueAt: null, attempt, at }
  }

  private async afterFailure(
    { failures }: QueuedDelivery,
    { status, retryAfter }: Answer,
    atStart: Circuit,
    now: Temporal.Instant,
  ): Promise<Pick<Outcome, 'dueAt'> & { state: 'pending' | 'failed' }> {
    const { dialect, wall } = this.options
    const asked = status === HTTP_TOO_MANY || status === HTTP_UNAVAILABLE ? retryAfter : undefined
    const waitMs = waitAsked(asked, wall.now())
    this.circuit = afterFailure(this.circuit, atStart, wall.now(), waitMs)
    if (status === HTTP_GONE && !this.abandoned) await this.disable('the receiver answered 410 Gone')
    const dueAt = nextTry({
      failures: failures + 1,
      delaysMs: dialect.retryDelaysMs,
      askedMs: waitMs,
      now,
    })
    return { state: dueAt === null ? 'failed' : 'pending', dueAt }
  }

  private told(event: DomainEvent, product: Temporal.Instant): ReturnType<Teller['tell']> | Error {
    try {
      return this.teller.tell(event, { product, wall: this.options.wall.now() })
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  private startRecording(): void {
    this.recording ??= this.record().finally(() => {
      this.recording = undefined
      this.pump()
    })
  }

  /** What has come in while the record before was written. Kept and tried again when the database does not take it. */
  private async record(): Promise<void> {
    const outcomes = this.outcomes.splice(0)
    const circuit = this.circuit
    try {
      await this.options.store.record(this.endpoint, outcomes, circuit === this.recordedCircuit ? null : circuit)
      this.recordedCircuit = circuit
      for (const outcome of outcomes) this.queue.recorded(outcome)
    } catch (error) {
      this.outcomes.unshift(...outcomes)
      this.fault(error)
      await delay(RECORD_AGAIN_MS)
    }
  }

  /** Keeps the lease while there is something to do, and ends when there has been nothing for a while. */
  private tick(): void {
    const isIdle = this.sending === 0 && this.queue.size === 0 && this.outcomes.length === 0
    if (!isIdle) this.busyAtMs = performance.now()
    else if (performance.now() - this.busyAtMs > IDLE_MS) void this.stop(0)
    if (this.isSparedFor(RENEW_MS)) void this.stop(0)
    else if (!isIdle) this.recheck()
  }

  /** Nothing is done and nothing is to be done for so long; until then the endpoint needs nobody. */
  private isSparedFor(ms: number): boolean {
    const { openUntil } = this.circuit
    if (openUntil === null || this.sending > 0 || this.outcomes.length > 0) return false
    const until = this.options.wall.now().add({ milliseconds: ms })
    return Temporal.Instant.compare(openUntil, until) > 0
  }

  /** @returns whether the endpoint is still this process's to work on, as it is now */
  private async renew(): Promise<boolean> {
    const { store, dialect } = this.options
    const renewed = await store.lease(this.endpoint, LEASE_MS, this.endpoint.token)
    const teller = renewed && (await dialect.teller(renewed.partnerId, renewed.credential))
    if (renewed === undefined || renewed.token !== this.endpoint.token) {
      // paused, deleted, or taken over
      void this.stop(dialect.timeoutMs)
      return false
    }
    if (teller === undefined) {
      await this.disable('its credential is not usable any more')
      return false
    }
    this.renewedAtMs = performance.now()
    // another receiver starts without the history of the one before
    if (renewed.url !== this.endpoint.url) this.circuit = CLOSED
    this.endpoint = renewed
    this.teller = teller
    return true
  }

  private async disable(reason: string): Promise<void> {
    await this.guarded(() => this.options.store.disable(this.endpoint, reason))
    void this.stop(this.options.dialect.timeoutMs)
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.fault(error)
    }
  }

  private fault(error: unknown): void {
    this.options.onFault(error instanceof Error ? error : new Error(String(error)))
  }
}

function eventOf(events: ReadonlyMap<bigint, DomainEvent | Error>, { eventId }: QueuedDelivery): DomainEvent | Error {
  return events.get(eventId) ?? new Error(`event ${eventId} was not read`)
}

/** A receiver may send back what it was sent, and a password is not to be kept. */
function keptOf({ text }: Answer, event: DomainEvent | Error): string | null {
  return !(event instanceof Error) && event.happening.kind === 'one-time-password' ? null : text
}

/** @returns why an answer is no acknowledgement; null when it is one */
function objectionTo(answer: Answer, dialect: WebhookDialect): string | null {
  if (answer.error !== null) return answer.error
  const { status, text } = answer
  if (status === null) return 'no answer'
  if (dialect.acknowledges(status, text ?? '')) return null
  return status === 200 ? 'the answer is no acknowledgement' : `HTTP ${status}`
}
