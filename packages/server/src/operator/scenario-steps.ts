/**
 * What a step of a scenario may be: a simulation with its body. Where a body has text it may refer to the answer of an
 * earlier step, `{ "$step": 1, "field": "authorizationId" }`; steps are counted from 1.
 */
import { isLuhnValid, PAN_LENGTH_MAX } from '@openissuer/core/card/pan.ts'
import { type TObject, type TSchema, Type } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { isJsonObject, type JsonObject, type JsonValue } from '../http/strict-json.ts'
import { ClockChangeBody, Moved } from './clock.ts'
import { FIELD_NAME, OperatorError } from './operator-api.ts'
import { DuplicateBody, OutOfOrderAnswer, OutOfOrderBody } from './simulation-delivery.ts'
import {
  ClearingBody,
  CorrectionBody,
  ExpiryBody,
  IncrementBody,
  MessageAnswer,
  RefundBody,
  RefundReversalBody,
  ReversalBody,
} from './simulation-lifecycle.ts'
import { Challenge, ChallengeBody } from './simulation-three-ds.ts'
import { AuthorizationAnswer, SimulatedAuthorization } from './simulations.ts'

/** Paths below `/simulations/` with their bodies and answers; `clock` is the clock's own. */
const CALLS = {
  authorizations: { body: SimulatedAuthorization, answer: AuthorizationAnswer },
  'three-ds-challenges': { body: ChallengeBody, answer: Challenge },
  increments: { body: IncrementBody, answer: MessageAnswer },
  reversals: { body: ReversalBody, answer: MessageAnswer },
  expiries: { body: ExpiryBody, answer: MessageAnswer },
  clearings: { body: ClearingBody, answer: MessageAnswer },
  'clearing-corrections': { body: CorrectionBody, answer: MessageAnswer },
  refunds: { body: RefundBody, answer: MessageAnswer },
  'refund-reversals': { body: RefundReversalBody, answer: MessageAnswer },
  duplicates: { body: DuplicateBody, answer: AuthorizationAnswer },
  'out-of-order-pairs': { body: OutOfOrderBody, answer: OutOfOrderAnswer },
  clock: { body: ClockChangeBody, answer: Moved },
} satisfies Record<string, { readonly body: TObject; readonly answer: TObject }>

export type SimulationCall = keyof typeof CALLS

export type ScenarioStep = { readonly call: SimulationCall; readonly body: JsonObject }

export const SIMULATION_CALLS = Object.keys(CALLS) as SimulationCall[]

const STEPS_MAX = 50

/** The bodies are looked into by `assertSteps`. */
export const Steps = Type.Array(
  Type.Object(
    {
      call: Type.Unsafe<SimulationCall>(Type.String({ enum: SIMULATION_CALLS })),
      body: Type.Unsafe<JsonObject>(
        Type.Object({}, { additionalProperties: true, description: 'that of the call, without card data' }),
      ),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: STEPS_MAX },
)

const validators = new Map<SimulationCall, Validator>()

/** @throws OperatorError `invalid-request` naming the first fault as `steps.0.body.amount`, counted from 0 as JSON is */
export function assertSteps(steps: readonly ScenarioStep[]): void {
  for (const [index, { call, body }] of steps.entries()) {
    const field = `steps.${index}.body`
    assertNoSecrets(body, field)
    assertBody(call, withoutReferences(body, field, steps.slice(0, index)), field)
  }
}

/** @throws OperatorError for text in which somebody has written a card's full number */
export function assertNoPan(text: string, field: string): void {
  for (const [digits] of text.replaceAll(/[ -]/g, '').matchAll(PAN_LIKE)) {
    if (isLuhnValid(digits)) throw refusal(field, 'looks like a full card number: name the card by its token')
  }
}

/** Shorter numbers may be card tokens and ids. */
const PAN_LIKE = new RegExp(`\\d{13,${PAN_LENGTH_MAX}}`, 'g')

/** What is never kept, whoever writes it. */
const SECRETS: ReadonlySet<string> = new Set(['pan', 'cvv2', 'pin'])

function assertNoSecrets(value: JsonValue, field: string): void {
  if (typeof value === 'string') return assertNoPan(value, field)
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (SECRETS.has(name)) throw refusal(`${field}.${name}`, 'is card data, which no scenario keeps')
    assertNoSecrets(member, within(field, name))
  }
}

/** Fits every field that an answer can fill: an id, a token, an amount. */
const STAND_IN = '1'

/** The body with a text in each place of a reference, which is checked on the way. */
function withoutReferences(value: JsonValue, field: string, earlier: readonly ScenarioStep[]): JsonValue {
  if (Array.isArray(value)) return value.map((each, index) => withoutReferences(each, `${field}.${index}`, earlier))
  if (!isJsonObject(value)) return value
  if ('$step' in value) {
    assertReference(value, field, earlier)
    return STAND_IN
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, withoutReferences(member, within(field, name), earlier)]),
  )
}

function assertReference(reference: JsonObject, field: string, earlier: readonly ScenarioStep[]): void {
  const { $step: number, field: path, ...rest } = reference
  if (Object.keys(rest).length > 0) throw refusal(field, 'refers to a step by $step and field alone')
  const step = typeof number === 'number' ? earlier[number - 1] : undefined
  if (step === undefined) throw refusal(`${field}.$step`, 'must be the number of an earlier step')
  if (typeof path !== 'string' || !isTextOf(CALLS[step.call].answer, path.split('.'))) {
    throw refusal(`${field}.field`, `must name a text of the answer to ${step.call}`)
  }
}

/** Whether a path leads to text in what a schema describes, or may do so. */
function isTextOf(schema: TSchema, path: readonly string[]): boolean {
  const { anyOf, properties, type } = schema as {
    readonly anyOf?: readonly TSchema[]
    readonly properties?: Readonly<Record<string, TSchema>>
    readonly type?: string
  }
  if (anyOf !== undefined) return anyOf.some(each => isTextOf(each, path))
  const [name, ...rest] = path
  if (name === undefined) return type === 'string'
  if (properties === undefined || !Object.hasOwn(properties, name)) return false
  return isTextOf(properties[name] as TSchema, rest)
}

function assertBody(call: SimulationCall, body: JsonValue, field: string): void {
  const validator = validatorOf(call)
  if (validator.Check(body)) return
  const [error] = validator.Errors(body)
  const { missing, unknown } = membersOf(error?.params)
  const path = [...(error?.instancePath ?? '').split('/').slice(1), ...missing, ...unknown].reduce(within, field)
  throw refusal(path, missing.length > 0 ? 'is required' : unknown.length > 0 ? 'is not a known field' : error?.message)
}

function membersOf(params: object | undefined): { missing: readonly string[]; unknown: readonly string[] } {
  const { requiredProperties = [], additionalProperties = [] } = (params ?? {}) as Record<string, readonly string[]>
  return { missing: requiredProperties.slice(0, 1), unknown: additionalProperties.slice(0, 1) }
}

/** Compiled when it is needed first, as few servers keep scenarios. */
function validatorOf(call: SimulationCall): Validator {
  const known = validators.get(call)
  if (known !== undefined) return known
  const validator = Compile(CALLS[call].body)
  validators.set(call, validator)
  return validator
}

/** A name that a client has made up may be data in the wrong place, and is not repeated. */
function within(field: string, name: string): string {
  return FIELD_NAME.test(name) ? `${field}.${name}` : field
}

function refusal(field: string, problem = 'is not allowed'): OperatorError {
  return new OperatorError(400, 'invalid-request', `${field} ${problem}.`, field)
}
