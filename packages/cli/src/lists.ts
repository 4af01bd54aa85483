/** Lists of the Operator API, page by page until enough has been read. */
import {
  ApiError,
  AuthenticationError,
  ConnectionError,
  type SdkError,
  UnexpectedAnswerError,
} from '@openissuer/sdk/index.ts'
import type { Connection } from './connection.ts'

export type Listed = Readonly<Record<string, unknown>>

const PAGE_MAX = 200
const TIMEOUT_MS = 30_000

/**
 * @param list the path below `/operator/v1`, with the name of its rows
 * @param query fields that are undefined are left out
 * @param limit how many rows at most
 */
export async function readList(
  connection: Connection,
  list: { readonly path: string; readonly rows: string },
  query: Readonly<Record<string, string | undefined>>,
  limit: number,
): Promise<Listed[]> {
  const found: Listed[] = []
  for (let cursor: string | undefined; found.length < limit; ) {
    const size = String(Math.min(PAGE_MAX, limit - found.length))
    const page = await readPage(connection, list.path, { ...query, limit: size, cursor })
    found.push(...(page[list.rows] as Listed[]))
    if (typeof page['nextCursor'] !== 'string') break
    cursor = page['nextCursor']
  }
  return found
}

/** One call that reads. @throws errors of the SDK */
export async function readPage(
  { url, operatorKey }: Connection,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<Listed> {
  const given = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  const answer = await fetch(`${url}/operator/v1${path}?${new URLSearchParams(given).toString()}`, {
    headers: { Authorization: `Bearer ${operatorKey}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch((cause: unknown) => {
    throw new ConnectionError('There is no connection to the server.', { cause })
  })
  const body = await bodyOf(answer)
  if (answer.ok) return body
  throw refusal(answer.status, body['error'])
}

async function bodyOf(answer: Response): Promise<Listed> {
  const body: unknown = await answer.json().catch(() => undefined)
  if (typeof body === 'object' && body !== null) return body as Listed
  throw notOurs(answer.status)
}

function notOurs(status: number): UnexpectedAnswerError {
  return new UnexpectedAnswerError('The answer is not one of the Operator API.', { status, requestId: null })
}

function refusal(status: number, error: unknown): SdkError {
  if (typeof error !== 'object' || error === null) return notOurs(status)
  const { code, message, field } = error as { code: string; message: string; field?: string }
  const Refusal = status === 401 ? AuthenticationError : ApiError
  return new Refusal({ code, message, field: field ?? null, status, requestId: null })
}
