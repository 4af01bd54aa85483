import { currency } from '@openissuer/core/money/currency.ts'
import type { ExchangeRate } from '@openissuer/core/money/exchange-rate.ts'
import { beforeEach, describe, expect, test } from 'vitest'
import { createExchangeRates } from './exchange-rates.ts'
import type { ExchangeRates } from './ports.ts'

const [EUR, GBP, USD] = [currency('EUR'), currency('GBP'), currency('USD')]
const NOON = Temporal.Instant.from('2026-05-22T12:00:00Z')
const later = (milliseconds: number) => NOON.add({ milliseconds })

const lineOf = (rate: string): ExchangeRate => ({ base: EUR, quote: USD, rate, validFrom: NOON, source: 'test' })

let rates: ExchangeRates
let filed: ExchangeRate | undefined
let failing: Error | undefined
let reads: number
let elapsedMs: number

beforeEach(() => {
  filed = lineOf('1.08')
  failing = undefined
  reads = 0
  elapsedMs = 5_000
  const read = {
    async exchangeRateAt() {
      reads += 1
      if (failing !== undefined) throw failing
      return filed
    },
  }
  rates = createExchangeRates(read, () => elapsedMs)
})

describe('a pair', () => {
  test('is read once for all who ask within a second', async () => {
    expect(await Promise.all([rates.at(EUR, USD, NOON), rates.at(EUR, USD, NOON)])).toEqual([filed, filed])
    elapsedMs += 999
    expect(await rates.at(EUR, USD, later(999))).toEqual(filed)
    expect(reads).toBe(1)
  })

  test('is read again after a second, so that what another process has added is heard of', async () => {
    await rates.at(EUR, USD, NOON)
    filed = lineOf('1.10')
    elapsedMs += 1_000
    expect((await rates.at(EUR, USD, NOON))?.rate).toBe('1.10')
  })

  test('is read again where the clock has moved by a second, or back', async () => {
    await rates.at(EUR, USD, NOON)
    await rates.at(EUR, USD, later(1_000))
    expect(reads).toBe(2)
    await rates.at(EUR, USD, later(-1))
    expect(reads).toBe(3)
  })

  test('without a rate is not asked for each time either', async () => {
    filed = undefined
    expect(await rates.at(EUR, USD, NOON)).toBeUndefined()
    expect(await rates.at(EUR, USD, NOON)).toBeUndefined()
    expect(reads).toBe(1)
  })

  test('is kept apart from others, and from its inverse', async () => {
    for (const [base, quote] of [
      [EUR, USD],
      [USD, EUR],
      [GBP, USD],
    ] as const) {
      await rates.at(base, quote, NOON)
    }
    expect(reads).toBe(3)
  })

  test('that could not be read fails those who asked, and is read again for the next', async () => {
    failing = new Error('connection lost')
    await expect(rates.at(EUR, USD, NOON)).rejects.toThrow('connection lost')
    failing = undefined
    expect(await rates.at(EUR, USD, NOON)).toEqual(filed)
  })
})

test('what this process has added counts at once, also over a reading that was under way', async () => {
  const before = rates.at(EUR, USD, NOON)
  filed = lineOf('1.10')
  rates.forget()
  expect((await rates.at(EUR, USD, NOON))?.rate).toBe('1.10')
  await before
  expect((await rates.at(EUR, USD, NOON))?.rate).toBe('1.10')
})
