import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { type Page, type PageQuery, Resource } from './resource.ts'

export type CardholderReview = {
  readonly cardholderId: string
  /** the partner's own number, where it has given one */
  readonly uniqueNo: string | null
  readonly verification: 'documents-needed' | 'in-review' | 'approved' | 'rejected'
  readonly rejection: string | null
  readonly rejectionCodes: readonly string[]
  readonly disabled: boolean
}

export type ListedCardholder = CardholderReview & {
  /** null while only a KYC provider knows it */
  readonly name: string | null
  readonly kind: 'person' | 'company'
  readonly createdAt: string
}

/** Days are `yyyy-MM-dd`, countries ISO 3166-1 alpha-2. */
export type Cardholder = ListedCardholder & {
  readonly person: {
    readonly firstName: string
    readonly lastName: string
    readonly mobile: string
    readonly email: string
    readonly idNo: string
    readonly idType: number
    readonly idIssuedOn: string | null
    readonly idExpiresOn: string | null
    readonly birthday: string
    readonly gender: number | null
    readonly nationality: string
    readonly address: CardholderAddress
  } | null
  readonly company: {
    readonly registrationName: string
    readonly registrationCode: string
    readonly registeredOn: string
    readonly expiresOn: string | null
    readonly vatCode: string | null
    readonly businessScope: string | null
    readonly contactName: string
    readonly mobile: string
    readonly email: string
    readonly registrationAddress: CardholderAddress
    /** who answers for the company */
    readonly director: {
      readonly firstName: string
      readonly lastName: string
      readonly middleName: string | null
      readonly nationalName: string | null
      readonly idNo: string
      readonly idType: number
      readonly idIssuedOn: string | null
      readonly idExpiresOn: string | null
      readonly birthday: string
      readonly citizenship: string
      readonly gender: number | null
      readonly address: CardholderAddress
    }
  } | null
  readonly documents: readonly CardholderDocument[]
}

export type CardholderAddress = {
  readonly line1: string
  readonly line2: string | null
  readonly postalCode: string
  readonly city: string
  readonly state: string
  readonly country: string
}

/** `idType`: 1 national identity card, 2 passport, 3 driving licence, 4 residence permit; `gender`: 1 male, 2 female. */
type NewIdentity = {
  readonly firstName: string
  readonly lastName: string
  readonly idNo: string
  readonly idType: 1 | 2 | 3 | 4
  readonly idIssuedOn?: string
  readonly idExpiresOn?: string
  readonly birthday: string
  readonly gender?: 0 | 1 | 2
  readonly address: NewAddress
}

export type NewAddress = Omit<CardholderAddress, 'line2'> & { readonly line2?: string }

export type NewPerson = NewIdentity & {
  readonly mobile: string
  readonly email: string
  readonly nationality: string
}

export type NewCompany = {
  readonly contactName: string
  readonly mobile: string
  readonly email: string
  readonly registrationName: string
  readonly registrationCode: string
  readonly registeredOn: string
  readonly vatCode?: string
  readonly expiresOn?: string
  readonly businessScope?: string
  readonly registrationAddress: NewAddress
  readonly director: NewIdentity & {
    readonly middleName?: string
    readonly nationalName?: string
    readonly citizenship: string
  }
}

export type NewCardholder = { readonly person: NewPerson } | { readonly company: NewCompany }

/** An address is replaced as a whole; null takes away what a person need not have. */
export type PersonChanges = Partial<Omit<NewPerson, 'idIssuedOn' | 'idExpiresOn' | 'gender'>> & {
  readonly idIssuedOn?: string | null
  readonly idExpiresOn?: string | null
  readonly gender?: 0 | 1 | 2 | null
}

export type NewDocument = {
  readonly kind: CardholderDocument['kind']
  /** with the extension of its type */
  readonly fileName: string
  /** PDF, JPEG, PNG, DOC or DOCX of at most 2 MB */
  readonly content: Uint8Array
  readonly description?: string
}

export type CardholderQuery = {
  readonly verification?: CardholderReview['verification']
  readonly disabled?: boolean
  readonly uniqueNo?: string
}

export type CardholderDocument = {
  readonly documentId: string
  readonly kind: 'id-front' | 'id-back' | 'proof-of-address' | 'selfie' | 'company-registration' | 'other'
  readonly fileName: string
  readonly fileType: 'pdf' | 'jpeg' | 'png' | 'doc' | 'docx'
  readonly byteCount: number
  readonly description: string | null
  readonly createdAt: string
}

export type RejectCardholder = {
  /** 1 to 128 characters */
  readonly remark: string
  /** of the partner's dialect */
  readonly codes?: readonly string[]
  /** nothing more may be sent, and the cards that waited have failed */
  readonly final?: boolean
}

export class Cardholders extends Resource {
  /** One page, newest first. */
  list(
    partnerId: string,
    query: CardholderQuery & PageQuery = {},
    options?: OperatorCallOptions,
  ): Promise<Page<ListedCardholder>> {
    return this.page(path`/partners/${partnerId}/cardholders`, 'cardholders', query, options)
  }

  listAll(
    partnerId: string,
    query: CardholderQuery = {},
    options?: OperatorCallOptions,
  ): AsyncIterable<ListedCardholder> {
    return this.all(page => this.list(partnerId, { ...query, ...page }, options))
  }

  retrieve(partnerId: string, cardholderId: string, options?: OperatorCallOptions): Promise<Cardholder> {
    return this.get(path`/partners/${partnerId}/cardholders/${cardholderId}`, {}, options)
  }

  /** Waits for documents, unless its partner approves automatically in sandbox. */
  create(partnerId: string, cardholder: NewCardholder, options?: OperatorCallOptions): Promise<ListedCardholder> {
    return this.post(path`/partners/${partnerId}/cardholders`, cardholder, options)
  }

  /** Changes what is named of a person; a change of what was verified asks for a new review. */
  update(
    partnerId: string,
    cardholderId: string,
    person: PersonChanges,
    options?: OperatorCallOptions,
  ): Promise<ListedCardholder> {
    return this.patch(path`/partners/${partnerId}/cardholders/${cardholderId}`, { person }, options)
  }

  /** With the last one that a review needs, the review begins. */
  addDocument(
    partnerId: string,
    cardholderId: string,
    document: NewDocument,
    options?: OperatorCallOptions,
  ): Promise<CardholderDocument> {
    const body = { ...document, content: base64Of(document.content) }
    return this.post(path`/partners/${partnerId}/cardholders/${cardholderId}/documents`, body, options)
  }

  /** A document as it was sent; each download leaves a line in the audit log. */
  downloadDocument(
    partnerId: string,
    cardholderId: string,
    documentId: string,
    options?: OperatorCallOptions,
  ): Promise<Uint8Array> {
    return this.download(path`/partners/${partnerId}/cardholders/${cardholderId}/documents/${documentId}`, options)
  }

  /** Makes the cards that waited for it. */
  approve(partnerId: string, cardholderId: string, options?: OperatorCallOptions): Promise<CardholderReview> {
    return this.post(path`/partners/${partnerId}/cardholders/${cardholderId}/approve`, undefined, options)
  }

  reject(
    partnerId: string,
    cardholderId: string,
    rejection: RejectCardholder,
    options?: OperatorCallOptions,
  ): Promise<CardholderReview> {
    return this.post(path`/partners/${partnerId}/cardholders/${cardholderId}/reject`, rejection, options)
  }

  /** The cardholder gets no more cards. */
  disable(partnerId: string, cardholderId: string, options?: OperatorCallOptions): Promise<CardholderReview> {
    return this.post(path`/partners/${partnerId}/cardholders/${cardholderId}/disable`, undefined, options)
  }

  enable(partnerId: string, cardholderId: string, options?: OperatorCallOptions): Promise<CardholderReview> {
    return this.post(path`/partners/${partnerId}/cardholders/${cardholderId}/enable`, undefined, options)
  }
}

/** How many bytes become text at once: so many arguments a call may have everywhere. */
const CHUNK = 8_192

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK))
  return btoa(text)
}
