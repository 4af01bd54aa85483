/**
 * What follows an authorization in another currency than the card's: the worked example of docs/exchange-rates.md, which
 * rate counts, and random rates over a purchase that is cleared and refunded in full.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Authorization } from '@openissuer/core/authorization/authorization.ts'
import { amount, formatDecimal } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ledgerViolations } from '../../../../../test/support/ledger-invariants.ts'
import {
  accountOf,
  authorizationOf,
  lifecycleOf,
  newMessage,
  onCard,
  refusalOf,
} from '../../../../../test/support/lifecycle.ts'
import {
  addLoadedCard,
  addPartner,
  addProgram,
  createUseCases,
  purchase,
  type UseCases,
  usd,
} from '../../../../../test/support/use-cases.ts'
import { addExchangeRate } from '../add-exchange-rate.ts'
import { incrementAuthorization } from './increment-authorization.ts'
import type { Answer } from './message.ts'
import { reverseAuthorization } from './reverse-authorization.ts'

const PAGE = join(import.meta.dirname, '../../../../../docs/exchange-rates.md')

const [EUR, JPY] = [currency('EUR'), currency('JPY')]
const eur = (minor: bigint) => amount(minor, EUR)
const yen = (minor: bigint) => amount(minor, JPY)

let useCases: UseCases
let after: ReturnType<typeof lifecycleOf>

beforeEach(async () => {
  useCases = await createUseCases()
  after = lifecycleOf(useCases)
  await addProgram(useCases)
  await useCases.pool.query('update card_program set fx_markup_bps = 200, foreign_fee_bps = 150')
})

afterEach(async () => {
  expect(await ledgerViolations(useCases.pool)).toEqual([])
  await useCases.close()
})

async function addRate(base: string, quote: string, rate: string, validFrom: string) {
  const line = { base: currency(base), quote: currency(quote), rate, source: 'test' }
  await useCases.run(work => addExchangeRate(work, { ...line, validFrom: Temporal.Instant.from(validFrom) }))
  useCases.ports.rates.forget()
}

/** A card with 500.00 USD. */
const newCard = async () => addLoadedCard(useCases, await addPartner(useCases), 50_000n)

function increment({ partnerId, authorizationId }: Authorization, minor: bigint) {
  const message = { ...newMessage(partnerId), original: { authorizationId }, amount: eur(minor) }
  return useCases.run(work => incrementAuthorization(work, message))
}

function reverse({ partnerId, authorizationId }: Authorization, minor: bigint) {
  const message = { ...newMessage(partnerId), original: { authorizationId }, amount: eur(minor) }
  return useCases.run(work => reverseAuthorization(work, message))
}

/** The lines of the table under the heading, without its head. */
async function documentedLines(): Promise<string[][]> {
  const page = await readFile(PAGE, 'utf8')
  const [, example = ''] = page.split('## A worked example')
  const lines = example.split('\n').filter(line => line.startsWith('|'))
  return lines.slice(2).map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}

test('the worked example of docs/exchange-rates.md is what happens', async () => {
  const card = await newCard()
  const { partnerId } = card
  await addRate('USD', 'JPY', '150', '2026-05-01T00:00:00Z')
  await addRate('EUR', 'USD', '1.08', '2026-05-01T00:00:00Z')
  await addRate('EUR', 'USD', '1.1', '2026-05-24T00:00:00Z')
  await addRate('EUR', 'USD', '1.12', '2026-05-26T00:00:00Z')
  const authorize = (changes: Parameters<typeof purchase>[3]) => purchase(useCases, card, 0n, changes)
  let of: Authorization | undefined
  const current = () => of ?? expect.fail('nothing was authorized')
  const steps: (() => Promise<Authorization | Answer>)[] = [
    async () => (of = await authorize({ transactionAmount: eur(10_000n) })),
    () => increment(current(), 5_000n),
    () => reverse(current(), 5_000n),
    () => {
      useCases.clock.set('2026-05-24T12:00:00Z')
      return after.clear(partnerId, current(), eur(10_000n), { final: true })
    },
    () => {
      useCases.clock.set('2026-05-26T12:00:00Z')
      return after.refund(partnerId, current(), eur(10_000n))
    },
    async () => (of = await authorize({ transactionAmount: yen(3_000n) })),
    () => after.clear(partnerId, current(), yen(3_000n), { billingAmount: usd(2_010n) }),
    () => after.reverse(current()),
    async () => (of = await authorize({ transactionAmount: eur(1_000n), billingAmount: usd(1_125n) })),
    () => after.clear(partnerId, current(), eur(1_000n), { final: true }),
  ]
  const played: string[][] = []
  for (const step of steps) {
    const made = await step()
    const { billingAmount } = 'event' in made ? made.event : made
    const conversionRate = 'event' in made ? made.event.effect?.conversionRate : made.conversionRate
    const fee = 'event' in made ? (made.event.effect?.fee.minor ?? 0n) : 0n
    const { balance = 0n, held = 0n } = (await accountOf(useCases, card)) ?? {}
    const amounts = [billingAmount.minor, fee, balance, held, balance - held].map(minor => formatDecimal(usd(minor)))
    played.push([conversionRate ?? '', ...amounts])
    expect(await ledgerViolations(useCases.pool)).toEqual([])
  }
  expect((await documentedLines()).map(([, ...cells]) => cells)).toEqual(played)
})

describe('an authorization in another currency', () => {
  beforeEach(() => addRate('EUR', 'USD', '1.08', '2026-05-01T00:00:00Z'))

  test.each([1n, 3n, 333n, 9_999n, 12_345n])('of %s is released exactly by a reversal of as much', async minor => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount: eur(minor) })
    await addRate('EUR', 'USD', '1.3', '2026-05-22T00:00:00Z')
    const { event } = await reverse(authorization, minor)
    expect(event.billingAmount).toEqual(authorization.held)
    expect((await authorizationOf(useCases, authorization)).status).toBe('closed')
  })

  test('in parts and increments is released to the last minor unit', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount: eur(1_004n) })
    // 11.06 for 10.04: by that ratio each 0.05 is 0.06, and 0.15 only 0.17
    for (const _ of [1, 2, 3]) await increment(authorization, 5n)
    expect((await authorizationOf(useCases, authorization)).held).toEqual(usd(1_124n))
    await reverse(authorization, 1_004n)
    expect((await reverse(authorization, 15n)).event.billingAmount).toEqual(usd(18n))
    expect((await authorizationOf(useCases, authorization)).status).toBe('closed')
  })

  test('is released by a reversal of what a clearing at a higher rate has left', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) })
    await addRate('EUR', 'USD', '1.2', '2026-05-22T00:00:00Z')
    await after.clear(card.partnerId, authorization, eur(5_000n))
    expect(await refusalOf(reverse(authorization, 4_999n))).toBe('reversal-exceeds-hold')
    // 110.16 held, 61.20 cleared
    expect((await reverse(authorization, 5_000n)).event.billingAmount).toEqual(usd(4_896n))
    expect((await authorizationOf(useCases, authorization)).status).toBe('closed')
  })

  test('that was approved in part is released by a reversal of all that was asked for', async () => {
    const card = await newCard()
    const wishes = { transactionAmount: eur(100_000n), partialApproval: true }
    const authorization = await purchase(useCases, card, 0n, wishes)
    expect(authorization.held).toEqual(usd(50_000n))
    expect((await reverse(authorization, 100_000n)).event.billingAmount).toEqual(usd(50_000n))
  })

  test('is not released as a whole where an increment came in the currency of the card', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) })
    await after.increment(authorization, 1_000n)
    expect((await reverse(authorization, 10_000n)).event.billingAmount).toEqual(usd(11_016n))
    expect(await authorizationOf(useCases, authorization)).toMatchObject({ held: usd(1_000n), status: 'open' })
  })

  test('keeps the rest of its hold after a clearing at a lower rate, unless that is final', async () => {
    const card = await newCard()
    const [open, closed] = [
      await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) }),
      await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) }),
    ]
    await addRate('EUR', 'USD', '1.05', '2026-05-22T00:00:00Z')
    await after.clear(card.partnerId, open, eur(10_000n))
    await after.clear(card.partnerId, closed, eur(10_000n), { final: true })
    // 110.16 held, 107.10 cleared
    expect(await authorizationOf(useCases, open)).toMatchObject({ held: usd(306n), status: 'open' })
    expect(await authorizationOf(useCases, closed)).toMatchObject({ held: usd(0n), status: 'closed' })
  })

  test('is cleared above its hold at a higher rate, which is not forced within the tolerance', async () => {
    const card = await newCard()
    const authorization = await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) })
    await addRate('EUR', 'USD', '1.1', '2026-05-22T00:00:00Z')
    const { event } = await after.clear(card.partnerId, authorization, eur(10_000n))
    expect(event).toMatchObject({ billingAmount: usd(11_220n), effect: { forced: false, hold: -11_016n } })
    expect((await authorizationOf(useCases, authorization)).status).toBe('closed')
  })
})

describe('without a rate of the day', () => {
  test('a clearing and a refund keep to the ratio of their authorization', async () => {
    const card = await newCard()
    const stated = { transactionAmount: eur(1_000n), billingAmount: usd(1_125n) }
    const authorization = await purchase(useCases, card, 0n, stated)
    const clearing = await after.clear(card.partnerId, authorization, eur(400n))
    const refund = await after.refund(card.partnerId, authorization, eur(200n))
    expect([clearing, refund].map(({ event }) => [event.billingAmount, event.effect?.conversionRate])).toEqual([
      [usd(450n), '1.125'],
      [usd(225n), '1.125'],
    ])
  })

  test('nothing else says how to convert: not another currency, not a decline, not a card', async () => {
    const card = await newCard()
    const declined = await purchase(useCases, card, 0n, { transactionAmount: eur(1_000n) })
    const approved = await purchase(useCases, card, 0n, { transactionAmount: yen(1_000n), billingAmount: usd(660n) })
    const { partnerId } = card
    expect(declined.declineReason).toBe('no-exchange-rate')
    expect(await refusalOf(after.clear(partnerId, declined, eur(1_000n)))).toBe('no-exchange-rate')
    expect(await refusalOf(after.clear(partnerId, approved, eur(1_000n)))).toBe('no-exchange-rate')
    expect(await refusalOf(after.clear(partnerId, onCard(card), eur(1_000n)))).toBe('no-exchange-rate')
    expect(await refusalOf(increment(approved, 100n))).toBe('no-exchange-rate')
    expect(await refusalOf(reverse(approved, 100n))).toBe('no-exchange-rate')
  })

  test('what the network has converted posts also after a decline', async () => {
    const card = await newCard()
    const declined = await purchase(useCases, card, 0n, { transactionAmount: eur(1_000n) })
    const { event } = await after.clear(card.partnerId, declined, eur(1_000n), { billingAmount: usd(1_100n) })
    expect(event).toMatchObject({ billingAmount: usd(1_100n), effect: { forced: true, conversionRate: '1.1' } })
  })
})

describe('a refund after the rate has risen', () => {
  /** 100.00 EUR, cleared at 1.08 × 1.02; then a euro is 1.2 × 1.02. */
  async function clearedPurchase() {
    const card = await newCard()
    await addRate('EUR', 'USD', '1.08', '2026-05-01T00:00:00Z')
    const authorization = await purchase(useCases, card, 0n, { transactionAmount: eur(10_000n) })
    await after.clear(card.partnerId, authorization, eur(10_000n))
    await addRate('EUR', 'USD', '1.2', '2026-05-22T00:00:00Z')
    const refund = (minor: bigint, changes = {}) => after.refund(card.partnerId, authorization, eur(minor), changes)
    return { card, authorization, refund }
  }

  test('in parts gives back all that was cleared, and not more', async () => {
    const { authorization, refund } = await clearedPurchase()
    expect((await refund(5_000n)).event).toMatchObject({
      billingAmount: usd(6_120n),
      effect: { conversionRate: '1.224' },
    })
    expect((await refund(5_000n)).event).toMatchObject({
      billingAmount: usd(4_896n),
      effect: { conversionRate: '0.9792' },
    })
    expect((await authorizationOf(useCases, authorization)).refunded).toEqual(usd(11_016n))
    expect(await refusalOf(refund(1n))).toBe('refund-exceeds-cleared')
  })

  test('of more than was cleared is refused in both currencies', async () => {
    const { refund } = await clearedPurchase()
    expect(await refusalOf(refund(10_001n))).toBe('refund-exceeds-cleared')
    expect(await refusalOf(refund(10_000n, { billingAmount: usd(11_017n) }))).toBe('refund-exceeds-cleared')
  })

  test('may be given again once it was taken back', async () => {
    const { card, refund } = await clearedPurchase()
    await after.reverseRefund(card.partnerId, await refund(10_000n))
    expect((await refund(10_000n)).event.billingAmount).toEqual(usd(11_016n))
  })

  test('of an authorized credit gives back what was authorized', async () => {
    const card = await newCard()
    await addRate('EUR', 'USD', '1.08', '2026-05-01T00:00:00Z')
    const credit = await purchase(useCases, card, 0n, { transactionAmount: eur(1_000n), purpose: 'refund' })
    await addRate('EUR', 'USD', '1.2', '2026-05-22T00:00:00Z')
    const { event } = await after.refund(card.partnerId, credit, eur(1_000n))
    expect(event.billingAmount).toEqual(credit.billingAmount)
  })

  test('on a card alone follows the rate of its day', async () => {
    const { card } = await clearedPurchase()
    const { event } = await after.refund(card.partnerId, onCard(card), eur(1_000n))
    expect(event.billingAmount).toEqual(usd(1_224n))
  })
})

test('a purchase that is cleared and refunded in full costs its fee and what the rate has fallen, whatever the rates', async () => {
  const card = await addLoadedCard(useCases, await addPartner(useCases, { openingBalance: 5_000_000n }), 5_000_000n)
  const { partnerId } = card
  let hour = 0
  const nextHour = () => {
    hour += 1
    const now = Temporal.Instant.from('2026-06-01T00:00:00Z').add({ hours: hour }).toString()
    useCases.clock.set(now)
    return now
  }
  const anyRate = fc.integer({ min: 2_000, max: 50_000 }).map(tenThousandths => (tenThousandths / 10_000).toFixed(4))
  const anyLife = fc.record({
    foreign: fc.constantFrom('EUR', 'JPY', 'KWD'),
    inverse: fc.boolean(),
    minor: fc.bigInt({ min: 100n, max: 2_000n }),
    rates: fc.tuple(anyRate, anyRate, anyRate),
    markupBps: fc.nat({ max: 1_000 }),
    final: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(anyLife, async ({ foreign, inverse, minor, rates, markupBps, final }) => {
      await useCases.pool.query('delete from exchange_rate')
      await useCases.pool.query('update card_program set fx_markup_bps = $1', [markupBps])
      const [base, quote] = inverse ? ['USD', foreign] : [foreign, 'USD']
      const nextDay = async (rate: string) => addRate(base, quote, rate, nextHour())
      const before = (await accountOf(useCases, card))?.balance ?? 0n
      const transactionAmount = amount(minor, currency(foreign))

      await nextDay(rates[0])
      const authorization = await purchase(useCases, card, 0n, { transactionAmount })
      expect(authorization.declineReason).toBeNull()
      await nextDay(rates[1])
      const { event: cleared } = await after.clear(partnerId, authorization, transactionAmount, { final })
      await nextDay(rates[2])
      const { event: refunded } = await after.refund(partnerId, authorization, transactionAmount)
      const { held } = await authorizationOf(useCases, authorization)
      if (held.minor > 0n) await after.reverse(authorization)

      expect(refunded.billingAmount.minor <= cleared.billingAmount.minor).toBe(true)
      const fee = cleared.effect?.fee.minor ?? 0n
      const lost = cleared.billingAmount.minor - refunded.billingAmount.minor
      expect(await accountOf(useCases, card)).toMatchObject({ balance: before - fee - lost, held: 0n })
      expect(await ledgerViolations(useCases.pool)).toEqual([])
      await after.refund(partnerId, onCard(card), usd(fee + lost + 1n))
    }),
    { numRuns: 25 },
  )
})
