/**
 * What a lane expects to find in the database when its next batch has the locks: the state that its batches have left.
 * A batch can be decided on it while the one before it commits. The decision counts only where the locked read finds
 * exactly that state; otherwise it is made anew, so that a wrong forecast costs time and nothing else.
 */
import type { DecisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import type { AuthorizationMessage, BatchAccount, BatchCard, BatchResult, LoadedBatch } from './batch.ts'

/** A batch decided ahead of its read: `before` is what it was decided on, `after` what it would leave. */
export type Ahead = {
  readonly time: DecisionTime
  readonly before: LoadedBatch
  readonly after: LoadedBatch
  readonly result: BatchResult
}

export type Forecast = {
  /** what the messages would find; undefined where something of them is not known */
  expected(messages: readonly AuthorizationMessage[]): LoadedBatch | undefined
  /** takes note of what a batch leaves */
  learn(after: LoadedBatch): void
  /** a batch has failed: what it would have left is not there */
  forget(): void
}

/** Accounts and cards that a lane remembers; beyond it, it starts afresh. */
const KNOWN_MAX = 8_192

export function createForecast(): Forecast {
  const accounts = new Map<bigint, BatchAccount>()
  const cards = new Map<bigint, BatchCard>()

  return {
    expected(messages) {
      const expectedAccounts = new Map<bigint, BatchAccount>()
      const expectedCards = new Map<bigint, BatchCard>()
      for (const { accountId, cardId } of messages) {
        const account = accounts.get(accountId)
        const card = cards.get(cardId)
        if (account === undefined || card === undefined) return undefined
        expectedAccounts.set(accountId, account)
        expectedCards.set(cardId, card)
      }
      return { accounts: expectedAccounts, cards: expectedCards, spendLimitUse: new Map(), recorded: new Map() }
    },

    learn(after) {
      if (accounts.size + cards.size > KNOWN_MAX) this.forget()
      for (const [accountId, account] of after.accounts) accounts.set(accountId, account)
      for (const [cardId, card] of after.cards) {
        // limits and controls that cards share are moved by other lanes too
        if (hasRules(card)) cards.delete(cardId)
        else cards.set(cardId, card)
      }
    },

    forget() {
      accounts.clear()
      cards.clear()
    },
  }
}

function hasRules({ controls, spendLimits }: BatchCard): boolean {
  return controls.length > 0 || spendLimits.length > 0
}

/** A copy whose accounts and cards move on their own as a batch is decided on it. */
export function copyOf({ accounts, cards, spendLimitUse, recorded }: LoadedBatch): LoadedBatch {
  return {
    accounts: new Map([...accounts].map(([accountId, account]) => [accountId, { ...account }])),
    cards: new Map([...cards].map(([cardId, card]) => [cardId, { ...card }])),
    spendLimitUse: new Map(spendLimitUse),
    recorded,
  }
}

/** Whether a batch was decided on exactly what its locked read has found. */
export function isAsExpected(ahead: Ahead, loaded: LoadedBatch, time: DecisionTime): boolean {
  const { before } = ahead
  return (
    ahead.time === time &&
    loaded.recorded.size === 0 &&
    loaded.accounts.size === before.accounts.size &&
    loaded.cards.size === before.cards.size &&
    [...loaded.accounts].every(([accountId, account]) => isSameAccount(account, before.accounts.get(accountId))) &&
    [...loaded.cards].every(([cardId, card]) => isSameCard(card, before.cards.get(cardId)))
  )
}

function isSameAccount(one: BatchAccount, other: BatchAccount | undefined): boolean {
  return (
    other !== undefined &&
    one.currency === other.currency &&
    one.balanceMinor === other.balanceMinor &&
    one.heldMinor === other.heldMinor &&
    one.forcedMinor === other.forcedMinor
  )
}

function isSameCard(one: BatchCard, other: BatchCard | undefined): boolean {
  return (
    other !== undefined &&
    !hasRules(one) &&
    one.status === other.status &&
    one.currency === other.currency &&
    one.expiry.year === other.expiry.year &&
    one.expiry.month === other.expiry.month &&
    one.holdDays === other.holdDays &&
    one.longHoldDays === other.longHoldDays &&
    one.dayCount === other.dayCount &&
    one.dayMinor === other.dayMinor &&
    one.monthMinor === other.monthMinor &&
    one.totalMinor === other.totalMinor &&
    one.card.token === other.card.token &&
    one.card.bin === other.card.bin &&
    one.card.lastFour === other.card.lastFour &&
    one.card.remark === other.card.remark &&
    isSameLimit(one.limit, other.limit)
  )
}

function isSameLimit(one: LimitTerms | null, other: LimitTerms | null): boolean {
  if (one === null || other === null) return one === other
  return (
    one.dailyCount === other.dailyCount &&
    one.singleAmount.minor === other.singleAmount.minor &&
    one.dailyAmount.minor === other.dailyAmount.minor &&
    one.monthlyAmount.minor === other.monthlyAmount.minor &&
    one.totalAmount?.minor === other.totalAmount?.minor
  )
}
