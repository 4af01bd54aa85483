import { ApiError, ConnectionError, SdkError, TimeoutError } from '@openissuer/sdk/operator.ts'

/** A failure as it is told to people. */
export type Failure = {
  readonly title: string
  readonly message: string
  /** what support would ask for */
  readonly detail: string | null
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) {
    const about = error.field === null || error.message.includes(error.field) ? '' : ` (${error.field})`
    const request = error.requestId === null ? '' : ` · request ${error.requestId}`
    return { title: titleOf(error.status), message: `${error.message}${about}`, detail: `${error.code}${request}` }
  }
  if (error instanceof ConnectionError) {
    return {
      title: 'The server cannot be reached',
      message: 'Is it running? This page tries again when asked.',
      detail: error.message,
    }
  }
  if (error instanceof TimeoutError) {
    return { title: 'The server did not answer in time', message: error.message, detail: null }
  }
  if (error instanceof SdkError) return { title: 'An answer that makes no sense', message: error.message, detail: null }
  return {
    title: 'Something failed in this page',
    message: error instanceof Error ? error.message : String(error),
    detail: null,
  }
}

function titleOf(status: number): string {
  if (status === 403) return 'Not allowed'
  if (status === 404) return 'Not found'
  if (status === 409) return 'Not possible as things stand'
  if (status === 429) return 'Too many requests'
  return status >= 500 ? 'The server failed' : 'Refused'
}
