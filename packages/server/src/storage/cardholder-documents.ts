import type { CardholderDocument, DocumentKind, FileType } from '@openissuer/core/cardholder/document.ts'
import type { Reader, Transaction } from '../app/ports.ts'
import type { Queryable } from './database.ts'

type DocumentRow = {
  partner_id: bigint
  document_id: bigint
  cardholder_id: bigint
  kind: DocumentKind
  file_name: string
  file_type: FileType
  byte_count: number
  description: string | null
  created_at: Temporal.Instant
}

/** Without the content, which may be megabytes. */
const COLUMNS = `partner_id, document_id, cardholder_id, kind, file_name, file_type, byte_count, description, created_at`

type DocumentOperations = Pick<Reader & Transaction, 'documents' | 'sealedDocument' | 'insertDocument'>

export function cardholderDocumentOperations(database: Queryable): DocumentOperations {
  return {
    async documents(partnerId, cardholderId) {
      const { rows } = await database.query<DocumentRow>(
        `select ${COLUMNS} from cardholder_document where partner_id = $1 and cardholder_id = $2 order by document_id`,
        [partnerId, cardholderId],
      )
      return rows.map(documentOf)
    },

    async sealedDocument(partnerId, documentId) {
      const { rows } = await database.query<DocumentRow & { sealed_content: Buffer }>(
        `select ${COLUMNS}, sealed_content from cardholder_document where partner_id = $1 and document_id = $2`,
        [partnerId, documentId],
      )
      return rows[0] && { document: documentOf(rows[0]), sealed: rows[0].sealed_content }
    },

    async insertDocument(document, sealed) {
      await database.query(
        `insert into cardholder_document (${COLUMNS}, sealed_content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          document.partnerId,
          document.documentId,
          document.cardholderId,
          document.kind,
          document.fileName,
          document.fileType,
          document.byteCount,
          document.description,
          document.createdAt.toString(),
          sealed,
        ],
      )
    },
  }
}

function documentOf(row: DocumentRow): CardholderDocument {
  return {
    partnerId: row.partner_id,
    documentId: row.document_id,
    cardholderId: row.cardholder_id,
    kind: row.kind,
    fileName: row.file_name,
    fileType: row.file_type,
    byteCount: row.byte_count,
    description: row.description,
    createdAt: row.created_at,
  }
}
