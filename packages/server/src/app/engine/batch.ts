/**
 * One batch of authorization requests, decided in arrival order on what was loaded for them: pure bookkeeping between
 * the locked read and the one write.
 */
import type {
  Authorization,
  AuthorizedCard,
  EntryMode,
  Merchant,
  Purpose,
} from '@openissuer/core/authorization/authorization.ts'
import {
  type CardData,
  type Check,
  type Decision,
  type DecisionState,
  decide,
  type Exchange,
  purchaseOf,
  spends,
} from '@openissuer/core/authorization/decide.ts'
import type { DecisionTime } from '@openissuer/core/authorization/decision-time.ts'
import type { DeclineReason } from '@openissuer/core/authorization/decline-reason.ts'
import type { CardStatus } from '@openissuer/core/card/card.ts'
import type { Expiry } from '@openissuer/core/card/expiry.ts'
import type { LimitTerms } from '@openissuer/core/limits/card-limit.ts'
import type { CompiledMerchantControl } from '@openissuer/core/limits/merchant-controls.ts'
import { type RecordedUse, recordedUseOf, totals } from '@openissuer/core/limits/recorded-use.ts'
import { applyDelta, type CompiledSpendLimit, type LimitUse, NO_USE } from '@openissuer/core/limits/spend-limit.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'

/** A network message that asks for a decision; its card is resolved, its amount converted. */
export type AuthorizationMessage = {
  readonly partnerId: bigint
  readonly cardId: bigint
  readonly accountId: bigint
  /** what the network repeats a message under, unique per partner */
  readonly matchKey: string
  /** SHA-256 of the message: the same key with another one is a conflict */
  readonly inputHash: Uint8Array
  readonly purpose: Purpose
  readonly transactionAmount: Amount
  readonly billingAmount: Amount
  /** how the billing amount came about; absent within one currency */
  readonly exchange?: Exchange | undefined
  readonly merchant: Merchant
  readonly entryMode: EntryMode | null
  readonly cardData: CardData
  readonly partialApproval: boolean
  /** it has happened already: recorded, never refused */
  readonly advice: boolean
  readonly forcedReason: DeclineReason | null
  readonly forcedByAmount?: boolean
}

/** An account of the batch as it stands; `heldMinor` moves as the batch is decided. */
export type BatchAccount = {
  readonly accountId: bigint
  readonly currency: Currency
  readonly balanceMinor: bigint
  heldMinor: bigint
  /** how far forced postings have taken the account below zero */
  forcedMinor: bigint
}

/** A card of the batch; the usage is that of the windows around `time` and moves as the batch is decided. */
export type BatchCard = {
  readonly card: AuthorizedCard
  readonly currency: Currency
  readonly status: CardStatus
  readonly expiry: Expiry
  readonly limit: LimitTerms | null
  readonly controls: readonly CompiledMerchantControl[]
  readonly spendLimits: readonly CompiledSpendLimit[]
  readonly holdDays: number
  readonly longHoldDays: number
  dayCount: number
  dayMinor: bigint
  monthMinor: bigint
  totalMinor: bigint
}

export type LoadedBatch = {
  readonly accounts: ReadonlyMap<bigint, BatchAccount>
  readonly cards: ReadonlyMap<bigint, BatchCard>
  /** by limit id, what is used of the spend limits' windows around the batch's time; moves as the batch is decided */
  readonly spendLimitUse: Map<bigint, LimitUse>
  /** messages of the batch that were answered, or reversed, before */
  readonly recorded: ReadonlyMap<string, RecordedMessage>
}

/** What is known of a match key before its message is decided: an earlier message, or a reversal that overtook it. */
export type RecordedMessage = AnsweredMessage | { readonly reversedEarly: true }

type AnsweredMessage = { readonly inputHash: Uint8Array; readonly authorizationId: bigint | null }

/** What came of one message. */
export type Outcome =
  | { readonly kind: 'decided'; readonly authorization: Authorization }
  | { readonly kind: 'repeated'; readonly authorizationId: bigint }
  | { readonly kind: 'conflict' }

export type BatchWrites = {
  readonly decided: readonly { readonly authorization: Authorization; readonly message: AuthorizationMessage }[]
  /** accounts and cards that an approval has changed */
  readonly accounts: readonly BatchAccount[]
  readonly cards: readonly BatchCard[]
  readonly limitUse: readonly RecordedUse[]
}

export type BatchResult = { readonly outcomes: readonly Outcome[]; readonly writes: BatchWrites }

/**
 * @param firstId the first of as many consecutive authorization ids as there are messages
 * @param approvalDigits six random digits for each message
 */
export function decideBatch(
  messages: readonly AuthorizationMessage[],
  loaded: LoadedBatch,
  time: DecisionTime,
  firstId: bigint,
  approvalDigits: string,
): BatchResult {
  const outcomes: Outcome[] = []
  const decided: { authorization: Authorization; message: AuthorizationMessage }[] = []
  const accounts = new Set<BatchAccount>()
  const cards = new Set<BatchCard>()
  const inBatch = new Map<string, AnsweredMessage>()

  for (const [index, message] of messages.entries()) {
    const earlier = inBatch.get(message.matchKey) ?? loaded.recorded.get(message.matchKey)
    const reversedEarly = earlier !== undefined && 'reversedEarly' in earlier
    if (earlier !== undefined && !reversedEarly) {
      outcomes.push(repetition(earlier, message))
      continue
    }
    const account = loaded.accounts.get(message.accountId)
    const card = loaded.cards.get(message.cardId)
    if (account === undefined || card === undefined) throw new Error(`card ${message.cardId} has lost its account`)
    assertCurrency(message, account)
    const authorizationId = firstId + BigInt(index)
    const decision = reversedEarly ? REVERSED_EARLY : firstDecision(message, account, card, loaded, time)
    const approvalCode = approvalDigits.slice(index * 6, index * 6 + 6)
    const limitUse = limitUseOf(message, card, decision, loaded, time)
    const issued = { authorizationId, approvalCode }
    const authorization = authorizationOf(message, card, account, decision, time, issued, limitUse)
    if (authorization.held.minor > 0n) {
      account.heldMinor += authorization.held.minor
      const shortfall = account.heldMinor - account.balanceMinor - account.forcedMinor
      if (shortfall > 0n) account.forcedMinor += shortfall
      accounts.add(account)
      card.dayCount += 1
      card.dayMinor += authorization.held.minor
      card.monthMinor += authorization.held.minor
      card.totalMinor += authorization.held.minor
      cards.add(card)
    }
    inBatch.set(message.matchKey, { inputHash: message.inputHash, authorizationId })
    decided.push({ authorization, message })
    outcomes.push({ kind: 'decided', authorization })
  }
  const limitUse = totals(decided.flatMap(({ authorization }) => authorization.limitUse))
  return { outcomes, writes: { decided, accounts: [...accounts], cards: [...cards], limitUse } }
}

/** What an approval uses of the card's spend limits; counted at once, so that the rest of the batch sees it. */
function limitUseOf(
  message: AuthorizationMessage,
  { spendLimits }: BatchCard,
  decision: Decision,
  { spendLimitUse }: LoadedBatch,
  time: DecisionTime,
): readonly RecordedUse[] {
  if (spendLimits.length === 0 || decision.outcome === 'declined' || decision.hold.minor === 0n) return []
  const step = { kind: 'authorized', atMs: time.ms, minor: decision.hold.minor } as const
  const useAt = useIn(spendLimitUse)
  const uses = recordedUseOf(spendLimits, purchaseOf(message), [], [step], useAt)
  for (const use of uses) {
    spendLimitUse.set(use.limitId, applyDelta(spendLimitUse.get(use.limitId) ?? NO_USE, use))
  }
  return uses
}

function useIn(spendLimitUse: ReadonlyMap<bigint, LimitUse>): DecisionState['spendLimitUse'] {
  return ({ limit }) => spendLimitUse.get(limit.limitId) ?? NO_USE
}

function repetition(earlier: AnsweredMessage, message: AuthorizationMessage): Outcome {
  const same = earlier.authorizationId !== null && equalBytes(earlier.inputHash, message.inputHash)
  return same && earlier.authorizationId !== null
    ? { kind: 'repeated', authorizationId: earlier.authorizationId }
    : { kind: 'conflict' }
}

function assertCurrency({ billingAmount }: AuthorizationMessage, { accountId, currency }: BatchAccount): void {
  if (billingAmount.currency === currency) return
  throw new Error(`account ${accountId} is in ${currency}, the request in ${billingAmount.currency}`)
}

/** A reversal has overtaken the message: the acquirer has given it up, advice or not. */
const REVERSED_EARLY: Decision = {
  outcome: 'declined',
  reason: 'reversed-before-arrival',
  trace: [
    {
      check: 'early-reversal',
      passed: false,
      value: 'reversed before arrival',
      threshold: null,
      remaining: null,
      window: null,
    },
  ],
}

function firstDecision(
  message: AuthorizationMessage,
  account: BatchAccount,
  card: BatchCard,
  loaded: LoadedBatch,
  time: DecisionTime,
): Decision {
  return message.advice ? recordedAdvice(message) : decideOne(message, account, card, loaded, time)
}

function decideOne(
  message: AuthorizationMessage,
  account: BatchAccount,
  card: BatchCard,
  { spendLimitUse }: LoadedBatch,
  time: DecisionTime,
): Decision {
  const { currency } = account
  return decide(
    message,
    {
      cardStatus: card.status,
      cardExpiry: card.expiry,
      controls: card.controls,
      spendLimits: card.spendLimits,
      spendLimitUse: useIn(spendLimitUse),
      limit: card.limit,
      usage: {
        dailyCount: card.dayCount,
        dailyAmount: { minor: card.dayMinor, currency },
        monthlyAmount: { minor: card.monthMinor, currency },
        totalAmount: { minor: card.totalMinor, currency },
      },
      available: { minor: account.balanceMinor - account.heldMinor, currency },
    },
    time,
  )
}

/** What has happened is not asked about: it is held, whatever the card's state. */
function recordedAdvice(message: AuthorizationMessage): Decision {
  const check: Check = {
    check: 'advice',
    passed: true,
    value: 'already happened',
    threshold: null,
    remaining: null,
    window: null,
  }
  const { minor, currency } = message.billingAmount
  return { outcome: 'approved', hold: { minor: spends(message.purpose) ? minor : 0n, currency }, trace: [check] }
}

const DAY_MS = 86_400_000

function authorizationOf(
  message: AuthorizationMessage,
  card: BatchCard,
  account: BatchAccount,
  decision: Decision,
  time: DecisionTime,
  { authorizationId, approvalCode }: { readonly authorizationId: bigint; readonly approvalCode: string },
  limitUse: readonly RecordedUse[],
): Authorization {
  const approved = decision.outcome === 'approved'
  const none = { minor: 0n, currency: account.currency }
  const held = approved ? decision.hold : none
  const holds = held.minor > 0n
  return {
    partnerId: message.partnerId,
    authorizationId,
    accountId: message.accountId,
    card: card.card,
    purpose: message.purpose,
    entryMode: message.entryMode,
    threeDs: message.cardData.threeDs ?? null,
    transactionAmount: message.transactionAmount,
    billingAmount: message.billingAmount,
    conversionRate: message.exchange?.rate ?? null,
    merchant: message.merchant,
    approvalCode: approved ? approvalCode : null,
    declineReason: approved ? null : decision.reason,
    trace: decision.trace,
    approved: held,
    held,
    reversed: none,
    expired: none,
    cleared: none,
    refunded: none,
    fee: none,
    limitUse,
    status: holds ? 'open' : 'closed',
    expiresAt: holds ? expiryOf(message, card, time) : null,
    createdAt: time.instant,
  }
}

/** Lodging and car rental settle late, so their holds live longer (ISO 18245 codes 3351–3500, 3501–3999, 7011, 7512). */
function expiryOf(message: AuthorizationMessage, card: BatchCard, time: DecisionTime): Temporal.Instant {
  const days = isLongHold(message.merchant.mcc) ? card.longHoldDays : card.holdDays
  return daysAfter(time, days)
}

/** One value for all holds of a batch that live equally long: making and printing instants costs microseconds. */
const laterInstants = new WeakMap<DecisionTime, Map<number, Temporal.Instant>>()

function daysAfter(time: DecisionTime, days: number): Temporal.Instant {
  let byDays = laterInstants.get(time)
  if (byDays === undefined) {
    byDays = new Map()
    laterInstants.set(time, byDays)
  }
  let later = byDays.get(days)
  if (later === undefined) {
    later = Temporal.Instant.fromEpochMilliseconds(time.ms + days * DAY_MS)
    byDays.set(days, later)
  }
  return later
}

function isLongHold(mcc: string | null): boolean {
  if (mcc === null) return false
  return (mcc >= '3351' && mcc <= '3999') || mcc === '7011' || mcc === '7512'
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}
