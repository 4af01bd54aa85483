/** Request bodies: strict JSON, blanks removed, checked against the call's schema. Every objection is a 1004. */
import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { JsonValue } from '../../app/ports.ts'
import { parseStrictJson, StrictJsonError } from '../../http/strict-json.ts'
import { KeysecureError } from './errors.ts'

const JSON_MEDIA_TYPE = /^application\/json\s*(?:;|$)/i

/**
 * @param contentType undefined means the documented default, `application/json`; parameters such as `charset` are
 *   ignored, as JSON is UTF-8
 * @throws KeysecureError 1004 without a field
 */
export function parseBody(bytes: Uint8Array, contentType: string | undefined): JsonValue {
  if (contentType !== undefined && !JSON_MEDIA_TYPE.test(contentType.trim())) throw new KeysecureError(1004)
  try {
    return parseStrictJson(bytes)
  } catch (error) {
    if (error instanceof StrictJsonError) throw new KeysecureError(1004)
    throw error
  }
}

/** Makes a route's TypeBox schema its validator; fields that the schema does not name are let through unread. */
export const compileBody: FastifySchemaCompiler<TSchema> = ({ schema }) => {
  const validator = Compile(schema)
  return (body: JsonValue) => {
    const value = withoutBlanks(body)
    return validator.Check(value) ? { value } : { error: new KeysecureError(1004, firstField(validator, value)) }
  }
}

/**
 * The seed's sample sends "" for filters it does not use, so an empty member is one that was not sent: members that
 * are null or nothing but white space go, at any depth.
 */
function withoutBlanks(value: JsonValue): JsonValue {
  if (!isObject(value)) return value
  const members = Object.entries(value).filter(([, member]) => !isBlank(member))
  return Object.fromEntries(members.map(([name, member]) => [name, withoutBlanks(member)]))
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isBlank(value: JsonValue): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '')
}

/** Dotted path of the first member at fault; undefined when the body itself is not an object. */
function firstField(validator: Validator, value: JsonValue): string | undefined {
  const [error] = validator.Errors(value)
  if (error === undefined) return undefined
  const path = error.instancePath.split('/').slice(1)
  if (error.keyword === 'required') path.push(...error.params.requiredProperties.slice(0, 1))
  return path.length === 0 ? undefined : path.join('.')
}
