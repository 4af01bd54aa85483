import { randomBytes } from 'node:crypto'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { createCardDirectory } from '../../packages/server/src/app/card-directory.ts'
import { createAuthorizationEngine } from '../../packages/server/src/app/engine/authorization-engine.ts'
import { reverseLateApproval } from '../../packages/server/src/app/engine/late-approval.ts'
import { createExchangeRates } from '../../packages/server/src/app/exchange-rates.ts'
import { createInquiries } from '../../packages/server/src/app/inquiry/inquiries.ts'
import type { Reply, Responder } from '../../packages/server/src/app/inquiry/responder.ts'
import { DecisionFeed } from '../../packages/server/src/app/live/decision-feed.ts'
import { DecisionStatistics } from '../../packages/server/src/app/live/decision-statistics.ts'
import type { Clock, PartnerResponder, Ports } from '../../packages/server/src/app/ports.ts'
import { sandboxKyc } from '../../packages/server/src/kyc/sandbox-kyc.ts'
import { secureRandom } from '../../packages/server/src/random.ts'
import { createBatchStore } from '../../packages/server/src/storage/authorization-batches.ts'
import { createDataKeyStore } from '../../packages/server/src/storage/data-keys.ts'
import { ENGINE_SESSION, isConflict, openPool } from '../../packages/server/src/storage/database.ts'
import { createIdAllocator, createIdBlocks } from '../../packages/server/src/storage/id-allocator.ts'
import { createStorage } from '../../packages/server/src/storage/postgres-storage.ts'
import { openVault } from '../../packages/server/src/vault/vault.ts'
import type { TestDatabase } from './database.ts'

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #now: Temporal.Instant

  constructor(now: string) {
    this.#now = Temporal.Instant.from(now)
  }

  now(): Temporal.Instant {
    return this.#now
  }

  set(now: string): void {
    this.#now = Temporal.Instant.from(now)
  }
}

export const TEST_BUDGET_MS = 50
export const TEST_OPEN_MAX = 4

const APPROVED: Reply = { outcome: 'approved', code: '0', message: '', latencyMs: 1, late: null }

/** Approves until a test has it say something else. */
export class TestResponder implements Responder {
  readonly asked: bigint[] = []
  reply: (authorization: Authorization) => Promise<Reply> = async () => APPROVED

  async ask(_responder: PartnerResponder, authorization: Authorization): Promise<Reply> {
    this.asked.push(authorization.authorizationId)
    return this.reply(authorization)
  }

  async close(): Promise<void> {}
}

export type TestPorts = {
  readonly ports: Ports
  readonly responder: TestResponder
  /** ends the connections that the ports opened for themselves */
  close(): Promise<void>
}

const ENGINE_LANES = 4

/**
 * The real ports over a test database, with a clock that the test moves and a key made for this run. Ids and the engine
 * have connections of their own, as in the product: use cases ask for ids while they hold a connection.
 */
export async function createTestPorts(
  { pool, url }: Pick<TestDatabase, 'pool' | 'url'>,
  clock: Clock,
): Promise<TestPorts> {
  const onError = () => undefined
  const idPool = openPool({ url }, { connections: 1, onError })
  const enginePool = openPool(
    { url },
    { connections: 2 * ENGINE_LANES, onError, pipeline: true, session: ENGINE_SESSION },
  )
  await createIdBlocks(idPool)
  const keyEncryptingKey = randomBytes(32)
  const ids = createIdAllocator(idPool)
  const engine = createAuthorizationEngine({
    store: createBatchStore(enginePool),
    ids,
    random: secureRandom,
    clock,
    lanes: ENGINE_LANES,
    batchMax: 256,
    queueMax: 4096,
    deadlineMs: 20_000,
    reverseLate: authorization => reverseLateApproval(ports, authorization),
    isConflict,
    onFault: error => {
      throw error
    },
  })
  const storage = createStorage(pool)
  const responder = new TestResponder()
  const withoutInquiries = {
    storage,
    rates: createExchangeRates(storage.read),
    cards: createCardDirectory(storage.read),
    clock,
    ids,
    random: secureRandom,
    vault: await openVault({ keyEncryptingKey: async () => keyEncryptingKey }, createDataKeyStore(pool)),
    kyc: sandboxKyc,
    mode: 'sandbox' as const,
    decisions: new DecisionFeed(new DecisionStatistics()),
    engine,
  }
  const inquiries = createInquiries({
    ports: withoutInquiries,
    responder,
    budgetMs: TEST_BUDGET_MS,
    openMax: TEST_OPEN_MAX,
    onFault: error => {
      throw error
    },
  })
  const ports: Ports = { ...withoutInquiries, inquiries }
  return {
    ports,
    responder,
    async close() {
      await inquiries.drained()
      await engine.drained()
      await enginePool.end()
      await idPool.end()
    },
  }
}
