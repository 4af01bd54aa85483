import { SdkError } from '../errors.ts'

/**
 * Why a message is not accepted as a webhook: `too-large`; `malformed`, no JSON or not of the documented form;
 * `bad-signature`, also where a header is missing; `stale`, signed too long ago or ahead; `unknown-action`, signed rightly
 * and of a kind that this version does not know; `other-partner`; `encrypted`, which no version of the API documents.
 */
export type WebhookFault =
  | 'too-large'
  | 'malformed'
  | 'bad-signature'
  | 'stale'
  | 'unknown-action'
  | 'other-partner'
  | 'encrypted'

/** A message that is not what it should be. Nothing of its content is in the error. */
export class WebhookError extends SdkError {
  readonly fault: WebhookFault

  constructor(fault: WebhookFault, message: string) {
    super(message)
    this.fault = fault
  }
}

/** As much as the platform ever sends, many times over. */
export const BODY_BYTES_MAX = 256 * 1024

/** @throws WebhookError `too-large`, `malformed` */
export function textOf(body: string | Uint8Array): string {
  if (body.length > BODY_BYTES_MAX) throw new WebhookError('too-large', 'The body is too large.')
  if (typeof body === 'string') return body
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new WebhookError('malformed', 'The body is not UTF-8.')
  }
}
