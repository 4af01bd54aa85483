/** From a message to its answer, whatever server it came through. */
import { type AuthOptions, type CallbackAnswer, type Decide, respondToAuth, UNDECIDED } from './auth.ts'
import type { HeaderSource } from './headers.ts'
import {
  type CallbackKeys,
  type CardUpdateCallback,
  type ConsumptionCallback,
  type KeySecureCallback,
  verifyKeySecureCallback,
} from './keysecure.ts'
import { type PagsmileWebhook, parsePagsmileWebhook } from './pagsmile.ts'
import { WebhookError } from './webhook-error.ts'

export type WebhookRequest = { readonly headers: HeaderSource; readonly body: string | Uint8Array }

export type WebhookAnswer = { readonly status: number; readonly headers: Record<string, string>; readonly body: string }

/** Never throws: what goes wrong is told to `onError`, and to the sender only that it did. */
export type WebhookReceiver = (request: WebhookRequest) => Promise<WebhookAnswer>

export type KeySecureHandlers = CallbackKeys &
  AuthOptions & {
    /** decides about a purchase; without it every one is declined */
    readonly onAuth?: Decide
    /** May hear the same `id` twice. The platform repeats what this has failed at. */
    readonly onConsumption?: (callback: ConsumptionCallback) => void | Promise<void>
    /** May hear the same `id` twice. The platform repeats what this has failed at. */
    readonly onCardUpdate?: (callback: CardUpdateCallback) => void | Promise<void>
    /** hears of messages that were not accepted, and of what the other handlers have thrown */
    readonly onError?: (error: unknown) => void
  }

const NOT_ACCEPTED: CallbackAnswer = { code: 1, message: 'not accepted' }
const NOT_PROCESSED: CallbackAnswer = { code: UNDECIDED, message: 'not processed' }

export function keySecureReceiver(handlers: KeySecureHandlers): WebhookReceiver {
  const { onError = () => {} } = handlers
  return async request => {
    let callback: KeySecureCallback
    try {
      callback = verifyKeySecureCallback(request, handlers)
    } catch (error) {
      onError(error)
      // in the API's own words: a refused `Auth` has to be a decline, and no other status is one
      return jsonAnswer(200, NOT_ACCEPTED)
    }
    try {
      return jsonAnswer(200, await answerTo(callback, handlers))
    } catch (error) {
      onError(error)
      return jsonAnswer(500, NOT_PROCESSED)
    }
  }
}

const DECLINE_ALL: Decide = () => ({ approved: false, message: 'nobody decides here' })

async function answerTo(callback: KeySecureCallback, handlers: KeySecureHandlers): Promise<CallbackAnswer> {
  const { onAuth = DECLINE_ALL, onConsumption, onCardUpdate } = handlers
  if (callback.action === 'Auth') return respondToAuth(callback, onAuth, handlers)
  if (callback.action === 'Consumption') await onConsumption?.(callback)
  else await onCardUpdate?.(callback)
  return { code: 0, message: '' }
}

export type PagsmileHandlers = {
  /** May hear the same `request_id` twice. The platform repeats what this has failed at. */
  readonly onNotification: (notification: PagsmileWebhook) => void | Promise<void>
  /** a message for another partner is refused */
  readonly partnerId?: string
  /** hears of messages that were not accepted, and of what `onNotification` has thrown */
  readonly onError?: (error: unknown) => void
}

export function pagsmileReceiver(handlers: PagsmileHandlers): WebhookReceiver {
  const { onNotification, onError = () => {} } = handlers
  return async ({ body }) => {
    try {
      await onNotification(parsePagsmileWebhook(body, handlers))
      return jsonAnswer(200, { received: true })
    } catch (error) {
      onError(error)
      return jsonAnswer(error instanceof WebhookError ? 400 : 500, { received: false })
    }
  }
}

function jsonAnswer(status: number, value: object): WebhookAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}
