import { describe, expect, test } from 'vitest'
import { type DocumentKind, type FileType, fileTypeOf, hasExtensionOf, isComplete } from './document.ts'

const bytes = (text: string) => Uint8Array.from(text, letter => letter.charCodeAt(0))

describe('the type of a file', () => {
  test.each<[FileType, string]>([
    ['pdf', '%PDF-1.7\n'],
    ['jpeg', '\xff\xd8\xff\xe0\x00\x10JFIF'],
    ['png', '\x89PNG\r\n\x1a\n'],
    ['doc', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    ['docx', 'PK\x03\x04 [Content_Types].xml wwword/document.xml'],
  ])('%s is known by its content', (type, content) => expect(fileTypeOf(bytes(content))).toBe(type))

  test.each(['', '%PDF', 'MZ\x90\x00', '#!/bin/sh', '<svg xmlns="">', 'PK\x03\x04 evil.exe', ' %PDF-1.7', 'GIF89a'])(
    '%j is none of them',
    content => expect(fileTypeOf(bytes(content))).toBeUndefined(),
  )

  test.each<[string, FileType, boolean]>([
    ['test.png', 'png', true],
    ['SCAN.JPEG', 'jpeg', true],
    ['scan.png.pdf', 'pdf', true],
    ['scan.pdf', 'png', false],
    ['.png', 'png', false],
    ['png', 'png', false],
    ['letter.doc', 'docx', false],
  ])('%s as %s: %s', (name, type, fits) => expect(hasExtensionOf(name, type)).toBe(fits))
})

test('a person is proven by identity and address, a company by its registration', () => {
  const complete = (owner: 'person' | 'corporation', ...kinds: DocumentKind[]) => isComplete(kinds, owner)
  expect(complete('person', 'id-front')).toBe(false)
  expect(complete('person', 'id-back', 'proof-of-address')).toBe(false)
  expect(complete('person', 'proof-of-address', 'selfie', 'id-front')).toBe(true)
  expect(complete('corporation', 'id-front', 'proof-of-address')).toBe(false)
  expect(complete('corporation', 'company-registration')).toBe(true)
})
