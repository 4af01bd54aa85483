import type { Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import { type StaticDecode, Type } from 'typebox'
import { createCardholder } from '../../app/create-cardholder.ts'
import { changingCall } from './call.ts'
import { AUDIT_STATUSES, CHARSETS, GENDERS, ID_TYPES } from './dictionary.ts'
import { CalendarDate, Country, email, oneOfNumbers, text } from './fields.ts'
import { idNumber } from './ids.ts'

/** Fields and lengths (docs), character sets and the form of mobile numbers (proposed). The same for `apply`'s `holder`. */
export const Holder = Type.Object({
  mobile: text(16, { pattern: '^\\+?[0-9]{5,16}$' }),
  first_name: text(50),
  last_name: text(50),
  id_no: text(20, { minLength: 6 }),
  id_type: oneOfNumbers(ID_TYPES),
  issuance_date: Type.Optional(CalendarDate),
  expires_on: Type.Optional(CalendarDate),
  email: email(80),
  birthday: CalendarDate,
  gender: Type.Optional(oneOfNumbers(GENDERS)),
  nationality_code: Country,
  address: Type.Object({
    line: text(128, { minLength: 12, pattern: `^[${CHARSETS[4]}]+$` }),
    line2: Type.Optional(text(128, { pattern: `^[${CHARSETS[4]}]+$` })),
    postal_code: text(8, { minLength: 4 }),
    city_name: text(80, { minLength: 4, pattern: `^[${CHARSETS[6]}]+$` }),
    state: text(48, { minLength: 4, pattern: `^[${CHARSETS[6]}]+$` }),
    country_code: Country,
  }),
})

/** Answers the state right after creation, documents needed (docs), even where approval follows at once. */
export const CREATE_HOLDER = changingCall(
  { path: '/issuing/holder/create', summary: 'Create a cardholder', bizData: Holder },
  (work, app, bizData) => createCardholder(work, { partnerId: app.partnerId, person: personOf(bizData) }),
  encodeCreated,
)

export function personOf(holder: StaticDecode<typeof Holder>): Person {
  const { address } = holder
  return {
    firstName: holder.first_name,
    lastName: holder.last_name,
    mobile: holder.mobile,
    email: holder.email,
    idNo: holder.id_no,
    idType: holder.id_type,
    idIssuedOn: holder.issuance_date ?? null,
    idExpiresOn: holder.expires_on ?? null,
    birthday: holder.birthday,
    gender: holder.gender ?? null,
    nationality: holder.nationality_code,
    address: {
      line1: address.line,
      line2: address.line2 ?? null,
      postalCode: address.postal_code,
      city: address.city_name,
      state: address.state,
      country: address.country_code,
    },
  }
}

function encodeCreated(cardholder: Cardholder) {
  return {
    holder_id: idNumber(cardholder.cardholderId),
    id_no: cardholder.person?.idNo ?? null,
    id_type: cardholder.person?.idType ?? null,
    audit_status: AUDIT_STATUSES[cardholder.verification],
    audit_msg: cardholder.rejection,
  }
}
