/**
 * The newest calls of each dialect, for who looks for what a client did wrong: kept in this process, masked before they are
 * kept, and forgotten with it. What nobody could be found for is kept apart, so that a stranger pushes no partner's call out.
 */
import type { Clock, JsonValue } from '../ports.ts'
import type { DialectName } from '../webhook-ports.ts'
import { type Masked, masked, withoutPans } from './masking.ts'

/** A call that has been answered, bodies in clear. */
export type AnsweredCall = {
  readonly dialect: DialectName
  /** whether the sender has proved who it is */
  readonly proved: boolean
  /** as far as it is known */
  readonly partnerId: bigint | null
  /** the Pagsmile app id or the KeySecure API key that the call was made under */
  readonly credential: string | null
  readonly method: string
  /** without query */
  readonly path: string
  /** the client's own id of the call */
  readonly requestId: string | null
  /** undefined where there was none, or none that could be read */
  readonly request: unknown
  readonly answer: unknown
  /** HTTP status */
  readonly status: number
  readonly code: string
  readonly subCode: string | null
  readonly latencyMs: number
  /** of the sender */
  readonly address: string
}

/** What a dialect tells of its calls. `known` are the names of the members that its bodies have. */
export type CallRecorder = { record(call: AnsweredCall, known: ReadonlySet<string>): void }

export type LoggedCall = Omit<AnsweredCall, 'request' | 'answer' | 'proved'> & {
  /** ascending with time */
  readonly callId: bigint
  /** real time of the answer */
  readonly at: Temporal.Instant
  /** null where there was none */
  readonly request: JsonValue
  readonly answer: JsonValue
}

export type CallFilter = {
  readonly dialect?: DialectName | undefined
  readonly partnerId?: bigint | undefined
  /** code or sub code */
  readonly code?: string | undefined
  /** a part of it */
  readonly path?: string | undefined
  /** only older ones */
  readonly before?: bigint | undefined
  readonly limit: number
}

/** Of each dialect. */
export const CALLS_MAX = 500
export const UNPROVED_CALLS_MAX = 100
/** Characters of bodies in one shelf, whatever their number. */
const SIZE_MAX = 4 * 1024 * 1024
const PATH_MAX = 256
const REQUEST_ID_MAX = 64

type Kept = { readonly call: LoggedCall; readonly size: number }
type Shelf = { readonly calls: Kept[]; readonly callsMax: number; size: number }

export class ApiLog implements CallRecorder {
  private readonly wall: Clock
  private readonly shelves = new Map<string, Shelf>()
  private newest = 0n

  constructor(wall: Clock) {
    this.wall = wall
  }

  record(call: AnsweredCall, known: ReadonlySet<string>): void {
    const { request: asked, answer: answered, proved, ...rest } = call
    const [request, answer] = [shown(asked, known), shown(answered, known)]
    this.newest += 1n
    const logged: LoggedCall = {
      ...rest,
      path: withoutPans(call.path.slice(0, PATH_MAX)),
      requestId: call.requestId === null ? null : withoutPans(call.requestId.slice(0, REQUEST_ID_MAX)),
      callId: this.newest,
      at: this.wall.now(),
      request: request.value,
      answer: answer.value,
    }
    put(this.shelfOf(call.dialect, proved), { call: logged, size: request.size + answer.size })
  }

  /** Newest first. */
  list({ dialect, partnerId, code, path, before, limit }: CallFilter): LoggedCall[] {
    return [...this.shelves.values()]
      .flatMap(({ calls }) => calls.map(({ call }) => call))
      .filter(
        call =>
          (dialect === undefined || call.dialect === dialect) &&
          (partnerId === undefined || call.partnerId === partnerId) &&
          (code === undefined || call.code === code || call.subCode === code) &&
          (path === undefined || call.path.includes(path)) &&
          (before === undefined || call.callId < before),
      )
      .toSorted((a, b) => (a.callId < b.callId ? 1 : -1))
      .slice(0, limit)
  }

  /** undefined for one that was never there, or is there no more */
  find(callId: bigint): LoggedCall | undefined {
    for (const { calls } of this.shelves.values()) {
      const kept = calls.find(({ call }) => call.callId === callId)
      if (kept !== undefined) return kept.call
    }
    return undefined
  }

  private shelfOf(dialect: DialectName, proved: boolean): Shelf {
    const key = `${dialect} ${proved}`
    const shelf = this.shelves.get(key) ?? { calls: [], callsMax: proved ? CALLS_MAX : UNPROVED_CALLS_MAX, size: 0 }
    this.shelves.set(key, shelf)
    return shelf
  }
}

function shown(body: unknown, known: ReadonlySet<string>): Masked {
  return body === undefined ? { value: null, size: 0 } : masked(body, known)
}

function put(shelf: Shelf, kept: Kept): void {
  shelf.calls.push(kept)
  shelf.size += kept.size
  while (shelf.calls.length > shelf.callsMax || shelf.size > SIZE_MAX) {
    shelf.size -= shelf.calls.shift()?.size ?? 0
  }
}
