import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type CardState = {
  readonly cardId: string
  readonly token: string
  readonly maskedPan: string
  readonly form: 'virtual' | 'physical'
  readonly status: CardStatus
  readonly activatedAt: string | null
}

export type CardStatus =
  | 'pending'
  | 'awaiting-activation'
  | 'active'
  | 'blocked'
  | 'lost'
  | 'closing'
  | 'closed'
  | 'failed'

export type CardAction = 'produce' | 'activate' | 'block' | 'unblock' | 'report-lost' | 'close'

/** 1 to 128 characters */
export type Reason = { readonly reason?: string }

export class Cards extends Resource {
  /** A physical card is made. */
  produce(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('produce', partnerId, cardId, reason, options)
  }

  /** Its holder has it. */
  activate(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('activate', partnerId, cardId, reason, options)
  }

  block(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('block', partnerId, cardId, reason, options)
  }

  unblock(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('unblock', partnerId, cardId, reason, options)
  }

  reportLost(
    partnerId: string,
    cardId: string,
    reason: Reason = {},
    options?: OperatorCallOptions,
  ): Promise<CardState> {
    return this.#act('report-lost', partnerId, cardId, reason, options)
  }

  /** Its own money goes back to the partner; it is `closing` while something is on hold. */
  close(partnerId: string, cardId: string, reason: Reason = {}, options?: OperatorCallOptions): Promise<CardState> {
    return this.#act('close', partnerId, cardId, reason, options)
  }

  /** @param pin 4 to 12 digits; nobody can read it back */
  setPin(
    cardToken: string,
    pin: string,
    options?: OperatorCallOptions,
  ): Promise<{ readonly cardToken: string; readonly hasPin: boolean }> {
    return this.put(path`/cards/${cardToken}/pin`, { pin }, options)
  }

  #act(
    action: CardAction,
    partnerId: string,
    cardId: string,
    reason: Reason,
    options?: OperatorCallOptions,
  ): Promise<CardState> {
    return this.post(path`/partners/${partnerId}/cards/${cardId}/${action}`, reason, options)
  }
}
