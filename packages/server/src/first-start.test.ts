import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createUseCases, type UseCases } from '../../../test/support/use-cases.ts'
import { setUpFirstStart } from './first-start.ts'

let useCases: UseCases
let dataFolder: string

beforeEach(async () => {
  useCases = await createUseCases()
  dataFolder = await mkdtemp(join(tmpdir(), 'openissuer-first-start-'))
})

afterEach(async () => {
  await useCases.close()
  await rm(dataFolder, { recursive: true })
})

const setUp = (mode: 'sandbox' | 'live') =>
  setUpFirstStart(
    { ...useCases.ports, mode },
    {
      dataFolder,
      hash: text => new TextEncoder().encode(text),
      programNumbers: () => ({ packageNo: 'P1', cardBinNo: 'B1' }),
    },
  )

const filedRates = () => useCases.ports.storage.read.exchangeRates({ offset: 0, limit: 100 })

test('a sandbox starts with example rates to US dollars, valid from then on in both directions', async () => {
  expect(await setUp('sandbox')).toMatch(/^op_/)
  const { rows } = await filedRates()
  expect(new Set(rows.map(({ quote, source }) => `${quote} ${source}`))).toEqual(new Set(['USD sandbox example']))
  const now = useCases.clock.now()
  for (const code of ['EUR', 'GBP', 'JPY', 'CNY', 'HKD', 'BRL', 'KWD']) {
    for (const [base, quote] of [
      [code, 'USD'],
      ['USD', code],
    ] as const) {
      const line = await useCases.ports.storage.read.exchangeRateAt(currency(base), currency(quote), now)
      expect(line?.base).toBe(code)
    }
  }
})

test('a second start adds nothing', async () => {
  await setUp('sandbox')
  const { total } = await filedRates()
  expect(await setUp('sandbox')).toBeUndefined()
  expect((await filedRates()).total).toBe(total)
})

test('a live issuer starts without rates', async () => {
  await setUp('live')
  expect((await filedRates()).total).toBe(0)
})
