import type { OperatorCallOptions } from './call.ts'
import { type Money, Resource } from './resource.ts'

/** Instants are ISO 8601 in UTC. */
export type ClockReading = { readonly now: string; readonly state: 'real' | 'shifted' | 'frozen' }

export type ClockMove = ClockReading & {
  readonly from: string
  /** what fell due on the way and was run, in due order */
  readonly ran: readonly { readonly at: string; readonly kind: string; readonly subject: string }[]
}

/** What waits on the clock, of one kind. */
export type DueForecast = {
  readonly kind: 'expiry' | 'management-fee' | 'unpaid-management-fee' | 'card-closing' | 'webhook-retry'
  readonly count: number
  /** `at-least`: there are more; `estimate`: as if cards stayed as they are and every fee were paid */
  readonly precision: 'exact' | 'at-least' | 'estimate'
  readonly earliestAt: string | null
  /** holds that lapse, fees that are asked for; one for each currency */
  readonly amounts: readonly Money[]
  /** in due order */
  readonly first: readonly {
    readonly at: string
    readonly partnerId: string
    /** the authorization, the card or the delivery */
    readonly subject: string
    readonly cardToken: string | null
    readonly amount: Money | null
  }[]
}

export type DueReading = { readonly now: string; readonly until: string; readonly due: readonly DueForecast[] }

/** Everything that waits on time follows it: expiries, limit windows, token lifetimes. It is moved in sandbox only. */
export class Clock extends Resource {
  read(options?: OperatorCallOptions): Promise<ClockReading> {
    return this.get('/clock', {}, options)
  }

  /**
   * What would fall due by an instant, in live mode too; nothing is moved.
   * @param until ISO 8601 with an offset; an instant before now is refused with `clock-goes-back`
   */
  due(until: string, options?: OperatorCallOptions): Promise<DueReading> {
    return this.get('/clock/due', { until }, options)
  }

  freeze(options?: OperatorCallOptions): Promise<ClockMove> {
    return this.post('/clock', { action: 'freeze' }, options)
  }

  /** Runs on from where it is. */
  resume(options?: OperatorCallOptions): Promise<ClockMove> {
    return this.post('/clock', { action: 'resume' }, options)
  }

  /** @param to ISO 8601 with an offset; an instant before now is refused with `clock-goes-back` */
  set(to: string, options?: OperatorCallOptions): Promise<ClockMove> {
    return this.post('/clock', { action: 'set', to }, options)
  }

  /** @param by ISO 8601 duration: `PT1H`, `P7D` */
  advance(by: string, options?: OperatorCallOptions): Promise<ClockMove> {
    return this.post('/clock', { action: 'advance', by }, options)
  }
}
