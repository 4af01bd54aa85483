/**
 * A process with an engine and pools of its own on the bench's database, as each of several servers has them. It makes
 * its messages itself. It does what the parent asks, one order after the other, and ends with the parent.
 */
import { type DatabaseTarget, ENGINE_SESSION, isConflict, openPool } from '../packages/server/src/storage/database.ts'
import { createIdAllocator } from '../packages/server/src/storage/id-allocator.ts'
import { type LoadResult, runClosedLoop } from './closed-loop.ts'
import { createBenchEngine, type EngineSize } from './issuer.ts'
import { type Approvals, anyCard, createSender } from './messages.ts'
import { seededRandom } from './statistics.ts'

/** The first order opens the engine. */
export type EngineOrder =
  | {
      readonly kind: 'open'
      /** counts from 1; messages and the choice of cards differ by it */
      readonly process: number
      readonly database: DatabaseTarget
      readonly cards: number
      readonly size: EngineSize
    }
  | { readonly kind: 'work'; readonly callers: number; readonly durationMs: number }

/** What an order came to. Approvals are parallel columns: authorization ids, minor units. */
export type EngineReport = {
  readonly decisions: number
  readonly seconds: number
  /** batches that were tried again after a dead-lock or a serialization failure */
  readonly retries: number
  readonly approvedIds: BigInt64Array
  readonly approvedMinors: BigInt64Array
}

type Opening = Extract<EngineOrder, { kind: 'open' }>
type Work = Extract<EngineOrder, { kind: 'work' }>
type Done = Pick<LoadResult, 'operations' | 'seconds'>

const approvals: Approvals = new Map()
let retries = 0
let work: ((order: Work) => Promise<Done>) | undefined

function open({ process: number, database, cards, size }: Opening): void {
  const engine = createBenchEngine({
    pool: openPool(database, {
      connections: 2 * size.lanes,
      onError: () => {},
      pipeline: true,
      session: ENGINE_SESSION,
    }),
    ids: createIdAllocator(openPool(database, { connections: 1, onError: () => {} })),
    size,
    onFault: error => {
      if (!isConflict(error)) throw error
      retries++
    },
  })
  const send = createSender(engine, `process-${number}`, approvals)
  const random = seededRandom(1 + number)
  const { signal } = new AbortController()
  work = ({ callers, durationMs }) =>
    runClosedLoop({ concurrency: callers, durationMs, signal }, () => send(anyCard(cards, random)))
}

async function carryOut(order: EngineOrder): Promise<Done> {
  if (order.kind === 'work') {
    if (work === undefined) throw new Error('there is no engine yet')
    return work(order)
  }
  open(order)
  return { operations: 0, seconds: 0 }
}

function report({ operations, seconds }: Done): void {
  const done: EngineReport = {
    decisions: operations,
    seconds,
    retries,
    approvedIds: BigInt64Array.from(approvals.keys()),
    approvedMinors: BigInt64Array.from(approvals.values()),
  }
  process.send?.(done)
  approvals.clear()
  retries = 0
}

// what fails ends the process with its stack, and the parent hears of that
process.on('message', (order: EngineOrder) => void carryOut(order).then(report))
process.on('disconnect', () => process.exit())
