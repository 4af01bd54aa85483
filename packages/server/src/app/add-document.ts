import {
  type CardholderDocument,
  DOCUMENT_BYTES_MAX,
  type DocumentKind,
  fileTypeOf,
  hasExtensionOf,
  isComplete,
} from '@openissuer/core/cardholder/document.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { approveIfAutomatic } from './create-cardholder.ts'
import type { Ports, Work } from './ports.ts'
import { lockedCardholder } from './review-cardholder.ts'
import { setVerification } from './set-verification.ts'

export type AddDocument = {
  readonly partnerId: bigint
  readonly cardholderId: bigint
  readonly kind: DocumentKind
  readonly fileName: string
  readonly content: Uint8Array
  readonly description: string | null
}

/**
 * Keeps a file that a partner sends to prove who a cardholder is, sealed by the vault; with the last one that a review
 * needs, the review begins. A file is kept as bytes and is never opened here.
 *
 * @throws DomainError `cardholder-not-found`, `cardholder-rejected`, `invalid-field` for content that is empty, too long
 *   or of a type that is not accepted, and for a name that does not fit the content
 */
export async function addDocument(work: Work, command: AddDocument): Promise<CardholderDocument> {
  const { partnerId, cardholderId, kind, fileName, content } = command
  if (content.length === 0 || content.length > DOCUMENT_BYTES_MAX) throw new DomainError('invalid-field', 'content')
  const fileType = fileTypeOf(content)
  if (fileType === undefined) throw new DomainError('invalid-field', 'content')
  if (!hasExtensionOf(fileName, fileType)) throw new DomainError('invalid-field', 'fileName')
  const cardholder = await lockedCardholder(work, command)
  if (cardholder.verification === 'rejected') throw new DomainError('cardholder-rejected')
  const document: CardholderDocument = {
    partnerId,
    documentId: await work.ids.next('document'),
    cardholderId,
    kind,
    fileName,
    fileType,
    byteCount: content.length,
    description: command.description,
    createdAt: work.clock.now(),
  }
  const sealed = work.vault.sealSecret(documentContext(document), content.toBase64())
  await work.tx.insertDocument(document, sealed)
  if (cardholder.verification !== 'documents-needed') return document
  const kinds = (await work.tx.documents(partnerId, cardholderId)).map(each => each.kind)
  if (isComplete(kinds, cardholder.corporation === null ? 'person' : 'corporation')) {
    await approveIfAutomatic(work, await setVerification(work, cardholder, 'documents-complete'))
  }
  return document
}

/**
 * The content of a document, for those who review it.
 *
 * @throws DomainError `document-not-found`
 */
export async function openDocument(
  { storage, vault }: Pick<Ports, 'storage' | 'vault'>,
  named: { readonly partnerId: bigint; readonly cardholderId: bigint; readonly documentId: bigint },
): Promise<{ document: CardholderDocument; content: Uint8Array }> {
  const found = await storage.read.sealedDocument(named.partnerId, named.documentId)
  if (found?.document.cardholderId !== named.cardholderId) throw new DomainError('document-not-found')
  const content = Uint8Array.fromBase64(vault.openSecret(documentContext(found.document), found.sealed))
  return { document: found.document, content }
}

/** The vault context under which a document is sealed. */
function documentContext({ partnerId, documentId }: Pick<CardholderDocument, 'partnerId' | 'documentId'>): string {
  return `cardholder-document:${partnerId}:${documentId}`
}
