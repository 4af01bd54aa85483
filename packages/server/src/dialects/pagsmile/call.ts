/** A call of the API: its path, the schema of its business data, and how it is answered. */
import { createHash } from 'node:crypto'
import type { DomainErrorCode } from '@openissuer/core/errors.ts'
import type { StaticDecode, TObject, TSchema } from 'typebox'
import { perform } from '../../app/perform.ts'
import type { PagsmileApp, Ports, Work } from '../../app/ports.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../http/strict-json.ts'
import { reader } from './check.ts'

export type Call = {
  readonly path: string
  readonly summary: string
  /** what `biz_data` holds after decryption */
  readonly bizData: TObject
  /** what `data` holds after decryption; null where the call answers with code and msg only. Not checked while the server runs */
  readonly data: TSchema | null
  /** the refusals that are this call's own; those that any call may answer with are not among them */
  readonly errors: readonly DomainErrorCode[]
  /** where a request may be larger than others */
  readonly bodyBytesMax?: number
  answer(ports: Ports, request: CallRequest): Promise<Answer>
}

/** A request of a known app, decrypted but not yet checked. */
export type CallRequest = { readonly app: PagsmileApp; readonly requestId: string; readonly bizData: JsonObject }

/**
 * `total` counts all rows that match, not those of the page; it is 1 for a single object. Null where the call answers
 * with code and msg only.
 */
export type Answer = { readonly total: number; readonly data: JsonValue } | null

type Description<S extends TObject> = Pick<Call, 'path' | 'summary' | 'data' | 'errors' | 'bodyBytesMax'> & {
  readonly bizData: S
}

/** A call that only reads. Its `request_id` is not recorded. */
export function readingCall<S extends TObject>(
  description: Description<S>,
  answer: (ports: Ports, app: PagsmileApp, bizData: StaticDecode<S>) => Promise<Answer>,
): Call {
  const read = reader(description.bizData)
  return { ...description, answer: (ports, { app, bizData }) => answer(ports, app, read(bizData)) }
}

/**
 * A call that changes something, at most once per `request_id`. The same request again gets the recorded answer, another
 * request under the same id is refused; that is found out before the business data is checked.
 */
export function changingCall<S extends TObject, T>(
  description: Description<S>,
  useCase: (work: Work, app: PagsmileApp, bizData: StaticDecode<S>) => Promise<T>,
  /** null for an answer of code and msg only; an array where several things came of one request */
  encode: (result: T) => JsonObject | readonly JsonObject[] | null,
): Call {
  const read = reader(description.bizData)
  return {
    ...description,
    async answer(ports, { app, requestId, bizData }) {
      const inputHash = hashOf(description.path, bizData)
      const idempotency = { scope: 'pagsmile-request', key: requestId, inputHash }
      const data = await perform(
        ports,
        { partnerId: app.partnerId, idempotency },
        // async, so that a refusal while reading rejects like one of the use case
        async work => useCase(work, app, read(bizData)),
        encode,
      )
      if (data === null) return null
      return { total: Array.isArray(data) ? data.length : 1, data }
    },
  }
}

/** SHA-256 over the path and the business data with its keys in order, so that their order makes no other request. */
function hashOf(path: string, bizData: JsonObject): Uint8Array {
  const canonical = JSON.stringify(bizData, (_key, value: JsonValue) => (isJsonObject(value) ? sorted(value) : value))
  return createHash('sha256').update(`${path}\n${canonical}`).digest()
}

function sorted(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
