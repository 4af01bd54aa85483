/** What the running process knows of its database and itself. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Pool } from 'pg'
import packageJson from '../package.json' with { type: 'json' }
import type { DatabaseStanding, Platform, PoolUse } from './app/live/platform.ts'
import { wallClock } from './clock.ts'

const ANSWER_MS_MAX = 2_000

/** @throws Error when the database has not answered in time */
export async function answersQuickly(pool: Pool): Promise<void> {
  const late = delay(ANSWER_MS_MAX, undefined, { ref: false }).then(() => {
    throw new Error(`the database did not answer within ${ANSWER_MS_MAX} ms`)
  })
  await Promise.race([pool.query('select 1'), late])
}

/** @param options.pools by what they are for; `general` is asked whether the database answers */
export function platformOf(options: {
  readonly databaseVersion: string
  readonly pools: Readonly<Record<string, Pool>>
  readonly general: Pool
}): Platform {
  const { databaseVersion: version, pools, general } = options
  return {
    version: packageJson.version,
    startedAt: wallClock.now(),
    async database(): Promise<DatabaseStanding> {
      const use = Object.entries(pools).map(([name, pool]) => useOf(name, pool))
      const askedMs = performance.now()
      try {
        await answersQuickly(general)
        const roundTripMs = Math.round((performance.now() - askedMs) * 100) / 100
        return { reachable: true, version, roundTripMs, pools: use }
      } catch {
        return { reachable: false, version, roundTripMs: null, pools: use }
      }
    },
  }
}

function useOf(name: string, { options: { max }, totalCount, idleCount, waitingCount }: Pool): PoolUse {
  return { name, max, open: totalCount, idle: idleCount, waiting: waitingCount }
}
