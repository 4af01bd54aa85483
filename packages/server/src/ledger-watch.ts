/**
 * Proves the books while the server runs: seals the hash chains, counts hours that are over and verifies the ledger on an
 * interval. Books that are not in order make the server not ready, as it must not go on deciding on them unseen.
 */
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { LedgerProof, LedgerProofs } from './app/ledger-proof.ts'
import type { Clock } from './app/ports.ts'
import { countHours, startOfHour } from './storage/card-record-counts.ts'
import { type ChainHead, chainHeads, sealChains } from './storage/chain-seals.ts'
import { verifyLedger } from './storage/ledger-verification.ts'

/** Longer than any transaction lives: what was the newest row a minute ago has nothing uncommitted below it. */
const SEAL_INTERVAL_MS = 60_000
const VERIFY_INTERVAL_MS = 300_000

/** Clocks of several processes may differ by as much. */
const COUNT_DELAY_MINUTES = 5

/** Differences that are told in words. */
const SHOWN_MAX = 100

export type LedgerWatch = {
  readonly proofs: LedgerProofs
  /** @throws Error with the first difference that the last verification found */
  assertInOrder(): void
}

/** @param cleanup gets what stops the watch */
export function watchLedger(pool: Pool, clock: Clock, logger: Logger, cleanup: (() => Promise<void>)[]): LedgerWatch {
  let heads: readonly ChainHead[] = []
  let overSince: Temporal.Instant | undefined

  const seal = async () => {
    const newest = await chainHeads(pool)
    const sealed = await sealChains(pool, heads, clock.now())
    heads = newest
    logger.debug({ sealed }, 'hash chains are sealed')
  }
  const count = async () => {
    // the hours that were over a minute ago have nothing uncommitted in them
    if (overSince !== undefined) await countHours(pool, overSince)
    overSince = startOfHour(clock.now().subtract({ minutes: COUNT_DELAY_MINUTES }))
  }
  const proofs = createLedgerProofs(pool, clock, logger)
  cleanup.push(repeat(count, SEAL_INTERVAL_MS, logger))
  cleanup.push(
    repeat(seal, SEAL_INTERVAL_MS, logger),
    repeat(() => proofs.run(), VERIFY_INTERVAL_MS, logger),
  )
  return {
    proofs,
    assertInOrder() {
      const firstViolation = proofs.last?.shown[0]
      if (firstViolation !== undefined) throw new Error(`the ledger is not in order: ${firstViolation}`)
    },
  }
}

/** One proof at a time in this process, for the watch and for whoever asks. */
export function createLedgerProofs(pool: Pool, clock: Clock, logger: Logger): LedgerProofs {
  let running: { readonly since: Temporal.Instant; readonly proof: Promise<LedgerProof> } | undefined
  let last: LedgerProof | null = null
  let failure: string | null = null
  const prove = async (at: Temporal.Instant) => {
    try {
      last = await proofAt(pool, at)
      failure = null
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      throw error
    } finally {
      running = undefined
    }
    if (last.differences > 0) {
      logger.error({ violations: last.differences, first: last.shown[0] }, 'the ledger is not in order')
    }
    return last
  }
  return {
    get runningSince() {
      return running?.since ?? null
    },
    get last() {
      return last
    },
    get failure() {
      return failure
    },
    run() {
      if (running === undefined) {
        const since = clock.now()
        running = { since, proof: prove(since) }
      }
      return running.proof
    },
  }
}

async function proofAt(pool: Pool, at: Temporal.Instant): Promise<LedgerProof> {
  const startedAt = performance.now()
  const { violations, checked } = await verifyLedger(pool)
  return {
    at,
    durationMs: Math.round(performance.now() - startedAt),
    checked,
    differences: violations.length,
    shown: violations.slice(0, SHOWN_MAX),
  }
}

/** Runs a job on an interval, one at a time; a failure is logged and tried again. Returns what stops it. */
function repeat(job: () => Promise<unknown>, intervalMs: number, logger: Logger): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve()
  let isRunning = false
  const timer = setInterval(() => {
    if (isRunning) return
    isRunning = true
    running = job()
      .catch((error: unknown) => logger.warn({ reason: String(error) }, 'a background check of the ledger failed'))
      .finally(() => {
        isRunning = false
      })
  }, intervalMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
