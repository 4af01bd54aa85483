import type { ListedAuthorization } from './authorizations.ts'
import type { OperatorCallOptions } from './call.ts'
import type { DecisionCounts, Standing } from './overview.ts'
import { Resource } from './resource.ts'

export type LiveQuery = {
  /** whose authorizations; of all partners, unless given */
  readonly partnerId?: string
  /** authorizations that are shown at most, 0 to 500; 50 unless given */
  readonly rowsPerSecond?: number
}

/** Once a second. Of the database and the webhooks, what is known: at most some seconds old. */
export type Tick = Standing & {
  readonly decisions: {
    readonly scope: 'process'
    readonly lastSecond: DecisionCounts
    readonly last10Seconds: DecisionCounts
    readonly lastMinute: DecisionCounts
    readonly last15Minutes: DecisionCounts
  }
}

export type LiveEvent =
  | { readonly id: string; readonly event: 'tick'; readonly data: Tick }
  | {
      readonly id: string
      readonly event: 'authorizations'
      readonly data: {
        /** oldest first, the newest of what was decided since the event before */
        readonly authorizations: readonly ListedAuthorization[]
        /** how many more there were */
        readonly leftOut: number
      }
    }
  /** the last one, where the server ends the stream */
  | {
      readonly id: string
      readonly event: 'end'
      readonly data: { readonly reason: 'server-stopping' | 'access-ended' }
    }

/** What happens, as it happens. */
export class Live extends Resource {
  /**
   * Follows until the stream ends, the loop is left or `signal` is aborted, which throws its reason. A stream that broke
   * throws `ConnectionError`, one that was silent for `timeoutMs` `TimeoutError`; nothing is missed by following again
   * but what happened in between.
   */
  async *follow(query: LiveQuery = {}, options?: OperatorCallOptions): AsyncGenerator<LiveEvent, void> {
    for await (const { id, event, data } of this.events('/live', query, options)) {
      // the types of the answers are those of the API's reference
      yield { id, event, data: JSON.parse(data) as unknown } as LiveEvent
    }
  }
}
