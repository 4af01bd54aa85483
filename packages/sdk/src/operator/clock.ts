import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

/** Instants are ISO 8601 in UTC. */
export type ClockReading = { readonly now: string; readonly state: 'real' | 'shifted' | 'frozen' }

export type ClockMove = ClockReading & {
  readonly from: string
  /** what fell due on the way and was run, in due order */
  readonly ran: readonly { readonly at: string; readonly kind: string; readonly subject: string }[]
}

/** Everything that waits on time follows it: expiries, limit windows, token lifetimes. It is moved in sandbox only. */
export class Clock extends Resource {
  read(options?: OperatorCallOptions): Promise<ClockReading> {
    return this.get('/clock', {}, options)
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
