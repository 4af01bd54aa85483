/**
 * What becomes of an authorization after its decision. Each function takes the authorization as it stands and returns
 * the change that a message makes, or why it is refused: pure, so that storage only has to write it down.
 *
 * Two sums hold after every change:
 * - an authorization is open while something is held, and closed for good when nothing is;
 * - what it uses of the card's limits is what is held and what is cleared, and it counts as one purchase while that is
 *   more than zero. So reversals and expiries give back, a clearing above its hold adds, a refund gives nothing back.
 */
import type { DomainErrorCode } from '../errors.ts'
import type { JournalEntryKind } from '../ledger/journal-entry.ts'
import { type Amount, add, formatDecimal, negate, subtract, zero } from '../money/amount.ts'
import { divideRounded } from '../money/rounding.ts'
import type { Authorization } from './authorization.ts'
import { type Decision, type DecisionState, decide } from './decide.ts'
import type { DecisionTime } from './decision-time.ts'
import type { AuthorizationEvent, DayUsage } from './event.ts'

/** An authorization with what it has used of its card's limits so far, by the day that it was used on. */
export type Life = { readonly authorization: Authorization; readonly used: readonly DayUsage[] }

export type Change = {
  /** as it is afterwards; null where the message follows no authorization */
  readonly authorization: Authorization | null
  /** change of the hold, minor units */
  readonly hold: bigint
  readonly usage: readonly DayUsage[]
  readonly movements: readonly Movement[]
  /** the movements are posted although neither a hold nor available money covers them */
  readonly forced: boolean
}

/** Money between two parties; each has one account in the currency of the card. */
export type Movement = {
  readonly kind: JournalEntryKind
  readonly debit: Party
  readonly credit: Party
  readonly amount: Amount
}

export type Party = 'card' | 'network-settlement' | 'fee-income'

export type Refusal = { readonly refused: DomainErrorCode; readonly field?: string }

/** What the card program says about clearings. */
export type ClearingTerms = {
  /** how far above its hold a clearing may post without being forced, basis points of the hold */
  readonly toleranceBps: number
  /** fee on clearings in another currency than the card's, basis points of the billing amount */
  readonly foreignFeeBps: number
}

const BPS = 10_000n

export function isRefusal(result: object): result is Refusal {
  return 'refused' in result
}

/**
 * Decides an increment by the rules of a first authorization. It belongs to a purchase that was counted already, so it
 * does not count again, and the single amount is that of the whole purchase.
 *
 * @param state as for a decision, read under the account's lock
 */
export function increase(
  { authorization }: Life,
  amount: Amount,
  state: DecisionState,
  time: DecisionTime,
): { readonly decision: Decision; readonly change: Change } | Refusal {
  if (authorization.status === 'closed') return { refused: 'authorization-closed' }
  const decided = decide(
    {
      purpose: authorization.purpose,
      transactionAmount: authorization.transactionAmount,
      billingAmount: amount,
      merchant: authorization.merchant,
      entryMode: authorization.entryMode,
      cardData: {},
      partialApproval: false,
      forcedReason: null,
    },
    stateForIncrement(authorization, state),
    time,
  )
  const note = { check: 'increment', passed: true, value: formatDecimal(amount), threshold: null }
  const decision = { ...decided, trace: [{ ...note, remaining: null, window: null }, ...decided.trace] }
  if (decision.outcome === 'declined') return { decision, change: nothing(authorization) }
  return {
    decision,
    change: {
      ...nothing({
        ...authorization,
        approved: add(authorization.approved, amount),
        held: add(authorization.held, amount),
      }),
      hold: amount.minor,
      usage: [{ day: dayOf(time.instant), count: 0, minor: amount.minor }],
    },
  }
}

function stateForIncrement(authorization: Authorization, given: DecisionState): DecisionState {
  const state: DecisionState = {
    ...given,
    spendLimitUse: limit => {
      const use = given.spendLimitUse(limit)
      return { ...use, count: Math.max(0, use.count - 1) }
    },
  }
  const { limit, usage } = state
  if (limit === null) return state
  const purchase = subtract(authorization.approved, authorization.reversed)
  const rest = subtract(limit.singleAmount, purchase)
  return {
    ...state,
    limit: { ...limit, singleAmount: rest.minor < 0n ? zero(rest.currency) : rest },
    usage: { ...usage, dailyCount: Math.max(0, usage.dailyCount - 1) },
  }
}

/** @param amount what is reversed of the hold; null for all that is left of it */
export function reverse({ authorization, used }: Life, amount: Amount | null): Change | Refusal {
  if (authorization.status === 'closed') return { refused: 'authorization-closed' }
  const released = amount ?? authorization.held
  if (released.minor > authorization.held.minor) return { refused: 'reversal-exceeds-hold', field: 'amount' }
  return {
    ...nothing({
      ...authorization,
      ...afterRelease(authorization, released.minor),
      reversed: add(authorization.reversed, released),
    }),
    hold: -released.minor,
    usage: givenBack(used, released.minor),
  }
}

/** Lets what is still held lapse. */
export function expire({ authorization, used }: Life): Change | Refusal {
  if (authorization.status === 'closed') return { refused: 'authorization-closed' }
  const { held } = authorization
  return {
    ...nothing({
      ...authorization,
      ...afterRelease(authorization, held.minor),
      expired: add(authorization.expired, held),
    }),
    hold: -held.minor,
    usage: givenBack(used, held.minor),
  }
}

export type Clearing = {
  /** billing amount */
  readonly amount: Amount
  /** the merchant's currency is another than the card's */
  readonly foreign: boolean
  readonly final: boolean
}

/**
 * Posts what the merchant claims. It uses up the hold as far as that goes; a final one lets the rest of the hold lapse. A
 * clearing is never refused: what neither hold, tolerance nor available money covers is forced.
 *
 * @param life null for a clearing without an authorization
 * @param availableMinor what the account has available before the hold is released
 */
export function clear(
  life: Life | null,
  { amount, foreign, final }: Clearing,
  terms: ClearingTerms,
  availableMinor: bigint,
  now: Temporal.Instant,
): { readonly change: Change; readonly fee: Amount; readonly feeBps: number } {
  const heldMinor = life?.authorization.held.minor ?? 0n
  const drawn = least(heldMinor, amount.minor)
  const excess = amount.minor - drawn
  const lapsed = final ? heldMinor - drawn : 0n
  const feeBps = foreign ? terms.foreignFeeBps : 0
  const fee = feeOn(amount, feeBps)
  const tolerated = (heldMinor * BigInt(terms.toleranceBps)) / BPS
  const uncovered = excess + fee.minor
  const used = life?.used ?? []
  const change: Change = {
    authorization:
      life === null
        ? null
        : {
            ...life.authorization,
            ...afterRelease(life.authorization, drawn + lapsed),
            cleared: add(life.authorization.cleared, amount),
            fee: add(life.authorization.fee, fee),
          },
    hold: -(drawn + lapsed),
    usage: excess > 0n ? taken(used, excess, now) : givenBack(used, lapsed),
    movements: [payment('clearing', amount), payment('fee', fee)].filter(moves),
    forced: excess > tolerated || exceeds(uncovered, availableMinor + lapsed),
  }
  return { change, fee, feeBps }
}

/** A clearing as it stands after earlier corrections. */
export type PostedClearing = { readonly amount: Amount; readonly fee: Amount; readonly feeBps: number }

/**
 * Corrects a clearing to another amount by posting the difference, and the difference of its fee.
 *
 * @param used of the authorization, or of the clearing itself where there is none
 * @param corrected billing amount that the clearing should have had, zero allowed
 */
export function correctClearing(
  authorization: Authorization | null,
  used: readonly DayUsage[],
  clearing: PostedClearing,
  corrected: Amount,
  availableMinor: bigint,
  now: Temporal.Instant,
): { readonly change: Change; readonly difference: Amount; readonly fee: Amount } | Refusal {
  const difference = subtract(corrected, clearing.amount)
  if (difference.minor === 0n) return { refused: 'invalid-amount', field: 'amount' }
  const cleared = authorization === null ? null : add(authorization.cleared, difference)
  if (authorization !== null && cleared !== null && cleared.minor < authorization.refunded.minor) {
    return { refused: 'correction-below-refunded', field: 'amount' }
  }
  const fee = subtract(feeOn(corrected, clearing.feeBps), clearing.fee)
  const change: Change = {
    authorization:
      authorization === null || cleared === null
        ? null
        : { ...authorization, cleared, fee: add(authorization.fee, fee) },
    hold: 0n,
    usage: difference.minor > 0n ? taken(used, difference.minor, now) : givenBack(used, -difference.minor),
    movements: [payment('clearing-correction', difference), payment('fee', fee)].filter(moves),
    forced: exceeds(difference.minor + fee.minor, availableMinor),
  }
  return { change, difference, fee }
}

/**
 * Credits the card. A refund that follows an authorization gives back no more than was cleared, or, when the
 * authorization was that of a credit, no more than was authorized.
 */
export function refund(authorization: Authorization | null, amount: Amount): Change | Refusal {
  const movements = [payment('refund', negate(amount))]
  if (authorization === null) return { ...nothing(null), movements }
  const refunded = add(authorization.refunded, amount)
  if (refunded.minor > refundableOf(authorization).minor) return { refused: 'refund-exceeds-cleared', field: 'amount' }
  return { ...nothing({ ...authorization, refunded }), movements }
}

/** What refunds may give back in all, billing currency. */
export function refundableOf(authorization: Authorization): Amount {
  const isCredit = authorization.purpose === 'refund' && authorization.declineReason === null
  return isCredit ? authorization.billingAmount : authorization.cleared
}

/**
 * Takes a refund back.
 *
 * @param left of the refund, after earlier reversals of it
 * @param amount null for all that is left
 */
export function reverseRefund(
  authorization: Authorization | null,
  left: Amount,
  amount: Amount | null,
  availableMinor: bigint,
): { readonly change: Change; readonly amount: Amount } | Refusal {
  const reversed = amount ?? left
  if (left.minor === 0n || reversed.minor > left.minor) return { refused: 'reversal-exceeds-refund', field: 'amount' }
  const change: Change = {
    ...nothing(authorization && { ...authorization, refunded: subtract(authorization.refunded, reversed) }),
    movements: [payment('refund-reversal', reversed)],
    forced: exceeds(reversed.minor, availableMinor),
  }
  return { change, amount: reversed }
}

/**
 * What an authorization has used so far, by day: that of its decision and what its later events added and gave back.
 *
 * @param events all of the authorization; for a clearing without one, the clearing and its corrections
 */
export function usedBy(authorization: Authorization | null, events: readonly AuthorizationEvent[]): DayUsage[] {
  const byDay = new Map<string, { count: number; minor: bigint }>()
  const count = ({ day, count: purchases, minor }: DayUsage) => {
    const before = byDay.get(day) ?? { count: 0, minor: 0n }
    byDay.set(day, { count: before.count + purchases, minor: before.minor + minor })
  }
  if (authorization !== null) {
    const increments = events
      .filter(event => event.kind === 'increment')
      .reduce((sum, event) => sum + (event.effect?.hold ?? 0n), 0n)
    const minor = authorization.approved.minor - increments
    if (minor > 0n) count({ day: dayOf(authorization.createdAt), count: 1, minor })
  }
  for (const event of events) for (const usage of event.effect?.usage ?? []) count(usage)
  return [...byDay]
    .map(([day, usage]) => ({ day, ...usage }))
    .filter(usage => usage.count !== 0 || usage.minor !== 0n)
    .toSorted((a, b) => (a.day < b.day ? -1 : 1))
}

/** Takes `minor` more from the limits of the day; what has used nothing so far counts as a purchase. */
function taken(used: readonly DayUsage[], minor: bigint, now: Temporal.Instant): DayUsage[] {
  return [{ day: dayOf(now), count: totalOf(used) === 0n ? 1 : 0, minor }]
}

/**
 * Gives `minor` back to the days that it was used on, the latest first. When nothing of the purchase is left, it no
 * longer counts as one on the day on which it did.
 */
function givenBack(used: readonly DayUsage[], minor: bigint): DayUsage[] {
  const nothingLeft = totalOf(used) === minor
  const back: DayUsage[] = []
  let rest = minor
  for (const { day, count, minor: onDay } of used.toReversed()) {
    const part = least(rest, onDay)
    const uncounted = nothingLeft ? count : 0
    if (part > 0n || uncounted > 0) back.push({ day, count: 0 - uncounted, minor: -part })
    rest -= part
  }
  if (rest !== 0n) throw new Error(`${rest} minor units more are given back than were used`)
  return back
}

function totalOf(used: readonly DayUsage[]): bigint {
  return used.reduce((sum, { minor }) => sum + minor, 0n)
}

/** The UTC day of an instant, as `card_day_usage` names it. */
export function dayOf(instant: Temporal.Instant): string {
  return instant.toString().slice(0, 10)
}

function afterRelease(authorization: Authorization, minor: bigint): Pick<Authorization, 'held' | 'status'> {
  const held = { minor: authorization.held.minor - minor, currency: authorization.held.currency }
  return { held, status: held.minor === 0n ? 'closed' : 'open' }
}

function feeOn(amount: Amount, feeBps: number): Amount {
  return { minor: divideRounded(amount.minor * BigInt(feeBps), BPS, 'half-up'), currency: amount.currency }
}

/** The card pays a positive amount and receives a negative one. */
function payment(kind: JournalEntryKind, amount: Amount): Movement {
  const other: Party = kind === 'fee' ? 'fee-income' : 'network-settlement'
  return amount.minor >= 0n
    ? { kind, debit: 'card', credit: other, amount }
    : { kind, debit: other, credit: 'card', amount: negate(amount) }
}

function moves({ amount }: Movement): boolean {
  return amount.minor > 0n
}

/** Whether a debit is more than what is available; below zero nothing is, and then no debit is none. */
function exceeds(debitMinor: bigint, availableMinor: bigint): boolean {
  return debitMinor > 0n && debitMinor > availableMinor
}

function nothing(authorization: Authorization | null): Change {
  return { authorization, hold: 0n, usage: [], movements: [], forced: false }
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
