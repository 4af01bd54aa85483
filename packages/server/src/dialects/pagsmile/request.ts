/** The outer object of a request, as far as it can be checked before anything is decrypted. */
import { type StaticDecode, Type } from 'typebox'
import { isJsonObject, type JsonValue, parseStrictJson, StrictJsonError } from '../../http/strict-json.ts'
import { reader, type Violation } from './check.ts'
import { MEDIA_TYPE_NOT_SUPPORTED, missingArgument, PagsmileError, parametersError, type WireError } from './errors.ts'

/**
 * `random_key` and `biz_data` may be of any type here: whatever is wrong with them is a failure to decrypt. The
 * time stamp has a form but no meaning, as clocks and zones of clients differ (proposed).
 */
export const Envelope = Type.Object({
  app_id: Type.String({ maxLength: 32 }),
  partner_id: Type.String({ maxLength: 32 }),
  request_id: Type.String({ maxLength: 64 }),
  timestamp: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$' }),
  version: Type.Enum(['1.0', '2.0']),
  sign_type: Type.Literal('RSA'),
  random_key: Type.Unsafe<JsonValue>({}),
  biz_data: Type.Unsafe<JsonValue>({}),
  sub_partner_id: Type.Optional(Type.Unsafe<string | number>({ type: ['string', 'number'] })),
})

export type Envelope = StaticDecode<typeof Envelope>

/**
 * Reads a body.
 *
 * @param contentType `application/json` with any parameter, among them the documented misspelling `chartset`
 * @throws PagsmileError for another media type, a body that is not one strict JSON object, a missing or malformed field
 */
export function readEnvelope(contentType: string | undefined, body: Uint8Array): Envelope {
  if (!/^application\/json\s*(?:;|$)/i.test(contentType ?? '')) throw new PagsmileError(MEDIA_TYPE_NOT_SUPPORTED)
  const value = parseBody(body)
  if (!isJsonObject(value)) throw new PagsmileError(MEDIA_TYPE_NOT_SUPPORTED)
  return readEnvelopeFields(value)
}

function parseBody(body: Uint8Array): JsonValue {
  try {
    return parseStrictJson(body)
  } catch (error) {
    throw error instanceof StrictJsonError ? new PagsmileError(MEDIA_TYPE_NOT_SUPPORTED) : error
  }
}

/** @throws PagsmileError for a missing or malformed field */
export const readEnvelopeFields = reader(Envelope, envelopeError)

function envelopeError({ rule, field }: Violation): WireError {
  return rule === 'missing' ? missingArgument(field) : parametersError(field)
}
