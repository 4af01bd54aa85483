/** Types of what answers are made of. They describe answers and are not checked while the server runs. */
import { type TSchema, type TSchemaOptions, Type } from 'typebox'

/** An id on the wire. */
export const IdNumber = Type.Integer({ minimum: 1 })

export const Token = Type.String({ pattern: '^[0-9]+$', description: 'names the card without its number' })

export const CardToken = Type.String({ pattern: '^[0-9]*$', description: 'empty until the card is made' })

export const MaskedPan = Type.String({ description: 'the first six and the last four digits' })

/** Decimal text in major units; every amount has at least two decimals. */
export const AmountText = Type.String({ pattern: '^-?[0-9]+\\.[0-9]{2,}$', description: 'major units' })

export const TimeText = Type.String({
  pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$',
  description: 'UTC',
})

export const DayText = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' })

export const CurrencyText = Type.String({ pattern: '^[A-Z]{3,5}$' })

export function nullable<S extends TSchema>(schema: S, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options)
}

/** A number out of a dictionary, with its meanings. */
export function numbered(meanings: Readonly<Record<number, unknown>>) {
  return Type.Enum(Object.keys(meanings).map(Number), { description: meaningsOf(meanings) })
}

/** The same out of a dictionary from our words to the vendor's numbers. */
export function numberFor(numbers: Readonly<Record<string, number>>) {
  const meanings = Map.groupBy(Object.entries(numbers), ([, number]) => number)
  const words = [...meanings].map(([number, entries]) => [number, entries.map(([word]) => word).join(', ')])
  return numbered(Object.fromEntries(words) as Record<number, string>)
}

function meaningsOf(meanings: Readonly<Record<number, unknown>>): string {
  return Object.entries(meanings)
    .map(([number, meaning]) => `${number}: ${String(meaning)}`)
    .join('; ')
}

/** Of a row of the ledger, or of an authorization and what follows it. */
export const TransactionId = Type.String({ pattern: '^[0-9]+$' })

/** The members of an address as it is answered. */
export const ADDRESS_KEYS = {
  city_name: Type.String(),
  country_code: Type.String({ pattern: '^[A-Z]{2}$' }),
  postal_code: Type.String(),
  state: Type.String(),
  line: Type.String(),
  line2: nullable(Type.String()),
}
