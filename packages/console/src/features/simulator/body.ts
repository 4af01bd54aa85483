/**
 * What is written in a form as the body of a call, and back. A reference to the answer of an earlier step is `{{1.authorizationId}}` in a
 * form and `{ "$step": 1, "field": "authorizationId" }` in a body.
 */
import type { SimulationCall, StepReference } from '@openissuer/sdk/operator.ts'
import { nested } from '../../lib/fields.ts'
import { CALLS, FIELDS, type FieldName, subjectFieldOf } from './calls.ts'

export type Body = Readonly<Record<string, unknown>>

/** By path in the body; empty for what is left out. A switch that is on is `true`. */
export type Values = Readonly<Record<string, string>>

/** The card is named where the call is about one and follows nothing else. */
export function bodyOf(call: SimulationCall, values: Values): Body {
  const subject = subjectFieldOf(call)
  const follows = subject !== undefined && filled(values, subject)
  const takesCard = CALLS[call].subject === 'card' || (CALLS[call].subject === 'authorization-or-card' && !follows)
  const names = [...(takesCard ? ['cardToken'] : []), ...(follows ? [subject] : []), ...fieldsTaken(call, follows)]
  const taken = names.filter(name => filled(values, name)).map(name => [name, valueOf(name, values[name] ?? '')])
  return nested(Object.fromEntries(taken))
}

/** What follows an authorization has its merchant. */
export function fieldsTaken(call: SimulationCall, follows: boolean): readonly FieldName[] {
  const { fields, subject } = CALLS[call]
  const ofAuthorization = subject === 'authorization-or-card' && follows
  return ofAuthorization ? fields.filter(name => !name.startsWith('merchant.')) : fields
}

function filled(values: Values, name: string): boolean {
  return (values[name] ?? '').trim() !== ''
}

function valueOf(name: string, text: string): unknown {
  const isSwitch = name in FIELDS && FIELDS[name as FieldName].kind === 'switch'
  return isSwitch ? text === 'true' : (referenceIn(text.trim()) ?? text.trim())
}

/** `{ merchant: { mcc: '5411' } }` as `{ 'merchant.mcc': '5411' }` */
export function valuesOf(body: Body): Values {
  const flat: Record<string, string> = {}
  const visit = (value: unknown, path: string) => {
    if (isReference(value)) flat[path] = referenceText(value)
    else if (isRecord(value)) for (const [name, member] of Object.entries(value)) visit(member, join(path, name))
    else flat[path] = String(value)
  }
  visit(body, '')
  return flat
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

const REFERENCE = /^\{\{(\d+)\.([\w.]+)\}\}$/

export function referenceIn(text: string): StepReference | undefined {
  const [, step, field] = REFERENCE.exec(text) ?? []
  return step === undefined || field === undefined ? undefined : { $step: Number(step), field }
}

export function referenceText({ $step, field }: StepReference): string {
  return `{{${$step}.${field}}}`
}

export function isReference(value: unknown): value is StepReference {
  return isRecord(value) && '$step' in value
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
