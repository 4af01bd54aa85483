/** Purchases in another currency than the card's. */
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { accountOf, authorizationOf, refusalOf } from '../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  purchaseOf,
  type UseCases,
  usd,
} from '../../../../test/support/use-cases.ts'
import { addExchangeRate } from './add-exchange-rate.ts'
import { authorize } from './authorize.ts'
import type { Ports } from './ports.ts'

const [EUR, JPY, KWD, USD] = [currency('EUR'), currency('JPY'), currency('KWD'), currency('USD')]
const eur = (minor: bigint) => amount(minor, EUR)

let useCases: UseCases

beforeAll(async () => {
  useCases = await createUseCases()
  await addProgram(useCases)
  await addRate('EUR', 'USD', '1.08', '2026-05-01T00:00:00Z')
  await addRate('EUR', 'USD', '1.1', '2026-06-01T00:00:00Z')
  await addRate('USD', 'JPY', '150', '2026-05-01T00:00:00Z')
  await addRate('KWD', 'USD', '3.2514', '2026-05-01T00:00:00Z')
})

beforeEach(async () => {
  useCases.clock.set('2026-05-22T12:00:00Z')
  await setMarkup(200)
})

afterAll(() => useCases.close())

async function addRate(base: string, quote: string, rate: string, validFrom: string) {
  const line = { base: currency(base), quote: currency(quote), rate, source: 'test' }
  await useCases.run(work => addExchangeRate(work, { ...line, validFrom: Temporal.Instant.from(validFrom) }))
}

const setMarkup = (bps: number) => useCases.pool.query('update card_program set fx_markup_bps = $1', [bps])

/** A card with 500.00 USD. */
const newCard = async () => addLoadedCard(useCases, await addPartner(useCases), 50_000n)

describe('a purchase in another currency', () => {
  test.each([
    // 100.00 EUR × 1.08 × 1.02
    [eur(10_000n), 11_016n, '1.1016'],
    // 3,000 JPY / 150 × 1.02
    [amount(3_000n, JPY), 2_040n, '0.0068'],
    // 1.234 KWD × 3.2514 × 1.02 = 4.0924…
    [amount(1_234n, KWD), 409n, '3.316428'],
  ])('%o holds %s at %s', async (transactionAmount, minor, conversionRate) => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount })
    expect(authorization).toMatchObject({
      transactionAmount,
      billingAmount: usd(minor),
      held: usd(minor),
      conversionRate,
    })
    expect(await authorizationOf(useCases, authorization)).toEqual(authorization)
    expect((await accountOf(useCases, card))?.held).toBe(minor)
    expect(authorization.trace.map(({ check }) => check)).toContain('exchange-rate')
  })

  test('uses the rate of its instant, and the mark-up as it is now', async () => {
    const card = await newCard()
    useCases.clock.set('2026-06-01T00:00:00Z')
    await setMarkup(0)
    expect(await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) })).toMatchObject({
      billingAmount: usd(11_000n),
      conversionRate: '1.1',
    })
  })

  test('is declined for want of money by what it comes to', async () => {
    const card = await newCard()
    const { declineReason, billingAmount } = await purchase(useCases, card, 0n, { transactionAmount: eur(45_389n) })
    expect([declineReason, billingAmount]).toEqual(['insufficient-funds', usd(50_001n)])
    expect((await purchase(useCases, card, 0n, { transactionAmount: eur(45_388n) })).declineReason).toBeNull()
  })

  test.each([
    ['to nothing', amount(1n, currency('IRR')), '0.000024'],
    ['to more than any amount', amount(10n ** 15n, currency('GBP')), '1.27'],
  ])('that converts %s is refused', async (_name, transactionAmount, rate) => {
    await addRate(transactionAmount.currency, 'USD', rate, '2026-05-01T00:00:00Z')
    const card = await newCard()
    expect(await refusalOf(purchase(useCases, card, 0n, { transactionAmount }))).toBe('invalid-amount')
    expect((await accountOf(useCases, card))?.held).toBe(0n)
  })
})

describe('without a rate', () => {
  const transactionAmount = amount(1_000n, currency('XOF'))

  test('a purchase is declined and recorded with nothing to bill', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount, partialApproval: true })
    expect(authorization).toMatchObject({
      declineReason: 'no-exchange-rate',
      transactionAmount,
      billingAmount: usd(0n),
      conversionRate: null,
      status: 'closed',
      held: usd(0n),
    })
    expect(await authorizationOf(useCases, authorization)).toEqual(authorization)
  })

  test('what is wrong with the card comes first', async () => {
    const card = await newCard()
    const cardData = { cvv2: 'mismatch' } as const
    const authorization = await purchase(useCases, card, 0n, { transactionAmount, cardData })
    expect(authorization.declineReason).toBe('cvv2-mismatch')
  })

  test('an advice is recorded and holds nothing', async () => {
    const authorization = await purchase(useCases, await newCard(), 0n, { transactionAmount, advice: true })
    expect(authorization).toMatchObject({ declineReason: null, held: usd(0n), status: 'closed', transactionAmount })
  })

  test('a repetition gets the recorded decline, also when there is a rate by then', async () => {
    const asked = purchaseOf(await newCard(), 0n, { transactionAmount: amount(1_000n, currency('TND')) })
    const first = await authorize(useCases.ports, asked)
    await addRate('TND', 'USD', '0.32', '2026-05-01T00:00:00Z')
    useCases.ports.rates.forget()
    const second = await authorize(useCases.ports, asked)
    expect([first.kind, second.kind]).toEqual(['decided', 'repeated'])
    expect(second).toMatchObject({ authorization: { declineReason: 'no-exchange-rate' } })
  })

  test('a verification needs none', async () => {
    const verification = { purpose: 'verification', transactionAmount: amount(0n, currency('XOF')) } as const
    const authorization = await purchase(useCases, await newCard(), 0n, verification)
    expect(authorization).toMatchObject({ declineReason: null, billingAmount: usd(0n), conversionRate: null })
  })
})

describe('the billing amount of the network', () => {
  test('wins over the table, without mark-up', async () => {
    const stated = { transactionAmount: eur(1_000n), billingAmount: usd(1_125n) }
    expect(await purchase(useCases, await newCard(), 0n, stated)).toMatchObject({
      billingAmount: usd(1_125n),
      held: usd(1_125n),
      conversionRate: '1.125',
    })
  })

  test('does for a currency without a rate', async () => {
    const stated = { transactionAmount: amount(600n, currency('XOF')), billingAmount: usd(100n) }
    const authorization = await purchase(useCases, await newCard(), 0n, stated)
    expect(authorization).toMatchObject({ declineReason: null, held: usd(100n), conversionRate: '0.00166666666667' })
  })

  test.each([
    [
      "in another currency than the card's",
      { transactionAmount: eur(100n), billingAmount: eur(100n) },
      'unknown-currency',
    ],
    ['of nothing', { transactionAmount: eur(100n), billingAmount: usd(0n) }, 'invalid-amount'],
    ['that differs in one currency', { transactionAmount: usd(100n), billingAmount: usd(101n) }, 'invalid-amount'],
    [
      'above the largest amount',
      { transactionAmount: eur(100n), billingAmount: usd(10n ** 15n + 1n) },
      'invalid-amount',
    ],
    [
      'of a verification',
      { purpose: 'verification', transactionAmount: eur(0n), billingAmount: usd(1n) },
      'invalid-amount',
    ],
  ] as const)('%s is refused', async (_name, stated, code) => {
    expect(await refusalOf(purchase(useCases, await newCard(), 0n, stated))).toBe(code)
  })
})

test('within one currency no rate is read', async () => {
  const rates: Ports['rates'] = {
    at: () => Promise.reject(new Error('a rate was asked for')),
    forget: () => undefined,
  }
  const { conversionRate } = await purchase({ ports: { ...useCases.ports, rates } }, await newCard(), 100n)
  expect(conversionRate).toBeNull()
  const foreign = purchase({ ports: { ...useCases.ports, rates } }, await newCard(), 0n, { transactionAmount: eur(1n) })
  await expect(foreign).rejects.toThrow('a rate was asked for')
})

describe('a line of the table', () => {
  const valid = { base: EUR, quote: USD, rate: '1.0900', validFrom: null, source: 'desk' }

  test('is valid from now unless it says otherwise, and the same again changes nothing', async () => {
    useCases.clock.set('2026-07-01T00:00:00Z')
    const line = await useCases.run(work => addExchangeRate(work, valid))
    expect(line).toEqual({ ...valid, rate: '1.09', validFrom: useCases.clock.now() })
    expect(await useCases.run(work => addExchangeRate(work, { ...valid, rate: '1.09' }))).toEqual(line)
  })

  test.each([
    ['another rate from the same instant', { rate: '1.091' }, 'duplicate-exchange-rate'],
    ['another source from the same instant', { source: 'other' }, 'duplicate-exchange-rate'],
    ['one currency', { quote: EUR }, 'invalid-field'],
    ['a rate of zero', { rate: '0' }, 'invalid-field'],
    ['thirteen digits', { rate: '1.234567890123' }, 'invalid-field'],
    [
      'an instant before there were cards',
      { validFrom: Temporal.Instant.from('1999-12-31T23:59:59Z') },
      'invalid-field',
    ],
    [
      'an instant that nobody lives to see',
      { validFrom: Temporal.Instant.from('2100-01-01T00:00:00Z') },
      'invalid-field',
    ],
    ['microseconds', { validFrom: Temporal.Instant.from('2026-07-01T00:00:00.000001Z') }, 'invalid-field'],
  ] as const)('with %s is refused', async (_name, changes, code) => {
    useCases.clock.set('2026-07-02T00:00:00Z')
    await useCases.run(work => addExchangeRate(work, valid))
    expect(await refusalOf(useCases.run(work => addExchangeRate(work, { ...valid, ...changes })))).toBe(code)
  })
})
