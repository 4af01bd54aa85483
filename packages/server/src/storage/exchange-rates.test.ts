import { currency } from '@openissuer/core/money/currency.ts'
import type { ExchangeRate } from '@openissuer/core/money/exchange-rate.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createUseCases, type UseCases } from '../../../../test/support/use-cases.ts'
import type { ExchangeRateFilter } from '../app/ports.ts'

const [EUR, GBP, JPY, USD] = [currency('EUR'), currency('GBP'), currency('JPY'), currency('USD')]
const DAYS = ['2026-05-20T00:00:00Z', '2026-05-21T00:00:00Z', '2026-05-22T00:00:00Z'] as const

let useCases: UseCases

beforeEach(async () => {
  useCases = await createUseCases()
})

afterEach(() => useCases.close())

function line(base: ExchangeRate['base'], quote: ExchangeRate['quote'], rate: string, validFrom: string): ExchangeRate {
  return { base, quote, rate, validFrom: Temporal.Instant.from(validFrom), source: 'test' }
}

const insert = (added: ExchangeRate) => useCases.run(work => work.tx.insertExchangeRate(added))

async function rateAt(base: ExchangeRate['base'], quote: ExchangeRate['quote'], at: string) {
  const found = await useCases.ports.storage.read.exchangeRateAt(base, quote, Temporal.Instant.from(at))
  return found && [found.base, found.rate]
}

describe('the rate at an instant', () => {
  test('is the newest that is valid by then, to the millisecond', async () => {
    for (const [index, day] of DAYS.entries()) await insert(line(EUR, USD, `1.0${index}`, day))
    expect(await rateAt(EUR, USD, '2026-05-19T23:59:59.999Z')).toBeUndefined()
    expect(await rateAt(EUR, USD, DAYS[0])).toEqual(['EUR', '1.00'])
    expect(await rateAt(EUR, USD, '2026-05-20T23:59:59.999Z')).toEqual(['EUR', '1.00'])
    expect(await rateAt(EUR, USD, DAYS[1])).toEqual(['EUR', '1.01'])
    expect(await rateAt(EUR, USD, '2030-01-01T00:00:00Z')).toEqual(['EUR', '1.02'])
  })

  test('is that of the inverse pair only while the pair itself has none', async () => {
    await insert(line(USD, JPY, '150', DAYS[0]))
    await insert(line(JPY, USD, '0.0067', DAYS[1]))
    await insert(line(USD, JPY, '151', DAYS[2]))
    expect(await rateAt(JPY, USD, DAYS[0])).toEqual(['USD', '150'])
    expect(await rateAt(JPY, USD, DAYS[1])).toEqual(['JPY', '0.0067'])
    expect(await rateAt(JPY, USD, DAYS[2])).toEqual(['JPY', '0.0067'])
    expect(await rateAt(USD, JPY, DAYS[2])).toEqual(['USD', '151'])
  })

  test('is not worked out over a third currency', async () => {
    await insert(line(EUR, USD, '1.08', DAYS[0]))
    await insert(line(GBP, USD, '1.27', DAYS[0]))
    expect(await rateAt(EUR, GBP, DAYS[2])).toBeUndefined()
  })
})

describe('a line', () => {
  test('is added once; a second of the same pair and instant gets the first and changes nothing', async () => {
    const first = line(EUR, USD, '1.08', DAYS[0])
    expect(await insert(first)).toBeUndefined()
    expect(await insert({ ...first, rate: '1.09', source: 'other' })).toEqual(first)
    expect(await rateAt(EUR, USD, DAYS[0])).toEqual(['EUR', '1.08'])
  })

  test('that two add at once is added by one of them', async () => {
    const added = await Promise.all(['1.08', '1.09', '1.10'].map(rate => insert(line(EUR, USD, rate, DAYS[0]))))
    expect(added.filter(filed => filed === undefined)).toHaveLength(1)
    const [winner] = (await useCases.ports.storage.read.exchangeRates({ offset: 0, limit: 9 })).rows
    expect(added.filter(filed => filed !== undefined)).toEqual([winner, winner])
  })
})

test('lists are newest first, filtered and paged with the number of all', async () => {
  for (const [index, day] of DAYS.entries()) {
    await insert(line(EUR, USD, `1.1${index}`, day))
    await insert(line(USD, JPY, `15${index}`, day))
  }
  const textsOf = async (filter: ExchangeRateFilter) => {
    const { rows, total } = await useCases.ports.storage.read.exchangeRates(filter)
    return [total, rows.map(({ rate }) => rate).join(' ')]
  }
  expect(await textsOf({ offset: 0, limit: 10 })).toEqual([6, '1.12 152 1.11 151 1.10 150'])
  expect(await textsOf({ offset: 2, limit: 3 })).toEqual([6, '1.11 151 1.10'])
  expect(await textsOf({ base: EUR, offset: 0, limit: 10 })).toEqual([3, '1.12 1.11 1.10'])
  expect(await textsOf({ quote: JPY, offset: 1, limit: 1 })).toEqual([3, '151'])
  expect(await textsOf({ base: EUR, quote: JPY, offset: 0, limit: 10 })).toEqual([0, ''])
})
