/**
 * The authorization engine: requests queue in lanes by account, and a lane decides all that has queued while its
 * previous batch committed as one SQL transaction. It never waits to fill a batch: idle latency is one transaction,
 * under load the batch grows. Every request is answered after its commit, or declined when that takes too long.
 */
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { type DecisionTime, decisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { Clock, IdAllocator, Random } from '../ports.ts'
import { type AuthorizationMessage, type BatchResult, decideBatch, type LoadedBatch, type Outcome } from './batch.ts'

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
  /** reads what was answered before, as it was answered, for repetitions */
  authorization(partnerId: bigint, authorizationId: bigint): Promise<Authorization | undefined>
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
  /** batches that are under way at once */
  readonly lanes: number
  readonly batchMax: number
  /** requests that may wait in one lane; beyond it a request is declined at once */
  readonly queueMax: number
  /** after which a request is declined, milliseconds */
  readonly deadlineMs: number
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

type Lane = { queue: Pending[]; running: boolean }

const SWEEP_MS = 25
const RETRY_PAUSE_MS = 50

export function createAuthorizationEngine(options: EngineOptions): AuthorizationEngine {
  const lanes: Lane[] = Array.from({ length: options.lanes }, () => ({ queue: [], running: false }))
  const waiting = new Set<Pending>()
  const drains: (() => void)[] = []
  let sweeper: ReturnType<typeof setInterval> | undefined

  function submit(message: AuthorizationMessage): Promise<EngineAnswer> {
    const lane = lanes[Number(message.accountId % BigInt(lanes.length))]
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
      if (!lane.running) void run(lane)
    })
  }

  /** Works until the lane is empty. The first batch starts in the next turn, so that requests of one turn share it. */
  async function run(lane: Lane): Promise<void> {
    lane.running = true
    await Promise.resolve()
    while (lane.queue.length > 0) await runBatch(takeBatch(lane))
    lane.running = false
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
   * key. When its requests have been given up, so is the batch.
   */
  async function runBatch(batch: readonly Pending[]): Promise<void> {
    const [first] = batch
    if (first === undefined) return
    const { partnerId } = first.message
    for (;;) {
      const live = batch.filter(pending => !pending.settled)
      if (live.length === 0) return
      try {
        const outcomes = await attempt(
          partnerId,
          live.map(pending => pending.message),
        )
        await Promise.all(live.map((pending, index) => answer(partnerId, pending, outcomes[index])))
        return
      } catch (error) {
        options.onFault(error)
        await new Promise(resolve => setTimeout(resolve, RETRY_PAUSE_MS))
      }
    }
  }

  async function attempt(partnerId: bigint, messages: readonly AuthorizationMessage[]): Promise<readonly Outcome[]> {
    const firstId = await options.ids.consecutive('authorization', messages.length)
    const digits = options.random.digits(6 * messages.length)
    return options.store.run(partnerId, messages, decisionTime(options.clock.now()), (loaded, time) =>
      decideBatch(messages, loaded, time, firstId, digits),
    )
  }

  async function answer(partnerId: bigint, pending: Pending, outcome: Outcome | undefined): Promise<void> {
    if (outcome === undefined) throw new Error('a message of the batch has no outcome')
    if (outcome.kind !== 'repeated') return settle(pending, outcome)
    const authorization = await options.store.authorization(partnerId, outcome.authorizationId)
    if (authorization === undefined) throw new Error(`authorization ${outcome.authorizationId} is recorded and missing`)
    settle(pending, { kind: 'repeated', authorization })
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
    if (waiting.size > 0 || lanes.some(lane => lane.running)) return
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
