/** Steps that refer to one another: what they refer to is found, put in, and kept right when steps change places. */
import type { ScenarioStep, SimulationCall, StepReference } from '@openissuer/sdk/operator.ts'
import { type Body, isRecord, isReference } from './body.ts'
import { CALLS } from './calls.ts'

/** A reference that leads to nothing: its step was not played, or its answer has no such text. */
export class LooseReference extends Error {
  constructor({ $step, field }: StepReference) {
    super(`Step ${$step} has given no ${field}: play it first.`)
    this.name = 'LooseReference'
  }
}

/**
 * The body with the texts that it refers to.
 * @param answers of the steps, by their place; undefined for those that were not played
 * @throws LooseReference
 */
export function resolved(body: Body, answers: readonly unknown[]): Body {
  return mapped(body, reference => {
    const text = at(answers[reference.$step - 1], reference.field.split('.'))
    if (typeof text !== 'string') throw new LooseReference(reference)
    return text
  })
}

function at(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path
  if (name === undefined) return value
  return isRecord(value) ? at(value[name], rest) : undefined
}

function mapped(body: Body, map: (reference: StepReference) => unknown): Body {
  const visit = (value: unknown): unknown => {
    if (isReference(value)) return map(value)
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, visit(member)]))
  }
  return visit(body) as Body
}

/** Places, from 1, of the steps that a body refers to. */
export function referredTo(body: Body): readonly number[] {
  const places: number[] = []
  mapped(body, reference => {
    places.push(reference.$step)
    return reference
  })
  return places
}

type WithBody = { readonly body: Body }

/** Whether no later step refers to the one at a place, counted from 0. */
export function mayRemove(steps: readonly WithBody[], place: number): boolean {
  return steps.every(({ body }) => !referredTo(body).includes(place + 1))
}

export function removed<S extends WithBody>(steps: readonly S[], place: number): readonly S[] {
  const others = steps.filter((_, index) => index !== place)
  return others.map(step => renumbered(step, old => (old > place + 1 ? old - 1 : old)))
}

/** Whether a step may change places with the next one: it must not be what that one refers to. */
export function maySwap(steps: readonly WithBody[], place: number): boolean {
  const next = steps[place + 1]
  return place >= 0 && next !== undefined && !referredTo(next.body).includes(place + 1)
}

/** The step at a place and the next one, counted from 0, have changed places. */
export function swapped<S extends WithBody>(steps: readonly S[], place: number): readonly S[] {
  const [first, second] = [steps[place], steps[place + 1]]
  if (first === undefined || second === undefined) return steps
  const order = [...steps.slice(0, place), second, first, ...steps.slice(place + 2)]
  const places = new Map([
    [place + 1, place + 2],
    [place + 2, place + 1],
  ])
  return order.map(step => renumbered(step, old => places.get(old) ?? old))
}

function renumbered<S extends WithBody>(step: S, renumber: (place: number) => number): S {
  return { ...step, body: mapped(step.body, ({ $step, field }) => ({ $step: renumber($step), field })) }
}

/** What no scenario keeps: the API refuses it too. */
const SECRETS = new Set(['pan', 'cvv2', 'pin'])

/** Steps as they are kept: without card data, and without the card where it is the same for all, so that any can be chosen. */
export function keptSteps(steps: readonly ScenarioStep[]): readonly ScenarioStep[] {
  const cards = new Set(steps.flatMap(({ body }) => ('cardToken' in body ? [body['cardToken']] : [])))
  return steps.map(({ call, body }) => ({ call, body: without(body, cards.size === 1 ? ['cardToken'] : []) }))
}

/** Card data is not kept anywhere in this page either. */
export function withoutSecrets(body: Body): Body {
  return without(body, [])
}

function without(body: Body, names: readonly string[]): Body {
  const kept = Object.entries(body).flatMap(([name, value]): [string, unknown][] => {
    if (SECRETS.has(name) || names.includes(name)) return []
    if (!isRecord(value) || isReference(value)) return [[name, value]]
    const inner = without(value, [])
    return Object.keys(inner).length === 0 ? [] : [[name, inner]]
  })
  return Object.fromEntries(kept)
}

/** A step that needs a card and names none is about the one that is chosen. */
export function withCard(call: SimulationCall, body: Body, cardToken: string | null): Body {
  if (cardToken === null || !needsCard(call, body)) return body
  return { cardToken, ...body }
}

export function needsCard(call: SimulationCall, body: Body): boolean {
  if ('cardToken' in body || 'pan' in body) return false
  const { subject } = CALLS[call]
  if (subject === 'card' || 'originalKey' in body) return true
  return subject === 'authorization-or-card' && !('authorizationId' in body)
}
