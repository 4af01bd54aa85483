import { randomBytes } from 'node:crypto'
import { createAuthorizationEngine } from '../../packages/server/src/app/engine/authorization-engine.ts'
import { reverseLateApproval } from '../../packages/server/src/app/engine/late-approval.ts'
import { createExchangeRates } from '../../packages/server/src/app/exchange-rates.ts'
import type { Clock, Ports } from '../../packages/server/src/app/ports.ts'
import { sandboxKyc } from '../../packages/server/src/kyc/sandbox-kyc.ts'
import { secureRandom } from '../../packages/server/src/random.ts'
import { createBatchStore } from '../../packages/server/src/storage/authorization-batches.ts'
import { createDataKeyStore } from '../../packages/server/src/storage/data-keys.ts'
import { ENGINE_SESSION, openPool } from '../../packages/server/src/storage/database.ts'
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

export type TestPorts = {
  readonly ports: Ports
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
    onFault: error => {
      throw error
    },
  })
  const storage = createStorage(pool)
  const ports: Ports = {
    storage,
    rates: createExchangeRates(storage.read),
    clock,
    ids,
    random: secureRandom,
    vault: await openVault({ keyEncryptingKey: async () => keyEncryptingKey }, createDataKeyStore(pool)),
    kyc: sandboxKyc,
    mode: 'sandbox',
    engine,
  }
  return {
    ports,
    async close() {
      await engine.drained()
      await enginePool.end()
      await idPool.end()
    },
  }
}
