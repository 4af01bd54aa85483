import { decisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { stackControls } from '@openissuer/core/limits/merchant-controls.ts'
import { amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import { describe, expect, test } from 'vitest'
import type { AuthorizationMessage, BatchAccount, BatchCard, LoadedBatch } from './batch.ts'
import { type Ahead, copyOf, createForecast, isAsExpected } from './forecast.ts'

const USD = currency('USD')
const usd = (minor: bigint) => amount(minor, USD)
const TIME = decisionTime(Temporal.Instant.from('2026-05-22T12:00:00Z'))

const LIMIT: LimitTerms = {
  dailyCount: 5,
  singleAmount: usd(100n),
  dailyAmount: usd(200n),
  monthlyAmount: usd(300n),
  totalAmount: usd(400n),
}
const ACCOUNT: BatchAccount = { accountId: 3n, currency: USD, balanceMinor: 900n, heldMinor: 10n, forcedMinor: 0n }
const CARD: BatchCard = {
  card: { cardId: 2n, token: '450620141926', bin: '658704', lastFour: '0001', remark: null },
  currency: USD,
  status: 'active',
  expiry: { year: 2029, month: 5 },
  limit: LIMIT,
  controls: [],
  spendLimits: [],
  holdDays: 7,
  longHoldDays: 30,
  dayCount: 1,
  dayMinor: 10n,
  monthMinor: 20n,
  totalMinor: 30n,
}

const loadedOf = (changes: { account?: Partial<BatchAccount>; card?: Partial<BatchCard> } = {}): LoadedBatch => ({
  accounts: new Map([[3n, { ...ACCOUNT, ...changes.account }]]),
  cards: new Map([[2n, { ...CARD, ...changes.card }]]),
  spendLimitUse: new Map(),
  recorded: new Map(),
})
const aheadOf = (before: LoadedBatch): Ahead => ({
  time: TIME,
  before,
  after: copyOf(before),
  result: { outcomes: [], writes: { decided: [], accounts: [], cards: [], limitUse: [] } },
})
const messageOn = (accountId: bigint, cardId: bigint) => ({ accountId, cardId }) as AuthorizationMessage

describe('what was decided ahead', () => {
  test('stands where the read finds the same', () => {
    expect(isAsExpected(aheadOf(loadedOf()), loadedOf(), TIME)).toBe(true)
  })

  test.each<[string, Partial<BatchAccount>]>([
    ['currency', { currency: currency('EUR') }],
    ['balance', { balanceMinor: 901n }],
    ['hold', { heldMinor: 11n }],
    ['forced amount', { forcedMinor: 1n }],
  ])('falls with another %s of the account', (_what, account) => {
    expect(isAsExpected(aheadOf(loadedOf()), loadedOf({ account }), TIME)).toBe(false)
  })

  test.each<[string, Partial<BatchCard>]>([
    ['status', { status: 'blocked' }],
    ['currency', { currency: currency('EUR') }],
    ['year of expiry', { expiry: { year: 2030, month: 5 } }],
    ['month of expiry', { expiry: { year: 2029, month: 6 } }],
    ['life of holds', { holdDays: 8 }],
    ['life of long holds', { longHoldDays: 31 }],
    ['number of purchases', { dayCount: 2 }],
    ['use of the day', { dayMinor: 11n }],
    ['use of the month', { monthMinor: 21n }],
    ['use of its life', { totalMinor: 31n }],
    ['token', { card: { ...CARD.card, token: '1' } }],
    ['BIN', { card: { ...CARD.card, bin: '1' } }],
    ['last four', { card: { ...CARD.card, lastFour: '2' } }],
    ['remark', { card: { ...CARD.card, remark: 'x' } }],
    ['limit: none', { limit: null }],
    ['daily count', { limit: { ...LIMIT, dailyCount: 6 } }],
    ['single amount', { limit: { ...LIMIT, singleAmount: usd(101n) } }],
    ['daily amount', { limit: { ...LIMIT, dailyAmount: usd(201n) } }],
    ['monthly amount', { limit: { ...LIMIT, monthlyAmount: usd(301n) } }],
    ['total amount', { limit: { ...LIMIT, totalAmount: null } }],
    [
      'control',
      { controls: stackControls([{ partnerId: 1n, controlId: 1n, name: 'x', scope: { kind: 'card', id: 2n } }]) },
    ],
  ])('falls with another %s of the card', (_what, card) => {
    expect(isAsExpected(aheadOf(loadedOf()), loadedOf({ card }), TIME)).toBe(false)
  })

  test('falls where a message was recorded before, or the time is another', () => {
    const recorded = { ...loadedOf(), recorded: new Map([['key', { reversedEarly: true } as const]]) }
    expect(isAsExpected(aheadOf(loadedOf()), recorded, TIME)).toBe(false)
    expect(isAsExpected(aheadOf(loadedOf()), loadedOf(), decisionTime(TIME.instant))).toBe(false)
  })

  test('falls where the read finds more or less', () => {
    const more = { ...loadedOf(), accounts: new Map([...loadedOf().accounts, [4n, { ...ACCOUNT, accountId: 4n }]]) }
    expect(isAsExpected(aheadOf(loadedOf()), more, TIME)).toBe(false)
    expect(isAsExpected(aheadOf(more), loadedOf(), TIME)).toBe(false)
    expect(isAsExpected(aheadOf(loadedOf()), { ...loadedOf(), cards: new Map() }, TIME)).toBe(false)
  })
})

describe('a forecast', () => {
  test('knows what batches have left, and nothing else', () => {
    const forecast = createForecast()
    expect(forecast.expected([messageOn(3n, 2n)])).toBeUndefined()
    forecast.learn(loadedOf())
    expect(forecast.expected([messageOn(3n, 2n)])).toEqual(loadedOf())
    expect(forecast.expected([messageOn(3n, 2n), messageOn(3n, 9n)])).toBeUndefined()
    expect(forecast.expected([messageOn(9n, 2n)])).toBeUndefined()
    forecast.learn(loadedOf({ account: { heldMinor: 77n } }))
    expect(forecast.expected([messageOn(3n, 2n)])?.accounts.get(3n)?.heldMinor).toBe(77n)
    forecast.forget()
    expect(forecast.expected([messageOn(3n, 2n)])).toBeUndefined()
  })

  test('does not know cards under controls or spend limits: other lanes move what they share', () => {
    const forecast = createForecast()
    forecast.learn(loadedOf())
    const controls = stackControls([{ partnerId: 1n, controlId: 1n, name: 'x', scope: { kind: 'card', id: 2n } }])
    forecast.learn(loadedOf({ card: { controls } }))
    expect(forecast.expected([messageOn(3n, 2n)])).toBeUndefined()
  })

  test('stays small', () => {
    const forecast = createForecast()
    for (let cardId = 1n; cardId <= 20_000n; cardId++) {
      forecast.learn({ ...loadedOf(), cards: new Map([[cardId, CARD]]) })
    }
    const known = Array.from({ length: 20_000 }, (_, index) => messageOn(3n, BigInt(index + 1))).filter(
      message => forecast.expected([message]) !== undefined,
    )
    expect(known.length).toBeGreaterThan(0)
    expect(known.length).toBeLessThan(8_200)
  })
})
