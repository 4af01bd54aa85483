import { Buffer } from 'node:buffer'
import type { PagsmileCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type Address = {
  /** 12 to 128 characters for a cardholder */
  readonly line: string
  readonly line2?: string | null
  /** 4 to 8 characters */
  readonly postal_code: string
  readonly city_name: string
  readonly state: string
  /** ISO 3166-1 alpha-2 */
  readonly country_code: string
}

/** Days are `yyyy-MM-dd`. */
export type NewHolder = {
  readonly mobile: string
  readonly first_name: string
  readonly last_name: string
  /** 6 to 20 characters */
  readonly id_no: string
  /** 1 national identity card, 2 passport, 3 driving licence, 4 residence permit */
  readonly id_type: number
  readonly issuance_date?: string
  readonly expires_on?: string
  readonly email: string
  readonly birthday: string
  /** 0 not stated, 1 male, 2 female */
  readonly gender?: number
  /** ISO 3166-1 alpha-2 */
  readonly nationality_code: string
  readonly address: Address
}

export type HolderAudit = {
  readonly holder_id: number
  readonly id_no: string | null
  readonly id_type: number | null
  /** 1 approved, 2 documents needed, 3 rejected, 4 in review */
  readonly audit_status: number
  readonly audit_msg: string | null
}

export type Holder = {
  readonly holder_id: number
  readonly mobile: string
  readonly first_name: string
  readonly last_name: string
  readonly id_no: string
  readonly id_type: number
  readonly issuance_date: string | null
  readonly expires_on: string | null
  readonly email: string
  readonly birthday: string
  readonly gender: number | null
  readonly nationality_code: string
  /** 0 initial, 1 enabled, 2 disabled */
  readonly status: number
  readonly audit_status: number
  readonly address: StoredAddress
}

export type StoredAddress = Omit<Address, 'line2'> & { readonly line2: string | null }

/** By `holder_id`, or by `id_no` with `id_type`. */
export type HolderName = { readonly holder_id: number | string } | { readonly id_no: string; readonly id_type: number }

export type NewDocument = {
  readonly holder_id: number | string
  /** 1 front and 2 back of an identity document, 3 proof of address, 4 selfie, 5 company registration, 9 other */
  readonly file_type: number
  /** ends in pdf, jpg, jpeg, png, doc or docx, as its content is */
  readonly file_name: string
  /** bytes, or their Base64; at most 2 MiB */
  readonly file_content: Uint8Array | string
  readonly file_desc?: string
}

export type NewCorporation = {
  readonly contact_name: string
  readonly mobile: string
  readonly email: string
  readonly corporation: {
    readonly registration_name: string
    readonly registration_code: string
    readonly registration_date: string
    readonly vat_code?: string
    readonly expires_on?: string
    readonly business_scope?: string
    readonly registration_address: Address
  }
  /** the director */
  readonly person: {
    readonly first_name: string
    readonly last_name: string
    readonly middle_name?: string
    readonly national_name?: string
    readonly id_type: number
    readonly id_no: string
    readonly birthday: string
    readonly issuance_date?: string
    readonly expires_on?: string
    readonly citizenship_country: string
    readonly gender?: number
    readonly address: Address
  }
}

export type Corporation = {
  readonly holder_id: number
  readonly contact_name: string
  readonly mobile: string
  readonly email: string
  readonly status: number
  readonly corporation: {
    readonly corporation_id: number
    readonly registration_name: string
    readonly registration_code: string
    readonly vat_code: string | null
    readonly expires_on: string | null
    readonly business_scope: string | null
    readonly registration_address: StoredAddress & { readonly address_id: number }
  }
  readonly person: {
    readonly person_id: number
    readonly last_name: string
    readonly first_name: string
    readonly national_name: string | null
    readonly gender: number | null
    readonly citizenship_country: string
    readonly birthday: string
    readonly id_type: number
    readonly id_no: string
    readonly issuance_date: string | null
    readonly expires_on: string | null
    readonly address: StoredAddress & { readonly address_id: number }
  }
}

/** By `holder_id`, or by country and code of the registration. */
export type CorporationName =
  | { readonly holder_id: number | string }
  | { readonly registration_country: string; readonly registration_code: string }

/** Persons and companies that own cards. */
export class Holders extends Resource {
  create(holder: NewHolder, options?: PagsmileCallOptions): Promise<HolderAudit> {
    return this.change('/issuing/holder/create', holder, options)
  }

  /** Replaces the whole record; a change of who the person is starts verification again. */
  update(
    holder: NewHolder & { readonly holder_id: number | string },
    options?: PagsmileCallOptions,
  ): Promise<HolderAudit> {
    return this.change('/issuing/holder/update', holder, options)
  }

  retrieve(name: HolderName, options?: PagsmileCallOptions): Promise<Holder> {
    return this.query('/issuing/holder/query', name, options)
  }

  uploadDocument(document: NewDocument, options?: PagsmileCallOptions): Promise<{ readonly id: number }> {
    const { file_content: content } = document
    const file_content = typeof content === 'string' ? content : Buffer.from(content).toString('base64')
    return this.change('/issuing/holder/upload-document', { ...document, file_content }, options)
  }

  createCorporation(
    corporation: NewCorporation,
    options?: PagsmileCallOptions,
  ): Promise<Omit<HolderAudit, 'id_no' | 'id_type'>> {
    return this.change('/issuing/holder/create-corporation', corporation, options)
  }

  retrieveCorporation(name: CorporationName, options?: PagsmileCallOptions): Promise<Corporation> {
    // the vendor's own spelling
    return this.query('/issuing/holder/query-corpoation', name, options)
  }
}
