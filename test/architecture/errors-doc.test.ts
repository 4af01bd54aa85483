/**
 * docs/errors.md shows what the code's own tables say. When this fails, the table in the message is the one to put there.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DOMAIN_ERROR_CODES, DOMAIN_ERRORS, DomainError } from '@openissuer/core/errors.ts'
import { expect, test } from 'vitest'
import { statusText } from '../../packages/server/src/dialects/keysecure/dictionary.ts'
import { CODE_OF_DOMAIN_ERROR } from '../../packages/server/src/dialects/keysecure/errors.ts'
import { wireErrorOf } from '../../packages/server/src/dialects/pagsmile/errors.ts'
import { statusOf } from '../../packages/server/src/operator/errors.ts'

const PAGE = join(import.meta.dirname, '../../docs/errors.md')

function tableOfTheCode(): string[] {
  const rows = DOMAIN_ERROR_CODES.map(code => {
    const { httpStatus, code: wireCode, subCode, subMsg } = wireErrorOf(new DomainError(code))
    const keysecure = CODE_OF_DOMAIN_ERROR[code]
    return [
      `\`${code}\``,
      DOMAIN_ERRORS[code],
      String(statusOf(code)),
      `${httpStatus} ${wireCode} \`${subCode}\` ${subMsg}`,
      `${keysecure} ${statusText(keysecure, 'en_US')}`,
    ]
  })
  const head = [
    ['Code', 'What it says', 'Operator API', 'Pagsmile', 'KeySecure'],
    ['---', '---', '---', '---', '---'],
  ]
  return [...head, ...rows].map(cells => `| ${cells.join(' | ')} |`)
}

test('docs/errors.md has the catalogue of the code, row by row', async () => {
  const page = await readFile(PAGE, 'utf8')
  expect(page.split('\n').filter(line => line.startsWith('|'))).toEqual(tableOfTheCode())
})
