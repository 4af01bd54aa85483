import { path } from '../path.ts'
import type { OperatorCallOptions } from './call.ts'
import { Resource } from './resource.ts'

export type CardholderReview = {
  readonly cardholderId: string
  /** the partner's own number, where it has given one */
  readonly uniqueNo: string | null
  readonly verification: 'documents-needed' | 'in-review' | 'approved' | 'rejected'
  readonly rejection: string | null
  readonly rejectionCodes: readonly string[]
  readonly disabled: boolean
}

export type Cardholder = CardholderReview & {
  /** null while only a KYC provider knows it */
  readonly name: string | null
  readonly documents: readonly CardholderDocument[]
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
