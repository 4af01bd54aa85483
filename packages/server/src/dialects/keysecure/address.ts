/**
 * `address_info` of a card application: who a card is sent to and where (docs; the codes are proposed).
 * A physical card needs all of it but the second address line; for a virtual card the object is optional, and when it
 * is there, its postal part is required.
 */
import type { Delivery } from '@openissuer/core/card/application.ts'
import type { CardForm } from '@openissuer/core/card/card.ts'
import { isCountry } from '@openissuer/core/reference/countries.ts'
import { isDialingCode } from '@openissuer/core/reference/dialing-codes.ts'
import { type Static, Type } from 'typebox'
import type { FailureCode } from './dictionary.ts'
import { KeysecureError } from './errors.ts'

/** Lengths are proposed. What is required depends on the card's form: see RULES. */
export const AddressInfo = Type.Object({
  first_name: Type.Optional(Type.String({ maxLength: 64, description: 'English' })),
  last_name: Type.Optional(Type.String({ maxLength: 64, description: 'English' })),
  phone_code: Type.Optional(Type.String({ description: 'dialling code, digits without +' })),
  phone: Type.Optional(Type.String({ description: 'digits' })),
  postal_code: Type.Optional(Type.String()),
  country: Type.Optional(Type.String({ description: 'ISO 3166-1 alpha-2' })),
  state: Type.Optional(Type.String({ maxLength: 128, description: 'English' })),
  city: Type.Optional(Type.String({ maxLength: 128, description: 'English' })),
  address_line1: Type.Optional(Type.String({ maxLength: 256, description: 'English' })),
  address_line2: Type.Optional(Type.String({ maxLength: 256, description: 'English' })),
})

type AddressField = keyof typeof AddressInfo.properties

type FieldRule = {
  readonly field: AddressField
  readonly requiredFor: readonly CardForm[]
  readonly accepts: (text: string) => boolean
  readonly code: FailureCode
}

/** Letters and what stands between them in a name written in English. */
const NAME = /^[A-Za-z][A-Za-z .,'-]*$/

const ADDRESS_TEXT = /^[A-Za-z0-9 .,'"#&()/:;@+_-]+$/

/** E.164 allows 15 digits with the country code. */
const PHONE = /^\d{4,15}$/

const POSTAL_CODE = /^[A-Za-z0-9](?:[A-Za-z0-9 -]{0,10}[A-Za-z0-9])?$/

const PHYSICAL: readonly CardForm[] = ['physical']
const BOTH: readonly CardForm[] = ['physical', 'virtual']

/** In the order in which objections are raised. */
const RULES: readonly FieldRule[] = [
  { field: 'first_name', requiredFor: PHYSICAL, accepts: text => NAME.test(text), code: 2008 },
  { field: 'last_name', requiredFor: PHYSICAL, accepts: text => NAME.test(text), code: 2008 },
  { field: 'phone_code', requiredFor: PHYSICAL, accepts: isDialingCode, code: 2009 },
  { field: 'phone', requiredFor: PHYSICAL, accepts: text => PHONE.test(text), code: 2009 },
  { field: 'postal_code', requiredFor: BOTH, accepts: text => POSTAL_CODE.test(text), code: 2010 },
  { field: 'country', requiredFor: BOTH, accepts: isCountry, code: 2010 },
  { field: 'state', requiredFor: BOTH, accepts: text => ADDRESS_TEXT.test(text), code: 2007 },
  { field: 'city', requiredFor: BOTH, accepts: text => ADDRESS_TEXT.test(text), code: 2007 },
  { field: 'address_line1', requiredFor: BOTH, accepts: text => ADDRESS_TEXT.test(text), code: 2007 },
  { field: 'address_line2', requiredFor: [], accepts: text => ADDRESS_TEXT.test(text), code: 2007 },
]

/** What the vendor's sample for a virtual card leaves filled in an otherwise empty object: `86` and `CN`. */
const PRESET_FIELDS: readonly AddressField[] = ['phone_code', 'country']

/**
 * @param info without blank members
 * @returns null when no address was given, which only a virtual card may do
 * @throws KeysecureError 1004 for a required field that is missing, 2007 to 2010 for one that is not acceptable, each
 *   naming the field
 */
export function deliveryOf(info: Static<typeof AddressInfo> | undefined, form: CardForm): Delivery | null {
  if (form === 'physical' && info === undefined) throw new KeysecureError(1004, 'address_info')
  const given = info ?? {}
  const absent = form === 'virtual' && isTemplate(given)
  for (const { field, requiredFor, accepts, code } of RULES) {
    const text = given[field]
    if (text === undefined) {
      if (!absent && requiredFor.includes(form)) throw new KeysecureError(1004, `address_info.${field}`)
    } else if (!accepts(text)) {
      throw new KeysecureError(code, `address_info.${field}`)
    }
  }
  return absent ? null : asDelivery(given)
}

function isTemplate(info: Static<typeof AddressInfo>): boolean {
  return RULES.every(({ field }) => info[field] === undefined || PRESET_FIELDS.includes(field))
}

function asDelivery(info: Static<typeof AddressInfo>): Delivery {
  const { phone_code: phoneCode, phone } = info
  return {
    firstName: info.first_name ?? null,
    lastName: info.last_name ?? null,
    // A number without its country cannot be called, and only a virtual card may leave the country out.
    phone: phoneCode === undefined || phone === undefined ? null : phoneCode + phone,
    address: {
      line1: info.address_line1 ?? '',
      line2: info.address_line2 ?? null,
      postalCode: info.postal_code ?? '',
      city: info.city ?? '',
      state: info.state ?? '',
      country: info.country ?? '',
    },
  }
}
