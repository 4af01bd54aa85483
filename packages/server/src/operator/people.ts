/** What operators write about people and places. */
import type { Address } from '@openissuer/core/cardholder/cardholder.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { isCountry } from '@openissuer/core/reference/countries.ts'
import { type Static, Type } from 'typebox'

/** One line with something in it: no control characters, no blank at either end. */
export function lineText(maxLength: number) {
  return Type.String({ minLength: 1, maxLength, pattern: '^[^\\s\\p{C}]([^\\p{C}]*[^\\s\\p{C}])?$' })
}

export const MobileText = Type.String({ pattern: '^\\+?[0-9]{5,16}$', description: 'digits with an optional +' })

export const EmailText = Type.String({ maxLength: 80, pattern: '^[^@\\s]+@[^@\\s]+$' })

export const CountryText = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2' })

export const AddressBody = Type.Object(
  {
    line1: lineText(128),
    line2: Type.Optional(lineText(128)),
    postalCode: lineText(16),
    city: lineText(80),
    state: lineText(48),
    country: CountryText,
  },
  { additionalProperties: false },
)

/** @throws DomainError `invalid-field` for a country that does not exist; `field` is where the address stands */
export function addressOf(body: Static<typeof AddressBody>, field: string): Address {
  return { ...body, line2: body.line2 ?? null, country: countryOf(body.country, `${field}.country`) }
}

/** @throws DomainError `invalid-field` */
export function countryOf(code: string, field: string): string {
  if (!isCountry(code)) throw new DomainError('invalid-field', field)
  return code
}
