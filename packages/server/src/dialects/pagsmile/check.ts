/** Business data and envelopes against their schemas: the first violation becomes the refusal. */
import { unreachable } from '@openissuer/core/errors.ts'
import type { StaticDecode, TObject } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { DecodeUnsafe, HasCodec } from 'typebox/value'
import { isJsonObject, type JsonObject, type JsonValue } from '../../http/strict-json.ts'
import { INVALID_AMOUNT, mandatoryData, PagsmileError, parametersError, type WireError } from './errors.ts'
import { AMOUNT_RULE } from './fields.ts'

// no schema here has alternatives to choose a decoder by; looking for some copied the schema for every request
Settings.Set({ unionPrioritySort: false })

/** What is wrong with which field; nested fields are named by their dotted path. */
export type Violation = { readonly rule: 'missing' | 'invalid' | 'amount'; readonly field: string }

/**
 * Makes the reader of one schema. Fields that the schema does not know are ignored; those that are null, empty or blank
 * count as absent. Missing fields are reported before malformed ones of the same object, each in the schema's order.
 *
 * @returns a function that decodes an object, or throws a PagsmileError for its first violation
 */
export function reader<S extends TObject>(schema: S, refusal: (violation: Violation) => WireError = bizDataError) {
  const validator = Compile(schema)
  const decodes = HasCodec(schema)
  return (value: JsonObject): StaticDecode<S> => {
    const present = withoutBlanks(value)
    if (!validator.Check(present)) throw new PagsmileError(refusal(firstViolation(validator.Errors(present))))
    // the decoders of S ran on a value that S accepts
    return (decodes ? DecodeUnsafe({}, schema, present) : present) as StaticDecode<S>
  }
}

function bizDataError({ rule, field }: Violation): WireError {
  switch (rule) {
    case 'missing':
      return mandatoryData(field)
    case 'amount':
      return INVALID_AMOUNT
    case 'invalid':
      return parametersError(field)
    default:
      return unreachable(rule)
  }
}

function firstViolation(errors: ReturnType<ReturnType<typeof Compile>['Errors']>): Violation {
  const [error] = errors
  if (error === undefined) throw new Error('a refused value has no violation')
  const path = error.instancePath.split('/').slice(1)
  if (error.keyword === 'required') {
    return { rule: 'missing', field: [...path, ...error.params.requiredProperties.slice(0, 1)].join('.') }
  }
  const amount = error.keyword === '~refine' && error.params.message === AMOUNT_RULE
  return { rule: amount ? 'amount' : 'invalid', field: path.join('.') }
}

/** A copy without the members that say nothing, at every level. */
function withoutBlanks(value: JsonObject): JsonObject {
  const kept: Record<string, JsonValue> = Object.create(null)
  for (const [key, member] of Object.entries(value)) {
    if (member === null || (typeof member === 'string' && member.trim() === '')) continue
    kept[key] = isJsonObject(member) ? withoutBlanks(member) : member
  }
  return kept
}
