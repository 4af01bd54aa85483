/** What is written in a form, and what the server objected to in which of its fields. */
import { ApiError } from '@openissuer/sdk/operator.ts'
import { type ChangeEvent, useState } from 'react'

type Values = Readonly<Record<string, string>>

export type Fields<V extends Values> = {
  readonly values: V
  /** what an input of text takes */
  readonly text: (name: keyof V & string) => {
    readonly value: string
    readonly onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => void
    readonly error: string | undefined
  }
  /** what a choice takes */
  readonly choice: (name: keyof V & string) => {
    readonly value: string | null
    readonly onChange: (value: string | null) => void
    readonly error: string | undefined
  }
  readonly set: (changes: Partial<V>) => void
  /** Shows an objection at its field. @returns false when it is about none of them */
  readonly object: (error: unknown) => boolean
  readonly clearObjections: () => void
}

/** @param initial fields under the paths that the API knows them by: `person.firstName` */
export function useFields<V extends Values>(initial: V): Fields<V> {
  const [values, setValues] = useState(initial)
  const [objections, setObjections] = useState<Values>({})
  const set = (changes: Partial<V>) => {
    setValues(before => ({ ...before, ...changes }))
    setObjections(before => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in changes))))
  }
  const put = (name: keyof V & string, value: string) => set({ [name]: value } as Partial<V>)
  return {
    values,
    text: name => ({
      value: values[name] ?? '',
      onChange: event => put(name, event.currentTarget.value),
      error: objections[name],
    }),
    choice: name => ({
      value: values[name] === '' ? null : (values[name] ?? null),
      onChange: value => put(name, value ?? ''),
      error: objections[name],
    }),
    set,
    object(error) {
      const objection = objectionOf(error, Object.keys(values))
      if (objection === undefined) return false
      setObjections({ [objection.name]: objection.message })
      return true
    },
    clearObjections: () => setObjections({}),
  }
}

/** The field of a form that a refusal is about, with the words to put beside it. */
export function objectionOf(
  error: unknown,
  names: readonly string[],
): { readonly name: string; readonly message: string } | undefined {
  if (!(error instanceof ApiError) || error.field === null) return undefined
  const { field } = error
  // the API may name a part of a field or the field within something: the closest is meant
  const [name] = names
    .filter(known => within(field, known) || within(known, field))
    .toSorted((one, other) => other.length - one.length)
  return name === undefined ? undefined : { name, message: wordsOf(error.message, field) }
}

function within(path: string, part: string): boolean {
  return `.${path.replaceAll('[', '.')}.`.includes(`.${part}.`)
}

/** `person.mobile must match pattern "…"` as what a person can do something with. */
function wordsOf(message: string, field: string): string {
  const rest = message.startsWith(`${field} `) ? message.slice(field.length + 1) : message
  if (rest.startsWith('must match pattern') || rest.startsWith('must match format'))
    return 'Not in the form that is asked for'
  if (rest.startsWith('must NOT have fewer than') || rest.startsWith('is required')) return 'Needed'
  const sentence = rest.replace(` (${field})`, '').replace(/\.$/, '')
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

/** The fields that have something in them, trimmed. */
export function given<V extends Values>(values: V): Partial<Record<keyof V & string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value.trim() === '' ? [] : [[name, value.trim()]])),
  ) as Partial<Record<keyof V & string, string>>
}

/** `{ 'person.address.city': 'Rome' }` as `{ person: { address: { city: 'Rome' } } }` */
export function nested(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const root: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(values)) {
    const names = path.split('.')
    const last = names.pop() ?? path
    let place = root
    for (const name of names) place = (place[name] ??= {}) as Record<string, unknown>
    place[last] = value
  }
  return root
}
