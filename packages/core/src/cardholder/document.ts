/** Files that prove who a cardholder is. What a file is comes from its content, never from its name. */

export const DOCUMENT_KINDS = [
  'id-front',
  'id-back',
  'proof-of-address',
  'selfie',
  'company-registration',
  'other',
] as const

export type DocumentKind = (typeof DOCUMENT_KINDS)[number]

export type CardholderDocument = {
  readonly partnerId: bigint
  readonly documentId: bigint
  readonly cardholderId: bigint
  readonly kind: DocumentKind
  readonly fileName: string
  readonly fileType: FileType
  readonly byteCount: number
  readonly description: string | null
  readonly createdAt: Temporal.Instant
}

export type FileType = 'pdf' | 'jpeg' | 'png' | 'doc' | 'docx'

/** Names that a file of each type may end with. */
export const FILE_EXTENSIONS: Readonly<Record<FileType, readonly string[]>> = {
  pdf: ['pdf'],
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  doc: ['doc'],
  docx: ['docx'],
}

export const DOCUMENT_BYTES_MAX = 2 * 1024 * 1024

/**
 * First bytes by which the formats are known: ISO 32000, ITU-T T.81, the PNG specification, and the containers of
 * Word documents: OLE compound files and ZIP archives.
 */
const SIGNATURES: readonly (readonly [FileType, readonly number[]])[] = [
  ['pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['doc', [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]],
  ['docx', [0x50, 0x4b, 0x03, 0x04]],
]

/** A ZIP archive is a Word document when it has this entry; its name stands in clear before the entry's data. */
const DOCX_ENTRY = 'word/document.xml'

/** @returns undefined for content of any other type */
export function fileTypeOf(content: Uint8Array): FileType | undefined {
  const type = SIGNATURES.find(([, signature]) => signature.every((byte, index) => content[index] === byte))?.[0]
  return type === 'docx' && !containsText(content, DOCX_ENTRY) ? undefined : type
}

/** Whether a name ends as files of a type do, in any case. */
export function hasExtensionOf(fileName: string, type: FileType): boolean {
  const dot = fileName.lastIndexOf('.')
  return dot > 0 && FILE_EXTENSIONS[type].includes(fileName.slice(dot + 1).toLowerCase())
}

function containsText(content: Uint8Array, text: string): boolean {
  const wanted = Array.from(text, letter => letter.charCodeAt(0))
  const [first = 0] = wanted
  for (let at = content.indexOf(first); at !== -1; at = content.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => content[at + index] === byte)) return true
  }
  return false
}

/** What a review needs at least: of a person an identity and an address document, of a company its registration. */
export function isComplete(kinds: readonly DocumentKind[], owner: 'person' | 'corporation'): boolean {
  return owner === 'person'
    ? kinds.includes('id-front') && kinds.includes('proof-of-address')
    : kinds.includes('company-registration')
}
