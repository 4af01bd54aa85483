/**
 * A process with an engine of its own over the database given as argument, for tests that race processes or kill them.
 * It submits what the parent sends and reports each answer as it comes.
 */
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { createAuthorizationEngine } from '../app/engine/authorization-engine.ts'
import { secureRandom } from '../random.ts'
import { createBatchStore } from './authorization-batches.ts'
import { ENGINE_SESSION, isConflict, openPool } from './database.ts'
import { createIdAllocator } from './id-allocator.ts'

/** Ids are decimal text, as messages between processes are JSON. */
export type EngineWork = {
  readonly partnerId: string
  readonly cardId: string
  readonly accountId: string
  readonly minor: string
  readonly keys: readonly string[]
}

export type EngineReport = {
  readonly key: string
  readonly kind: string
  readonly authorizationId: string | null
  readonly declineReason: string | null
}

const LANES = 4
const [url = '', now = ''] = process.argv.slice(2)
const onError = () => undefined
const instant = Temporal.Instant.from(now)
const USD = currency('USD')

const engine = createAuthorizationEngine({
  store: createBatchStore(
    openPool({ url }, { connections: 2 * LANES, onError, pipeline: true, session: ENGINE_SESSION }),
  ),
  ids: createIdAllocator(openPool({ url }, { connections: 1, onError })),
  random: secureRandom,
  clock: { now: () => instant },
  lanes: LANES,
  batchMax: 256,
  queueMax: 4096,
  deadlineMs: 20_000,
  reverseLate: () => Promise.reject(new Error('nothing is late here')),
  isConflict,
  onFault: error => process.stderr.write(`${String(error)}\n`),
})

async function submit(work: EngineWork, key: string): Promise<void> {
  const answer = await engine.submit({
    partnerId: BigInt(work.partnerId),
    cardId: BigInt(work.cardId),
    accountId: BigInt(work.accountId),
    matchKey: key,
    inputHash: new Uint8Array(),
    purpose: 'purchase',
    transactionAmount: amount(BigInt(work.minor), USD),
    billingAmount: amount(BigInt(work.minor), USD),
    merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
    entryMode: null,
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
  })
  const authorization = 'authorization' in answer ? answer.authorization : undefined
  const report: EngineReport = {
    key,
    kind: answer.kind,
    authorizationId: authorization === undefined ? null : String(authorization.authorizationId),
    declineReason: authorization?.declineReason ?? null,
  }
  process.send?.(report)
}

process.on('message', (work: EngineWork) => {
  for (const key of work.keys) void submit(work, key)
})
process.on('disconnect', () => process.exit())
process.send?.('ready')
