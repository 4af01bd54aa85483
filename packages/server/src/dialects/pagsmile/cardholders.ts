import type { Address, Cardholder, Person } from '@openissuer/core/cardholder/cardholder.ts'
import { DOCUMENT_BYTES_MAX } from '@openissuer/core/cardholder/document.ts'
import { type StaticDecode, Type } from 'typebox'
import { addDocument } from '../../app/add-document.ts'
import { createCardholder } from '../../app/create-cardholder.ts'
import type { Reader } from '../../app/ports.ts'
import { updateCardholder } from '../../app/update-cardholder.ts'
import { ADDRESS_KEYS, DayText, IdNumber, nullable, numbered, numberFor } from './answers.ts'
import { changingCall, readingCall } from './call.ts'
import { AUDIT_STATUSES, CHARSETS, FILE_TYPES, GENDERS, HOLDER_STATUSES, ID_TYPES } from './dictionary.ts'
import { dataNotFound, mandatoryData, PagsmileError, parametersError } from './errors.ts'
import { CalendarDate, Country, email, Id, oneOfNumbers, text } from './fields.ts'
import { idNumber } from './ids.ts'

const addressLine = (minLength: number) => text(128, { minLength, pattern: `^[${CHARSETS[4]}]+$` })

/** An address; that of a cardholder has a longer first line (docs). Character sets (proposed). */
export const ADDRESS_FIELDS = {
  line: addressLine(1),
  line2: Type.Optional(addressLine(1)),
  postal_code: text(8, { minLength: 4 }),
  city_name: text(80, { minLength: 4, pattern: `^[${CHARSETS[6]}]+$` }),
  state: text(48, { minLength: 4, pattern: `^[${CHARSETS[6]}]+$` }),
  country_code: Country,
}

export const AddressFields = Type.Object(ADDRESS_FIELDS)

/** The form of mobile numbers (proposed), their length (docs). */
export const Mobile = text(16, { pattern: '^\\+?[0-9]{5,16}$' })

/** Fields and lengths (docs), character sets and the form of mobile numbers (proposed). The same for `apply`'s `holder`. */
export const Holder = Type.Object({
  mobile: Mobile,
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
  address: Type.Object({ ...ADDRESS_FIELDS, line: addressLine(12) }),
})

const Created = Type.Object(
  {
    holder_id: IdNumber,
    id_no: nullable(Type.String()),
    id_type: nullable(numbered(ID_TYPES)),
    audit_status: numberFor(AUDIT_STATUSES),
    audit_msg: nullable(Type.String()),
  },
  { title: 'HolderCreated' },
)

/** Answers the state right after creation, documents needed (docs), even where approval follows at once. */
export const CREATE_HOLDER = changingCall(
  {
    path: '/issuing/holder/create',
    summary: 'Create a cardholder',
    data: Created,
    errors: ['duplicate-cardholder'],
    bizData: Holder,
  },
  (work, app, bizData) => createCardholder(work, { partnerId: app.partnerId, person: personOf(bizData) }),
  encodeCreated,
)

/** The fields of creation and `holder_id` (docs); replaces the whole record (proposed). */
export const UPDATE_HOLDER = changingCall(
  {
    path: '/issuing/holder/update',
    summary: 'Update a cardholder',
    data: Created,
    errors: ['cardholder-not-found', 'duplicate-cardholder', 'cardholder-rejected', 'cardholder-disabled'],
    bizData: Type.Object({ holder_id: Id, ...Holder.properties }),
  },
  (work, app, bizData) =>
    updateCardholder(work, {
      partnerId: app.partnerId,
      cardholderId: bizData.holder_id,
      person: personOf(bizData),
    }),
  encodeCreated,
)

/** By `holder_id`, or by `id_no` with `id_type` (docs); what is given must name one cardholder (proposed). */
export const QUERY_HOLDER = readingCall(
  {
    path: '/issuing/holder/query',
    summary: 'Query a cardholder',
    data: Type.Object({
      holder_id: IdNumber,
      mobile: Type.String(),
      first_name: Type.String(),
      last_name: Type.String(),
      id_no: Type.String(),
      id_type: numbered(ID_TYPES),
      issuance_date: nullable(DayText),
      expires_on: nullable(DayText),
      email: Type.String(),
      birthday: DayText,
      gender: nullable(numbered(GENDERS)),
      nationality_code: Type.String(),
      status: numberFor(HOLDER_STATUSES),
      audit_status: numberFor(AUDIT_STATUSES),
      address: Type.Object(ADDRESS_KEYS),
    }),
    errors: ['cardholder-not-found'],
    bizData: Type.Object({
      holder_id: Type.Optional(Id),
      id_no: Type.Optional(text(20)),
      id_type: Type.Optional(oneOfNumbers(ID_TYPES)),
    }),
  },
  async (ports, app, bizData) => {
    const cardholder = await findHolder(ports.storage.read, app.partnerId, bizData)
    if (cardholder?.person == null) throw new PagsmileError(dataNotFound('cardholder'))
    return { total: 1, data: encodeHolder(cardholder, cardholder.person) }
  },
)

/** A document is in Base64 twice, once by itself and once encrypted, and there is an envelope around it. */
const DOCUMENT_BODY_BYTES_MAX = Math.ceil((DOCUMENT_BYTES_MAX * 16) / 9) + 64 * 1024

/** Fields, extensions and size (docs). The content decides what a file is; its name has to agree (proposed). */
export const UPLOAD_DOCUMENT = changingCall(
  {
    path: '/issuing/holder/upload-document',
    summary: 'Upload a document of a cardholder',
    data: Type.Object({ id: IdNumber }),
    errors: ['cardholder-not-found', 'cardholder-rejected', 'invalid-field'],
    bizData: Type.Object({
      holder_id: Id,
      file_type: oneOfNumbers(FILE_TYPES),
      file_name: text(80, { minLength: 5, pattern: '^[^\\u0000-\\u001f/\\\\]+$' }),
      file_content: Type.String({ minLength: 1 }),
      file_desc: Type.Optional(text(128)),
    }),
    bodyBytesMax: DOCUMENT_BODY_BYTES_MAX,
  },
  (work, app, bizData) =>
    addDocument(work, {
      partnerId: app.partnerId,
      cardholderId: bizData.holder_id,
      kind: FILE_TYPES[bizData.file_type] ?? 'other',
      fileName: bizData.file_name,
      content: contentOf(bizData.file_content),
      description: bizData.file_desc ?? null,
    }),
  document => ({ id: idNumber(document.documentId) }),
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
    address: addressOf(address),
  }
}

export function addressOf(address: StaticDecode<typeof AddressFields>): Address {
  return {
    line1: address.line,
    line2: address.line2 ?? null,
    postalCode: address.postal_code,
    city: address.city_name,
    state: address.state,
    country: address.country_code,
  }
}

async function findHolder(
  read: Reader,
  partnerId: bigint,
  {
    holder_id: cardholderId,
    id_no: idNo,
    id_type: idType,
  }: { holder_id?: bigint | undefined; id_no?: string | undefined; id_type?: number | undefined },
): Promise<Cardholder | undefined> {
  if (cardholderId !== undefined) {
    const found = await read.cardholder(partnerId, cardholderId)
    const fits =
      (idNo === undefined || found?.person?.idNo === idNo) && (idType === undefined || found?.person?.idType === idType)
    return fits ? found : undefined
  }
  if (idNo === undefined && idType === undefined) throw new PagsmileError(mandatoryData('holder_id or id_no'))
  if (idNo === undefined) throw new PagsmileError(mandatoryData('id_no'))
  if (idType === undefined) throw new PagsmileError(mandatoryData('id_type'))
  return read.cardholderByIdentity(partnerId, idType, idNo)
}

/** Standard Base64, as the vendor's samples make it. */
function contentOf(base64: string): Uint8Array {
  try {
    return Uint8Array.fromBase64(base64)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new PagsmileError(parametersError('file_content'))
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

function encodeHolder(cardholder: Cardholder, person: Person) {
  return {
    holder_id: idNumber(cardholder.cardholderId),
    mobile: person.mobile,
    first_name: person.firstName,
    last_name: person.lastName,
    id_no: person.idNo,
    id_type: person.idType,
    issuance_date: person.idIssuedOn,
    expires_on: person.idExpiresOn,
    email: person.email,
    birthday: person.birthday,
    gender: person.gender,
    nationality_code: person.nationality,
    status: holderStatusOf(cardholder),
    audit_status: AUDIT_STATUSES[cardholder.verification],
    address: encodeAddress(person.address),
  }
}

/** Initial until the cardholder is approved, and again while a change of its data is reviewed (proposed). */
export function holderStatusOf({ disabled, verification }: Cardholder): number {
  if (disabled) return HOLDER_STATUSES.disabled
  return verification === 'approved' ? HOLDER_STATUSES.enabled : HOLDER_STATUSES.initial
}

export function encodeAddress(address: Address) {
  return {
    city_name: address.city,
    country_code: address.country,
    postal_code: address.postalCode,
    state: address.state,
    line: address.line1,
    line2: address.line2,
  }
}
