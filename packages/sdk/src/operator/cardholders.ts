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
