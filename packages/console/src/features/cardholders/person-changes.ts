import type { Cardholder, PersonChanges } from '@openissuer/sdk/operator.ts'

type Person = NonNullable<Cardholder['person']>
type Values = Readonly<Record<string, string>>

/** A person as the fields of a form. */
export function personValues({ address, ...person }: Person): Record<string, string> {
  const own = Object.entries(person).map(([name, value]) => [`person.${name}`, value === null ? '' : String(value)])
  const place = Object.entries(address).map(([name, value]) => [`person.address.${name}`, value ?? ''])
  return Object.fromEntries([...own, ...place]) as Record<string, string>
}

const NUMBERS: ReadonlySet<string> = new Set(['idType', 'gender'])
const MAY_BE_TAKEN_AWAY: ReadonlySet<string> = new Set(['idIssuedOn', 'idExpiresOn', 'gender'])

/**
 * What was changed in a form, the address as a whole.
 * @returns undefined when nothing was
 */
export function personChanges(before: Values, after: Values): PersonChanges | undefined {
  const changed = Object.keys(after).filter(path => (after[path] ?? '').trim() !== before[path])
  if (changed.length === 0) return undefined
  const own = changed.flatMap(path => {
    const name = /^person\.(\w+)$/.exec(path)?.[1]
    return name === undefined ? [] : [[name, valueOf(name, after[path] ?? '')]]
  })
  const moved = changed.some(path => path.startsWith('person.address.'))
  return { ...Object.fromEntries(own), ...(moved ? { address: addressIn(after) } : {}) } as PersonChanges
}

function valueOf(name: string, text: string): string | number | null {
  const value = text.trim()
  if (value === '' && MAY_BE_TAKEN_AWAY.has(name)) return null
  return NUMBERS.has(name) ? Number(value) : value
}

function addressIn(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([path, value]) => {
      const name = /^person\.address\.(\w+)$/.exec(path)?.[1]
      return name === undefined || value.trim() === '' ? [] : [[name, value.trim()]]
    }),
  )
}
