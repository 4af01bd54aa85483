import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import type { Clock, Ports } from '../../packages/server/src/app/ports.ts'
import { secureRandom } from '../../packages/server/src/random.ts'
import { createDataKeyStore } from '../../packages/server/src/storage/data-keys.ts'
import { createIdAllocator, createIdBlocks } from '../../packages/server/src/storage/id-allocator.ts'
import { createStorage } from '../../packages/server/src/storage/postgres-storage.ts'
import { openVault } from '../../packages/server/src/vault/vault.ts'

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

/** The real ports over a test database, with a clock that the test moves and a key made for this run. */
export async function createTestPorts(pool: Pool, clock: Clock): Promise<Ports> {
  await createIdBlocks(pool)
  const keyEncryptingKey = randomBytes(32)
  return {
    storage: createStorage(pool),
    clock,
    ids: createIdAllocator(pool),
    random: secureRandom,
    vault: await openVault({ keyEncryptingKey: async () => keyEncryptingKey }, createDataKeyStore(pool)),
    mode: 'sandbox',
  }
}
