/** The one form of every answer: `code` 0 with `data`, or another code without (seed). Keys go out in this order. */
import { type TSchema, Type } from 'typebox'
import { type Language, statusText } from './dictionary.ts'
import type { KeysecureError } from './errors.ts'

export type Success<T> = { readonly code: 0; readonly msg: string; readonly data: T }

export type Failure = { readonly code: number; readonly msg: string }

export function success<T>(data: T, language: Language): Success<T> {
  return { code: 0, msg: statusText(0, language), data }
}

export function failure(error: Pick<KeysecureError, 'code' | 'field'>, language: Language): Failure {
  return { code: error.code, msg: statusText(error.code, language, error.field) }
}

/** Schema of an answer; handled failures come with HTTP 200 as well, so `data` is optional. */
export function envelopeOf<T extends TSchema>(data: T) {
  return Type.Object({
    code: Type.Integer({ description: '0 is success' }),
    msg: Type.String(),
    data: Type.Optional(data),
  })
}
