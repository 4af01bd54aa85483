/**
 * docs/authorization.md shows the magic amounts of the code. When this fails, the rows in the message are those to put there.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MAGIC_AMOUNTS } from '@openissuer/core/authorization/magic-amount.ts'
import { amount, formatDecimal } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { expect, test } from 'vitest'

const PAGE = join(import.meta.dirname, '../../docs/authorization.md')

test('docs/authorization.md has the magic amounts of the code, row by row', async () => {
  const rows = Object.entries(MAGIC_AMOUNTS).map(
    ([reason, minor]) => `| ${minor} | ${formatDecimal(amount(minor, currency('USD')))} | \`${reason}\` |`,
  )
  const page = await readFile(PAGE, 'utf8')
  expect(page.split('\n').filter(line => line.startsWith('| 990'))).toEqual(rows)
})
