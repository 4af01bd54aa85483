/**
 * The authorization engine: requests queue in lanes by account, and a lane decides all that has queued while its
 * previous batch committed as one SQL transaction. It never waits to fill a batch: idle latency is one transaction,
 * under load the batch grows. When a full batch has queued it does not wait either: it is decided ahead, on the state
 * that the batch before it will leave, and holds its locks as soon as that one has committed. Every request is answered
 * after its commit, or declined when that takes too long.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { type DecisionTime, decisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Clock, IdAllocator, Random } from '../ports.ts'
import {
  type AuthorizationMessage,
  type BatchResult,
  type BatchWrites,
  decideBatch,
  type LoadedBatch,
  type Outcome,
} from './batch.ts'
import { type Ahead, copyOf, createForecast, type Forecast, isAsExpected } from './forecast.ts'
import { laneOf } from './lane.ts'

/**
 * The storage of batches: locked read, one write, commit; all messages are of one partner. `decideLoaded` is given the
 * time to decide at: `time`, or later where batches that committed before this one were decided on a later day.
 */
export type BatchStore = {
  run(
    partnerId: bigint,
    messages: readonly AuthorizationMessage[],
    time: DecisionTime,
    decideLoaded: (loaded: LoadedBatch, time: DecisionTime) => BatchResult,
  ): Promise<readonly Outcome[]>
  /** works out what writing a batch's result takes, ahead of `run` being given that result */
  prepare(partnerId: bigint, writes: BatchWrites, time: DecisionTime): void
  /** reads what was answered before, as it was answered, for repetitions */
  authorization(partnerId: bigint, authorizationId: bigint): Promise<Authorization | undefined>
  /** whether an approval came too late to be answered and was reversed */
  wasReversedLate(partnerId: bigint, authorizationId: bigint): Promise<boolean>
}

/** The database refuses the content of a batch: trying the same again would be refused again. */
export class BatchRefused extends Error {
  constructor(cause: unknown) {
    super('the database refuses a message of the batch', { cause })
  }
}

/**
 * `decided` and `repeated` answers are durable. `unanswered`: nothing was decided, the network hears a decline for
 * this reason. `conflict`: the match key was used by another message.
 */
export type EngineAnswer =
  | { readonly kind: 'decided' | 'repeated'; readonly authorization: Authorization }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'unanswered'; readonly reason: DeclineReason }

export type EngineOptions = {
  readonly store: BatchStore
  readonly ids: IdAllocator
  readonly random: Random
  readonly clock: Clock
  /** each has up to two batches under way at once */
  readonly lanes: number
  readonly batchMax: number
  /** requests that may wait in one lane; beyond it a request is declined at once */
  readonly queueMax: number
  /** after which a request is declined, milliseconds */
  readonly deadlineMs: number
  /** an approval was committed after its request had been declined for want of time; tried again until it succeeds */
  readonly reverseLate: (authorization: Authorization) => Promise<void>
  /** whether a fault is a serialization failure or a dead-lock: the batch met another SQL transaction and was undone */
  readonly isConflict: (error: unknown) => boolean
  readonly onFault: (error: unknown) => void
}

export type AuthorizationEngine = {
  submit(message: AuthorizationMessage): Promise<EngineAnswer>
  /** resolves when nothing is queued or under way */
  drained(): Promise<void>
}

type Pending = {
  readonly message: AuthorizationMessage
  readonly deadline: number
  settled: boolean
  readonly settle: (answer: EngineAnswer) => void
}

type Lane = {
  queue: Pending[]
  underWay: number
  /** a batch has started and is not decided yet: the next one would be decided on what it knows nothing of */
  deciding: boolean
  readonly forecast: Forecast
}

const SWEEP_MS = 25
const RETRY_PAUSE_MS = 50
const CONFLICT_RETRIES_MAX = 5
const UNDER_WAY_MAX = 2
const LATE_REVERSAL_TRIES_MAX = 60
const LATE_REVERSAL_PAUSE_MS = 1_000

export function createAuthorizationEngine(options: EngineOptions): AuthorizationEngine {
  const lanes: Lane[] = Array.from({ length: options.lanes }, () => ({
    queue: [],
    underWay: 0,
    deciding: false,
    forecast: createForecast(),
  }))
  const waiting = new Set<Pending>()
  const drains: (() => void)[] = []
  /** approvals that came too late and are not reversed yet */
  const late = new Set<bigint>()
  let sweeper: ReturnType<typeof setInterval> | undefined

  function submit(message: AuthorizationMessage): Promise<EngineAnswer> {
    const lane = lanes[laneOf(message.accountId, lanes.length)]
    if (lane === undefined || lane.queue.length >= options.queueMax) {
      return Promise.resolve({ kind: 'unanswered', reason: 'issuer-overloaded' })
    }
    return new Promise(resolve => {
      const pending: Pending = {
        message,
        deadline: performance.now() + options.deadlineMs,
        settled: false,
        settle: resolve,
      }
      waiting.add(pending)
      lane.queue.push(pending)
      sweeper ??= setInterval(sweep, SWEEP_MS)
      startNext(lane)
    })
  }

  /** Starts a batch where nothing is under way, or where a full one waits and the one before it has been decided. */
  function startNext(lane: Lane): void {
    const { queue, underWay, deciding } = lane
    const mayStart = underWay === 0 || (underWay < UNDER_WAY_MAX && !deciding && queue.length >= options.batchMax)
    if (queue.length > 0 && mayStart) void run(lane)
  }

  /** The batch is taken in the next turn, so that requests of one turn share it. */
  async function run(lane: Lane): Promise<void> {
    lane.underWay += 1
    lane.deciding = true
    await Promise.resolve()
    await runBatch(lane, takeBatch(lane))
    lane.underWay -= 1
    if (lane.underWay === 0) lane.deciding = false
    startNext(lane)
    stopWhenIdle()
  }

  /** Of the oldest request's partner, in arrival order; requests that have been given up are dropped. */
  function takeBatch(lane: Lane): Pending[] {
    lane.queue = lane.queue.filter(pending => !pending.settled)
    const partnerId = lane.queue[0]?.message.partnerId
    const batch: Pending[] = []
    const rest: Pending[] = []
    for (const pending of lane.queue) {
      const fits = batch.length < options.batchMax && pending.message.partnerId === partnerId
      ;(fits ? batch : rest).push(pending)
    }
    lane.queue = rest
    return batch
  }

  /**
   * A batch whose commit failed or is in doubt is tried again with the same keys: what was committed is found by its
   * key. When its requests have been given up, so is the batch. One that has met other SQL transactions in every try
   * and retry is declined before its deadline: what holds it up is load, and more tries would add to it.
   */
  async function runBatch(lane: Lane, batch: readonly Pending[]): Promise<void> {
    const [first] = batch
    if (first === undefined) return
    const { partnerId } = first.message
    let conflicts = 0
    for (;;) {
      const live = batch.filter(pending => !pending.settled)
      if (live.length === 0) return
      try {
        const outcomes = await attempt(
          lane,
          partnerId,
          live.map(pending => pending.message),
        )
        await Promise.all(live.map((pending, index) => answer(partnerId, pending, outcomes[index])))
        return
      } catch (error) {
        lane.forecast.forget()
        options.onFault(error)
        if (error instanceof BatchRefused) return separate(lane, live)
        if (options.isConflict(error)) conflicts += 1
        if (conflicts > CONFLICT_RETRIES_MAX) return declineAll(live)
        await pause(RETRY_PAUSE_MS)
      }
    }
  }

  function declineAll(batch: readonly Pending[]): void {
    for (const pending of batch) settle(pending, { kind: 'unanswered', reason: 'issuer-unavailable' })
  }

  /** Half by half, until the message that the database refuses is alone and hears that it cannot be decided. */
  async function separate(lane: Lane, refused: readonly Pending[]): Promise<void> {
    if (refused.length === 1) return declineAll(refused)
    const half = refused.length >> 1
    await runBatch(lane, refused.slice(0, half))
    await runBatch(lane, refused.slice(half))
  }

  async function attempt(
    lane: Lane,
    partnerId: bigint,
    messages: readonly AuthorizationMessage[],
  ): Promise<readonly Outcome[]> {
    const firstId = await options.ids.consecutive('authorization', messages.length)
    const digits = options.random.digits(6 * messages.length)
    const now = decisionTime(options.clock.now())
    const decide = (loaded: LoadedBatch, time: DecisionTime) => decideBatch(messages, loaded, time, firstId, digits)
    let ahead: Ahead | undefined
    const running = options.store.run(partnerId, messages, now, (loaded, time) => {
      const expected = ahead !== undefined && isAsExpected(ahead, loaded, time) ? ahead : undefined
      const result = expected?.result ?? decide(loaded, time)
      lane.forecast.learn(expected?.after ?? loaded)
      setImmediate(decided, lane)
      return result
    })
    if (lane.underWay > 1) ahead = decideAhead(lane, partnerId, messages, now, decide)
    return running
  }

  /** While the batch before commits. */
  function decideAhead(
    lane: Lane,
    partnerId: bigint,
    messages: readonly AuthorizationMessage[],
    time: DecisionTime,
    decide: (loaded: LoadedBatch, time: DecisionTime) => BatchResult,
  ): Ahead | undefined {
    const before = lane.forecast.expected(messages)
    if (before === undefined) return undefined
    const after = copyOf(before)
    const result = decide(after, time)
    options.store.prepare(partnerId, result.writes, time)
    return { time, before, after, result }
  }

  function decided(lane: Lane): void {
    lane.deciding = false
    startNext(lane)
  }

  async function answer(partnerId: bigint, pending: Pending, outcome: Outcome | undefined): Promise<void> {
    if (outcome === undefined) throw new Error('a message of the batch has no outcome')
    if (outcome.kind === 'decided' && pending.settled) return reverseIfHeld(pending.message, outcome.authorization)
    if (outcome.kind !== 'repeated') return settle(pending, outcome)
    const { authorizationId } = outcome
    if (late.has(authorizationId) || (await options.store.wasReversedLate(partnerId, authorizationId))) {
      return settle(pending, { kind: 'unanswered', reason: 'issuer-unavailable' })
    }
    const authorization = await options.store.authorization(partnerId, authorizationId)
    if (authorization === undefined) throw new Error(`authorization ${authorizationId} is recorded and missing`)
    settle(pending, { kind: 'repeated', authorization })
  }

  /** An advice has happened, whatever was answered to it. */
  function reverseIfHeld({ advice }: AuthorizationMessage, authorization: Authorization): void {
    if (advice || authorization.held.minor === 0n) return
    late.add(authorization.authorizationId)
    void reverseLate(authorization)
  }

  async function reverseLate(authorization: Authorization): Promise<void> {
    for (let tries = 1; tries <= LATE_REVERSAL_TRIES_MAX; tries++) {
      try {
        await options.reverseLate(authorization)
        late.delete(authorization.authorizationId)
        return
      } catch (error) {
        options.onFault(error)
        await pause(LATE_REVERSAL_PAUSE_MS)
      }
    }
  }

  function settle(pending: Pending, result: EngineAnswer): void {
    if (pending.settled) return
    pending.settled = true
    waiting.delete(pending)
    pending.settle(result)
  }

  /** Declines what has waited too long. Requests wait in order, so the sweep ends at the first that has time left. */
  function sweep(): void {
    const now = performance.now()
    for (const pending of waiting) {
      if (pending.deadline > now) break
      settle(pending, { kind: 'unanswered', reason: 'issuer-unavailable' })
    }
  }

  function stopWhenIdle(): void {
    if (waiting.size > 0 || lanes.some(lane => lane.underWay > 0)) return
    clearInterval(sweeper)
    sweeper = undefined
    for (const resolve of drains.splice(0)) resolve()
  }

  return {
    submit,
    drained: () =>
      new Promise(resolve => {
        drains.push(resolve)
        stopWhenIdle()
      }),
  }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
