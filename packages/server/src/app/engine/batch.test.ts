import { type DecisionTime, decisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import { compileSpendLimit, type UsagePolicyName } from '@openissuer/core/limits/spend-limit.ts'
import { type Amount, amount } from '@openissuer/core/money/amount.ts'
import { currency } from '@openissuer/core/money/currency.ts'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AuthorizationMessage,
  type BatchAccount,
  type BatchCard,
  type BatchResult,
  decideBatch,
  type LoadedBatch,
  type RecordedMessage,
} from './batch.ts'

const USD = currency('USD')
const usd = (minor: bigint): Amount => amount(minor, USD)
const TIME = decisionTime(Temporal.Instant.from('2026-05-22T12:00:00Z'))
const FIRST_ID = 1000n

const LIMIT: LimitTerms = {
  dailyCount: 100,
  singleAmount: usd(100_000n),
  dailyAmount: usd(100_000n),
  monthlyAmount: usd(100_000n),
  totalAmount: null,
}

const accountOf = (accountId: bigint, balanceMinor: bigint, changes: Partial<BatchAccount> = {}): BatchAccount => ({
  accountId,
  currency: USD,
  balanceMinor,
  heldMinor: 0n,
  forcedMinor: 0n,
  ...changes,
})

const cardOf = (cardId: bigint, changes: Partial<BatchCard> = {}): BatchCard => ({
  card: { cardId, token: `token-${cardId}`, bin: '658704', lastFour: '0001', remark: null },
  currency: USD,
  status: 'active',
  expiry: { year: 2029, month: 5 },
  limit: null,
  controls: [],
  spendLimits: [],
  holdDays: 7,
  longHoldDays: 30,
  dayCount: 0,
  dayMinor: 0n,
  monthMinor: 0n,
  totalMinor: 0n,
  ...changes,
})

let keys = 0

const messageOf = (minor: bigint, changes: Partial<AuthorizationMessage> = {}): AuthorizationMessage => {
  keys += 1
  return {
    partnerId: 1n,
    cardId: 2n,
    accountId: 3n,
    matchKey: `key-${keys}`,
    inputHash: Uint8Array.of(1),
    purpose: 'purchase',
    transactionAmount: usd(minor),
    billingAmount: usd(minor),
    merchant: { id: null, name: null, mcc: null, country: null, city: null, acquirerId: null },
    entryMode: null,
    cardData: {},
    partialApproval: false,
    advice: false,
    forcedReason: null,
    ...changes,
  }
}

/** One account with `balance`, and its card. */
const loadedOf = (
  balance: bigint,
  card: Partial<BatchCard> = {},
  recorded: readonly (readonly [string, RecordedMessage])[] = [],
): LoadedBatch => ({
  accounts: new Map([[3n, accountOf(3n, balance)]]),
  cards: new Map([[2n, cardOf(2n, card)]]),
  spendLimitUse: new Map(),
  recorded: new Map(recorded),
})

const decided = (messages: readonly AuthorizationMessage[], loaded: LoadedBatch, time = TIME): BatchResult =>
  decideBatch(messages, loaded, time, FIRST_ID, '123456'.repeat(messages.length))

/** What came of each message, in a word. */
const inShort = ({ outcomes }: BatchResult) =>
  outcomes.map(outcome =>
    outcome.kind === 'decided'
      ? (outcome.authorization.declineReason ?? outcome.authorization.held.minor)
      : outcome.kind === 'repeated'
        ? `repeats ${outcome.authorizationId}`
        : outcome.kind,
  )

const authorizationAt = ({ outcomes }: BatchResult, index: number) => {
  const outcome = outcomes[index]
  if (outcome?.kind !== 'decided') throw new Error(`message ${index} was not decided`)
  return outcome.authorization
}

describe('the order of a batch', () => {
  test('is that of the messages: of two of which one fits, the first gets the money', () => {
    const loaded = loadedOf(1000n)
    expect(inShort(decided([messageOf(700n), messageOf(700n)], loaded))).toEqual([700n, 'insufficient-funds'])
    expect(loaded.accounts.get(3n)?.heldMinor).toBe(700n)
  })

  test('matters to a smaller one that comes later', () => {
    const messages = [messageOf(700n), messageOf(700n), messageOf(300n), messageOf(1n)]
    expect(inShort(decided(messages, loadedOf(1000n)))).toEqual([
      700n,
      'insufficient-funds',
      300n,
      'insufficient-funds',
    ])
  })

  test.each([
    ['daily-count-exceeded', { dailyCount: 2 }],
    ['daily-amount-exceeded', { dailyAmount: usd(250n) }],
    ['monthly-amount-exceeded', { monthlyAmount: usd(250n) }],
    ['total-amount-exceeded', { totalAmount: usd(250n) }],
  ] as const)('carries usage along: the third of 1.00 is %s', (reason, narrow) => {
    const loaded = loadedOf(1000n, { limit: { ...LIMIT, ...narrow } })
    const result = decided([messageOf(100n), messageOf(100n), messageOf(100n)], loaded)
    expect(inShort(result)).toEqual([100n, 100n, reason])
    expect(result.writes.cards).toEqual([loaded.cards.get(2n)])
    expect(loaded.cards.get(2n)).toMatchObject({ dayCount: 2, dayMinor: 200n, monthMinor: 200n, totalMinor: 200n })
  })

  test('lets cards on one account share its money, each with usage of its own', () => {
    const loaded: LoadedBatch = {
      accounts: new Map([[3n, accountOf(3n, 1000n)]]),
      cards: new Map([
        [2n, cardOf(2n)],
        [5n, cardOf(5n)],
      ]),
      spendLimitUse: new Map(),
      recorded: new Map(),
    }
    const messages = [messageOf(400n), messageOf(400n, { cardId: 5n }), messageOf(400n)]
    expect(inShort(decided(messages, loaded))).toEqual([400n, 400n, 'insufficient-funds'])
    expect([...loaded.cards.values()].map(card => card.totalMinor)).toEqual([400n, 400n])
    expect(loaded.accounts.get(3n)?.heldMinor).toBe(800n)
  })

  test('starts from what was held and used before', () => {
    const loaded: LoadedBatch = {
      accounts: new Map([[3n, accountOf(3n, 1000n, { heldMinor: 900n })]]),
      cards: new Map([[2n, cardOf(2n, { dayCount: 3, dayMinor: 50n, monthMinor: 60n, totalMinor: 70n })]]),
      spendLimitUse: new Map(),
      recorded: new Map(),
    }
    expect(inShort(decided([messageOf(101n), messageOf(100n)], loaded))).toEqual(['insufficient-funds', 100n])
    expect(loaded.cards.get(2n)).toMatchObject({ dayCount: 4, dayMinor: 150n, monthMinor: 160n, totalMinor: 170n })
  })

  test('gives ids and approval codes by position', () => {
    const messages = [messageOf(1n), messageOf(1n), messageOf(1n)]
    const result = decideBatch(messages, loadedOf(2n), TIME, FIRST_ID, '111111222222333333')
    expect([0, 1, 2].map(index => authorizationAt(result, index).authorizationId)).toEqual([1000n, 1001n, 1002n])
    expect([0, 1, 2].map(index => authorizationAt(result, index).approvalCode)).toEqual(['111111', '222222', null])
  })
})

describe('what is written', () => {
  test('is every decision, and only the accounts and cards that an approval has changed', () => {
    const loaded = loadedOf(0n)
    const result = decided([messageOf(1n), messageOf(0n, { purpose: 'verification' })], loaded)
    expect(inShort(result)).toEqual(['insufficient-funds', 0n])
    expect(result.writes.decided).toHaveLength(2)
    expect(result.writes).toMatchObject({ accounts: [], cards: [] })
  })

  test('names an account and a card once', () => {
    const loaded = loadedOf(1000n)
    const { writes } = decided([messageOf(1n), messageOf(2n), messageOf(3n)], loaded)
    expect(writes.accounts).toEqual([loaded.accounts.get(3n)])
    expect(writes.cards).toEqual([loaded.cards.get(2n)])
  })

  test('is nothing for an empty batch', () => {
    expect(decided([], loadedOf(0n))).toEqual({
      outcomes: [],
      writes: { decided: [], accounts: [], cards: [], limitUse: [] },
    })
  })
})

describe('a repetition', () => {
  test('inside the batch gets the first decision and holds once', () => {
    const message = messageOf(700n)
    const loaded = loadedOf(5000n)
    const result = decided([message, messageOf(1n), { ...message }, { ...message }], loaded)
    expect(inShort(result)).toEqual([700n, 1n, 'repeats 1000', 'repeats 1000'])
    expect(result.writes.decided).toHaveLength(2)
    expect(loaded.accounts.get(3n)?.heldMinor).toBe(701n)
    expect(loaded.cards.get(2n)?.dayCount).toBe(2)
  })

  test('of a decline is the decline, also when the money would suffice by now', () => {
    const message = messageOf(700n)
    expect(inShort(decided([message, message], loadedOf(0n)))).toEqual(['insufficient-funds', 'repeats 1000'])
  })

  test('of what was recorded before comes before every check and changes nothing', () => {
    const message = messageOf(700n, { forcedReason: 'card-lost' })
    const recorded = [[message.matchKey, { inputHash: Uint8Array.of(1), authorizationId: 77n }]] as const
    const loaded = loadedOf(0n, { status: 'closed', expiry: { year: 2020, month: 1 } }, recorded)
    const result = decided([message], loaded)
    expect(inShort(result)).toEqual(['repeats 77'])
    expect(result.writes).toEqual({ decided: [], accounts: [], cards: [], limitUse: [] })
  })

  test('under the same key with another message is a conflict, in the batch or of what was recorded', () => {
    const message = messageOf(700n)
    const other = { ...message, inputHash: Uint8Array.of(2), billingAmount: usd(1n) }
    expect(inShort(decided([message, other], loadedOf(5000n)))).toEqual([700n, 'conflict'])
    for (const inputHash of [Uint8Array.of(2), Uint8Array.of(), Uint8Array.of(1, 1)]) {
      const recorded = [[message.matchKey, { inputHash, authorizationId: 77n }]] as const
      const result = decided([message], loadedOf(5000n, {}, recorded))
      expect(inShort(result)).toEqual(['conflict'])
      expect(result.writes.decided).toEqual([])
    }
  })

  test('of a key that belongs to a message without an authorization is a conflict', () => {
    const message = messageOf(700n)
    const recorded = [[message.matchKey, { inputHash: message.inputHash, authorizationId: null }]] as const
    expect(inShort(decided([message], loadedOf(5000n, {}, recorded)))).toEqual(['conflict'])
  })
})

describe('an advice', () => {
  test('is recorded on a card that would decline it, and says why in its trace', () => {
    const loaded = loadedOf(1000n, { status: 'closed', limit: { ...LIMIT, dailyCount: 0 } })
    const message = messageOf(400n, { advice: true, cardData: { cvv2: 'mismatch' }, forcedReason: 'card-lost' })
    const result = decided([message], loaded)
    expect(authorizationAt(result, 0)).toMatchObject({
      declineReason: null,
      approvalCode: '123456',
      held: usd(400n),
      status: 'open',
      trace: [{ check: 'advice', passed: true }],
    })
    expect(loaded.accounts.get(3n)).toMatchObject({ heldMinor: 400n, forcedMinor: 0n })
    expect(loaded.cards.get(2n)).toMatchObject({ dayCount: 1, dayMinor: 400n })
  })

  test('beyond the money forces the account below zero by what is missing, and no further', () => {
    const loaded = loadedOf(1000n)
    const messages = [messageOf(700n), messageOf(700n, { advice: true }), messageOf(1n)]
    expect(inShort(decided(messages, loaded))).toEqual([700n, 700n, 'insufficient-funds'])
    expect(loaded.accounts.get(3n)).toMatchObject({ heldMinor: 1400n, forcedMinor: 400n })
    expect(inShort(decided([messageOf(50n, { advice: true })], loaded))).toEqual([50n])
    expect(loaded.accounts.get(3n)).toMatchObject({ heldMinor: 1450n, forcedMinor: 450n })
  })

  test('within what was forced before forces nothing more', () => {
    const loaded: LoadedBatch = {
      ...loadedOf(0n),
      accounts: new Map([[3n, accountOf(3n, 1000n, { heldMinor: 900n, forcedMinor: 500n })]]),
    }
    decided([messageOf(600n, { advice: true })], loaded)
    expect(loaded.accounts.get(3n)).toMatchObject({ heldMinor: 1500n, forcedMinor: 500n })
  })

  test.each(['refund', 'verification', 'balance-inquiry'] as const)('of a %s holds nothing', purpose => {
    const loaded = loadedOf(0n)
    const result = decided([messageOf(purpose === 'refund' ? 5n : 0n, { purpose, advice: true })], loaded)
    expect(authorizationAt(result, 0)).toMatchObject({ declineReason: null, held: usd(0n), status: 'closed' })
    expect(loaded.accounts.get(3n)).toMatchObject({ heldMinor: 0n, forcedMinor: 0n })
  })

  test('that comes again is a repetition', () => {
    const message = messageOf(700n, { advice: true })
    expect(inShort(decided([message, message], loadedOf(0n)))).toEqual([700n, 'repeats 1000'])
  })
})

describe('a hold', () => {
  const expiryFor = (mcc: string | null, card: Partial<BatchCard> = {}) => {
    const { merchant } = messageOf(1n)
    const result = decided([messageOf(1n, { merchant: { ...merchant, mcc } })], loadedOf(1n, card))
    const { expiresAt } = authorizationAt(result, 0)
    return expiresAt === null ? null : expiresAt.since(TIME.instant).total('hours') / 24
  }

  test.each([
    [null, 7],
    ['5814', 7],
    ['3350', 7],
    ['3351', 30],
    ['3500', 30],
    ['3501', 30],
    ['3999', 30],
    ['4000', 7],
    ['7010', 7],
    ['7011', 30],
    ['7012', 7],
    ['7511', 7],
    ['7512', 30],
    ['7513', 7],
  ] as const)('of MCC %s lives %s days', (mcc, days) => {
    expect(expiryFor(mcc)).toBe(days)
  })

  test('lives as long as the program says', () => {
    expect(expiryFor('5814', { holdDays: 2 })).toBe(2)
    expect(expiryFor('7011', { longHoldDays: 90 })).toBe(90)
  })

  test('is open; what holds nothing is closed and never expires', () => {
    const messages = [messageOf(1n), messageOf(1n), messageOf(0n, { purpose: 'verification' })]
    const result = decided(messages, loadedOf(1n))
    expect([0, 1, 2].map(index => authorizationAt(result, index).status)).toEqual(['open', 'closed', 'closed'])
    expect(authorizationAt(result, 1).expiresAt).toBeNull()
    expect(authorizationAt(result, 2)).toMatchObject({ expiresAt: null, approvalCode: '123456' })
  })

  test('of a partial approval is what fits, and counts as that', () => {
    const loaded = loadedOf(1000n)
    const result = decided([messageOf(700n), messageOf(700n, { partialApproval: true })], loaded)
    expect(authorizationAt(result, 1)).toMatchObject({
      billingAmount: usd(700n),
      approved: usd(300n),
      held: usd(300n),
      status: 'open',
    })
    expect(loaded.cards.get(2n)).toMatchObject({ dayCount: 2, dayMinor: 1000n })
  })
})

test('a card or an account that was not loaded, and a message in another currency, are bugs and not decisions', () => {
  expect(() => decided([messageOf(1n, { cardId: 9n })], loadedOf(1n))).toThrow('card 9 has lost its account')
  expect(() => decided([messageOf(1n, { accountId: 9n })], loadedOf(1n))).toThrow('card 2 has lost its account')
  const euros = messageOf(1n, { billingAmount: amount(1n, currency('EUR')) })
  expect(() => decided([euros], loadedOf(1n))).toThrow('account 3 is in USD, the request in EUR')
  expect(() => decided([{ ...euros, advice: true }], loadedOf(1n))).toThrow('account 3 is in USD, the request in EUR')
})

describe('one batch of many', () => {
  const CARDS = [
    { cardId: 20n, accountId: 30n },
    { cardId: 21n, accountId: 31n },
    { cardId: 22n, accountId: 31n },
  ] as const

  const anyMessage = fc.record({
    of: fc.constantFrom(...CARDS),
    key: fc.nat({ max: 25 }),
    variant: fc.constantFrom(1, 1, 1, 2),
    minor: fc.bigInt({ min: 1n, max: 400n }),
    purpose: fc.constantFrom('purchase', 'purchase', 'purchase', 'cash', 'refund', 'verification', 'balance-inquiry'),
    cvv2: fc.constantFrom(undefined, undefined, 'match', 'mismatch'),
    partialApproval: fc.boolean(),
    advice: fc.constantFrom(false, false, false, true),
    mcc: fc.constantFrom(null, '5814', '7011'),
  })

  const anyState = fc.record({
    balances: fc.tuple(fc.bigInt({ min: 0n, max: 1500n }), fc.bigInt({ min: 0n, max: 1500n })),
    status: fc.constantFrom('active', 'active', 'active', 'blocked'),
    limited: fc.boolean(),
    spendLimits: fc.array(
      fc.record({
        cards: fc.subarray([0, 1, 2], { minLength: 1 }),
        maxMinor: fc.bigInt({ min: 1n, max: 1500n }),
        maxCount: fc.option(fc.integer({ min: 1, max: 8 })),
        mccs: fc.constantFrom(undefined, ['5814']),
        policy: fc.constantFrom<UsagePolicyName>('standard', 'standard', 'cleared-spend'),
        used: fc.bigInt({ min: 0n, max: 300n }),
      }),
      { maxLength: 3 },
    ),
    dailyCount: fc.nat({ max: 8 }),
    dailyMinor: fc.bigInt({ min: 0n, max: 1500n }),
    total: fc.option(fc.bigInt({ min: 0n, max: 1500n })),
  })

  type AnyState = typeof anyState extends fc.Arbitrary<infer T> ? T : never
  type AnyMessage = typeof anyMessage extends fc.Arbitrary<infer T> ? T : never

  const compiledOf = (any: AnyState) =>
    any.spendLimits.map(({ cards, maxMinor, maxCount, mccs, policy }, index) => ({
      cards,
      limit: compileSpendLimit({
        partnerId: 1n,
        limitId: BigInt(40 + index),
        name: `limit ${index}`,
        scope: { kind: 'program', id: 1n },
        window: { kind: 'fixed', unit: 'day', zone: 'UTC' },
        currency: USD,
        maxAmount: usd(maxMinor),
        maxCount,
        filter: mccs === undefined ? {} : { mccs },
        policy,
      }),
    }))

  const stateOf = (any: AnyState) => ({
    spendLimitUse: new Map(
      any.spendLimits.map(({ used }, index) => [BigInt(40 + index), { count: 1, amountMinor: used }]),
    ),
    accounts: new Map([
      [30n, accountOf(30n, any.balances[0])],
      [31n, accountOf(31n, any.balances[1])],
    ]),
    cards: new Map(
      CARDS.map(({ cardId }, index) => [
        cardId,
        cardOf(cardId, {
          status: index === 0 ? any.status : 'active',
          spendLimits: compiledOf(any).flatMap(({ cards, limit }) => (cards.includes(index) ? [limit] : [])),
          limit: any.limited
            ? {
                ...LIMIT,
                dailyCount: any.dailyCount,
                dailyAmount: usd(any.dailyMinor),
                totalAmount: any.total === null ? null : usd(any.total),
              }
            : null,
        }),
      ]),
    ),
    recorded: new Map<string, RecordedMessage>(),
  })

  const messageFrom = (any: AnyMessage): AuthorizationMessage => {
    const movesNothing = any.purpose === 'verification' || any.purpose === 'balance-inquiry'
    const { merchant } = messageOf(1n)
    return messageOf(movesNothing ? 0n : any.minor, {
      ...any.of,
      matchKey: `key-${any.key}`,
      inputHash: Uint8Array.of(any.variant),
      purpose: any.purpose,
      cardData: any.cvv2 === undefined ? {} : { cvv2: any.cvv2 },
      partialApproval: any.partialApproval,
      advice: any.advice,
      merchant: { ...merchant, mcc: any.mcc },
    })
  }

  const codes = (count: number) => Array.from({ length: count }, (_, index) => String(100_000 + index)).join('')

  /** Each message as a batch of its own, on what the ones before it left. */
  function oneByOne(messages: readonly AuthorizationMessage[], loaded: ReturnType<typeof stateOf>, time: DecisionTime) {
    const digits = codes(messages.length)
    return messages.flatMap((message, index) => {
      const code = digits.slice(index * 6, index * 6 + 6)
      const { outcomes, writes } = decideBatch([message], loaded, time, FIRST_ID + BigInt(index), code)
      for (const { authorization } of writes.decided) {
        loaded.recorded.set(message.matchKey, {
          inputHash: message.inputHash,
          authorizationId: authorization.authorizationId,
        })
      }
      return outcomes
    })
  }

  test('decides as many batches of one do, and leaves the same state', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(anyState, fc.array(anyMessage, { minLength: 1, maxLength: 40 }), (state, wanted) => {
        const messages = wanted.map(messageFrom)
        const together = stateOf(state)
        const apart = stateOf(state)
        const { outcomes } = decideBatch(messages, together, TIME, FIRST_ID, codes(messages.length))
        expect(outcomes).toEqual(oneByOne(messages, apart, TIME))
        expect(together.accounts).toEqual(apart.accounts)
        expect(together.cards).toEqual(apart.cards)
        expect(together.spendLimitUse).toEqual(apart.spendLimitUse)
        for (const outcome of outcomes) kinds.add(outcome.kind)
      }),
      { numRuns: 300 },
    )
    expect(kinds).toEqual(new Set(['decided', 'repeated', 'conflict']))
  })

  test('uses of spend limits what it records, and passes them by nothing but advice', () => {
    let reached = 0
    fc.assert(
      fc.property(anyState, fc.array(anyMessage, { minLength: 1, maxLength: 40 }), (state, wanted) => {
        const loaded = stateOf(state)
        const before = new Map(loaded.spendLimitUse)
        const messages = wanted.map(message => messageFrom({ ...message, advice: false }))
        const { writes } = decideBatch(messages, loaded, TIME, FIRST_ID, codes(wanted.length))
        for (const { limit } of compiledOf(state)) {
          const { limitId, maxAmount, maxCount, policy } = limit.limit
          const used = before.get(limitId)?.amountMinor ?? 0n
          const recorded = writes.limitUse.filter(use => use.limitId === limitId)
          const minor = recorded.reduce((sum, use) => sum + use.minor, 0n)
          const count = recorded.reduce((sum, use) => sum + use.count, 0)
          if (policy === 'cleared-spend') expect(recorded).toEqual([])
          expect(loaded.spendLimitUse.get(limitId)).toEqual({ count: 1 + count, amountMinor: used + minor })
          if (minor > 0n) expect(used + minor).toBeLessThanOrEqual(maxAmount?.minor ?? 0n)
          if (count > 0) expect(1 + count).toBeLessThanOrEqual(maxCount ?? Number.MAX_SAFE_INTEGER)
          reached += recorded.length
        }
      }),
      { numRuns: 300 },
    )
    expect(reached).toBeGreaterThan(50)
  })

  test('holds what its approvals hold, and passes the balance by no more than was forced', () => {
    fc.assert(
      fc.property(anyState, fc.array(anyMessage, { minLength: 1, maxLength: 40 }), (state, wanted) => {
        const loaded = stateOf(state)
        const { writes } = decideBatch(wanted.map(messageFrom), loaded, TIME, FIRST_ID, codes(wanted.length))
        const held = (matches: (row: (typeof writes.decided)[number]) => boolean) =>
          writes.decided.filter(matches).reduce((sum, { authorization }) => sum + authorization.held.minor, 0n)
        for (const account of loaded.accounts.values()) {
          expect(account.heldMinor).toBe(held(({ message }) => message.accountId === account.accountId))
          expect(account.heldMinor).toBeLessThanOrEqual(account.balanceMinor + account.forcedMinor)
          const advised = writes.decided.some(
            ({ message }) => message.advice && message.accountId === account.accountId,
          )
          if (!advised) expect(account.forcedMinor).toBe(0n)
        }
        for (const card of loaded.cards.values()) {
          expect(card.totalMinor).toBe(held(({ message }) => message.cardId === card.card.cardId))
        }
      }),
      { numRuns: 200 },
    )
  })
})
