/** Companies as cardholders. Fields and lengths (docs), character sets and what is required of the director (proposed). */
import type { Cardholder } from '@openissuer/core/cardholder/cardholder.ts'
import type { Corporation, CorporationTerms } from '@openissuer/core/cardholder/corporation.ts'
import { type StaticDecode, Type } from 'typebox'
import { createCorporation } from '../../app/create-corporation.ts'
import type { PagsmileApp, Ports, Reader } from '../../app/ports.ts'
import { ADDRESS_KEYS, DayText, IdNumber, nullable, numbered, numberFor } from './answers.ts'
import { type Answer, changingCall, readingCall } from './call.ts'
import { ADDRESS_FIELDS, AddressFields, addressOf, encodeAddress, holderStatusOf, Mobile } from './cardholders.ts'
import { AUDIT_STATUSES, CHARSETS, GENDERS, HOLDER_STATUSES, ID_TYPES } from './dictionary.ts'
import { dataNotFound, mandatoryData, PagsmileError } from './errors.ts'
import { CalendarDate, Country, email, Id, oneOfNumbers, text } from './fields.ts'
import { idNumber } from './ids.ts'

const CorporationFields = Type.Object({
  contact_name: text(80),
  mobile: Mobile,
  email: email(80),
  corporation: Type.Object({
    registration_name: text(100, { pattern: `^[${CHARSETS[7]}]+$` }),
    registration_code: text(32),
    registration_date: CalendarDate,
    vat_code: Type.Optional(text(32)),
    expires_on: Type.Optional(CalendarDate),
    business_scope: Type.Optional(text(300)),
    registration_address: AddressFields,
  }),
  person: Type.Object({
    first_name: text(50),
    last_name: text(50),
    middle_name: Type.Optional(text(50)),
    national_name: Type.Optional(text(50)),
    id_type: oneOfNumbers(ID_TYPES),
    id_no: text(20, { minLength: 6 }),
    birthday: CalendarDate,
    issuance_date: Type.Optional(CalendarDate),
    expires_on: Type.Optional(CalendarDate),
    citizenship_country: Country,
    gender: Type.Optional(oneOfNumbers(GENDERS)),
    address: Type.Object(ADDRESS_FIELDS),
  }),
})

/** The answer (proposed): no version of the page shows one. */
export const CREATE_CORPORATION = changingCall(
  {
    path: '/issuing/holder/create-corporation',
    summary: 'Create a corporate cardholder',
    data: Type.Object({
      holder_id: IdNumber,
      audit_status: numberFor(AUDIT_STATUSES),
      audit_msg: nullable(Type.String()),
    }),
    errors: ['duplicate-cardholder'],
    bizData: CorporationFields,
  },
  (work, app, bizData) => createCorporation(work, { partnerId: app.partnerId, corporation: corporationOf(bizData) }),
  cardholder => ({
    holder_id: idNumber(cardholder.cardholderId),
    audit_status: AUDIT_STATUSES[cardholder.verification],
    audit_msg: cardholder.rejection,
  }),
)

const Query = Type.Object({
  holder_id: Type.Optional(Id),
  registration_country: Type.Optional(Country),
  registration_code: Type.Optional(text(32)),
})

const Address = Type.Object({ address_id: IdNumber, ...ADDRESS_KEYS })

const CorporationShown = Type.Object(
  {
    holder_id: IdNumber,
    contact_name: Type.String(),
    mobile: Type.String(),
    email: Type.String(),
    status: numberFor(HOLDER_STATUSES),
    corporation: Type.Object({
      corporation_id: IdNumber,
      registration_name: Type.String(),
      registration_code: Type.String(),
      vat_code: nullable(Type.String()),
      expires_on: nullable(DayText),
      business_scope: nullable(Type.String()),
      registration_address: Address,
    }),
    person: Type.Object({
      person_id: IdNumber,
      last_name: Type.String(),
      first_name: Type.String(),
      national_name: nullable(Type.String()),
      gender: nullable(numbered(GENDERS)),
      citizenship_country: Type.String(),
      birthday: DayText,
      id_type: numbered(ID_TYPES),
      id_no: Type.String(),
      issuance_date: nullable(DayText),
      expires_on: nullable(DayText),
      address: Address,
    }),
  },
  { title: 'Corporation' },
)

/** The vendor's own spelling of the path (docs). */
export const QUERY_CORPORATION = readingCall(
  {
    path: '/issuing/holder/query-corpoation',
    summary: 'Query a corporate cardholder',
    data: CorporationShown,
    errors: ['cardholder-not-found'],
    bizData: Query,
  },
  answerQuery,
)

/** The same under the name that a client may expect (proposed). */
export const QUERY_CORPORATION_RIGHTLY_SPELT = readingCall(
  {
    path: '/issuing/holder/query-corporation',
    summary: 'Query a corporate cardholder',
    data: CorporationShown,
    errors: ['cardholder-not-found'],
    bizData: Query,
  },
  answerQuery,
)

async function answerQuery(ports: Ports, app: PagsmileApp, query: StaticDecode<typeof Query>): Promise<Answer> {
  const cardholder = await findCorporation(ports.storage.read, app.partnerId, query)
  if (cardholder?.corporation == null) throw new PagsmileError(dataNotFound('cardholder'))
  return { total: 1, data: encodeCorporation(cardholder, cardholder.corporation) }
}

/** By `holder_id`, or by country and code of the registration (docs); what is given must name one company (proposed). */
async function findCorporation(
  read: Reader,
  partnerId: bigint,
  { holder_id: cardholderId, registration_country: country, registration_code: code }: StaticDecode<typeof Query>,
): Promise<Cardholder | undefined> {
  if (cardholderId !== undefined) {
    const found = await read.cardholder(partnerId, cardholderId)
    const fits =
      (country === undefined || found?.corporation?.registrationAddress.country === country) &&
      (code === undefined || found?.corporation?.registrationCode === code)
    return fits ? found : undefined
  }
  if (country === undefined && code === undefined) {
    throw new PagsmileError(mandatoryData('holder_id or registration_code'))
  }
  if (country === undefined) throw new PagsmileError(mandatoryData('registration_country'))
  if (code === undefined) throw new PagsmileError(mandatoryData('registration_code'))
  return read.cardholderByRegistration(partnerId, country, code)
}

function corporationOf(fields: StaticDecode<typeof CorporationFields>): CorporationTerms {
  const { corporation, person } = fields
  return {
    contactName: fields.contact_name,
    mobile: fields.mobile,
    email: fields.email,
    registrationName: corporation.registration_name,
    registrationCode: corporation.registration_code,
    registeredOn: corporation.registration_date,
    vatCode: corporation.vat_code ?? null,
    expiresOn: corporation.expires_on ?? null,
    businessScope: corporation.business_scope ?? null,
    registrationAddress: addressOf(corporation.registration_address),
    director: {
      firstName: person.first_name,
      lastName: person.last_name,
      middleName: person.middle_name ?? null,
      nationalName: person.national_name ?? null,
      idNo: person.id_no,
      idType: person.id_type,
      idIssuedOn: person.issuance_date ?? null,
      idExpiresOn: person.expires_on ?? null,
      birthday: person.birthday,
      citizenship: person.citizenship_country,
      gender: person.gender ?? null,
      address: addressOf(person.address),
    },
  }
}

/** Keys (docs): those of the example, in which the date of registration and the middle name are missing. */
function encodeCorporation(cardholder: Cardholder, corporation: Corporation) {
  const { director } = corporation
  return {
    holder_id: idNumber(cardholder.cardholderId),
    contact_name: corporation.contactName,
    mobile: corporation.mobile,
    email: corporation.email,
    status: holderStatusOf(cardholder),
    corporation: {
      corporation_id: idNumber(corporation.corporationId),
      registration_name: corporation.registrationName,
      registration_code: corporation.registrationCode,
      vat_code: corporation.vatCode,
      expires_on: corporation.expiresOn,
      business_scope: corporation.businessScope,
      registration_address: {
        address_id: idNumber(corporation.registrationAddressId),
        ...encodeAddress(corporation.registrationAddress),
      },
    },
    person: {
      person_id: idNumber(corporation.directorId),
      last_name: director.lastName,
      first_name: director.firstName,
      national_name: director.nationalName,
      gender: director.gender,
      citizenship_country: director.citizenship,
      birthday: director.birthday,
      id_type: director.idType,
      id_no: director.idNo,
      issuance_date: director.idIssuedOn,
      expires_on: director.idExpiresOn,
      address: { address_id: idNumber(corporation.directorAddressId), ...encodeAddress(director.address) },
    },
  }
}
