import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type Inspection = {
  readonly partnerId: string
  /** whether all does that was looked at */
  readonly holds: boolean
  readonly steps: readonly {
    readonly step: string
    /** null for what was not reached */
    readonly holds: boolean | null
    readonly says: string
  }[]
  /** what was in it, masked; null where it could not be read */
  readonly content: unknown
}

/** Why a message is refused that its door refuses without a reason. Each look leaves a line in the audit log. */
export class Inspections extends Resource {
  /**
   * Takes a Pagsmile envelope apart.
   * @param envelope the body as the client has sent it
   * @param callPath such as `/issuing/card/query-card-info`, to have the business data checked too
   */
  envelope(
    appId: string,
    { envelope, path: callPath }: { readonly envelope: object; readonly path?: string },
    options?: OperatorCallOptions,
  ): Promise<Inspection> {
    const body = callPath === undefined ? { envelope } : { envelope, path: callPath }
    return this.postUnrecorded(path`/pagsmile-apps/${appId}/envelope-inspections`, body, options)
  }

  /**
   * Says whether the signature of a KeySecure callback is ours.
   * @param callback the headers `Timestamp` and `Signature`, and the text of the body as it came
   */
  signature(
    apiKey: string,
    callback: { readonly timestamp: string; readonly signature: string; readonly body: string },
    options?: OperatorCallOptions,
  ): Promise<Inspection> {
    return this.postUnrecorded(path`/keysecure-credentials/${apiKey}/signature-inspections`, callback, options)
  }
}
