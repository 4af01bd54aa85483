import type { DeclineReason } from './authorizations.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

/** What was decided in a stretch of time that is over. Quantiles are exact to 5 %, null where nothing was decided. */
export type DecisionCounts = {
  /** fewer than the name says while the process is younger */
  readonly seconds: number
  readonly decided: number
  readonly perSecond: number
  readonly approved: number
  /** 0 to 1 */
  readonly approvalRate: number | null
  /** most frequent first */
  readonly declined: readonly { readonly reason: DeclineReason; readonly count: number }[]
  readonly p50Ms: number | null
  readonly p99Ms: number | null
}

/** What moves of the platform's standing. Instants are ISO 8601 in UTC. */
export type Standing = {
  readonly at: string
  /** the product's clock */
  readonly clock: { readonly now: string; readonly state: 'real' | 'shifted' | 'frozen' }
  /** of all endpoints; null while they could not be counted */
  readonly webhooks: {
    readonly endpoints: number
    readonly pending: number
    readonly retrying: number
    readonly failed: number
    readonly oldestPendingAt: string | null
  } | null
  /** the last proof of the books; null before the first one */
  readonly ledger: {
    readonly inOrder: boolean | null
    readonly verifiedAt: string | null
    readonly firstDifference: string | null
  }
  readonly database: {
    readonly reachable: boolean
    readonly version: string
    readonly roundTripMs: number | null
    readonly pools: readonly {
      readonly name: string
      readonly max: number
      readonly open: number
      readonly idle: number
      /** calls that have no connection yet */
      readonly waiting: number
    }[]
  }
}

/** Decisions are those of the process that answers: several servers on one database have figures of their own. */
export type OverviewReading = Standing & {
  readonly version: string
  readonly mode: 'sandbox' | 'live'
  readonly startedAt: string
  readonly uptimeSeconds: number
  readonly decisions: {
    readonly scope: 'process'
    readonly last10Seconds: DecisionCounts
    readonly lastMinute: DecisionCounts
    readonly last15Minutes: DecisionCounts
    /** a value for each second, oldest first */
    readonly series: {
      readonly from: string
      readonly stepSeconds: 1
      readonly decided: readonly number[]
      readonly approved: readonly number[]
      readonly p50Ms: readonly (number | null)[]
      readonly p99Ms: readonly (number | null)[]
    }
  }
}

export class Overview extends Resource {
  read(options?: OperatorCallOptions): Promise<OverviewReading> {
    return this.get('/overview', {}, options)
  }
}
