/**
 * What a message uses of spend limits and gives back: found under the limits' locks, written with the message.
 */
import { purchaseOf } from '@openissuer/core/authorization/decide.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type RecordedUse, recordedUseOf, takenAgain, totals } from '@openissuer/core/limits/recorded-use.ts'
import {
  type CompiledSpendLimit,
  type LifecycleStep,
  type LimitUse,
  NO_USE,
  type Purchase,
  stackSpendLimits,
  windowOf,
} from '@openissuer/core/limits/spend-limit.ts'
import { WindowClocks } from '@openissuer/core/limits/window.ts'
import type { Currency } from '@openissuer/core/money/currency.ts'
import type { Work } from '../ports.ts'
import type { Locked } from './message.ts'

/** What happens to a purchase, in the billing currency; `atMs` is when the message is processed, where it is absent. */
export type Step = Pick<LifecycleStep, 'kind' | 'minor'> & { readonly atMs?: number }

/** What limits look at, and what they have counted of the same purchase so far. */
export type Counted = { readonly purchase: Purchase; readonly inUse: readonly RecordedUse[] }

/** The purchase that an authorization is about; undefined where a message follows none. */
export function countedSoFar({ life, events }: Locked): Counted | undefined {
  if (life === null) return undefined
  return {
    purchase: purchaseOf(life.authorization),
    inUse: [...life.authorization.limitUse, ...events.flatMap(event => event.effect?.limitUse ?? [])],
  }
}

/** The limits of a card with what is used of their windows around a time; the limits are locked. */
export type LockedLimits = {
  readonly limits: readonly CompiledSpendLimit[]
  readonly useAt: (limit: CompiledSpendLimit) => LimitUse
}

/** @param limitIds others than the card's own: those that the purchase has used under other circumstances */
export async function lockLimits(
  { tx }: Work,
  { place, account }: Locked,
  limitIds: readonly bigint[],
  atMs: number,
): Promise<LockedLimits> {
  const card = await tx.card(account.partnerId, place.cardId)
  if (card === undefined) throw new DomainError('card-not-found')
  const locked = await tx.lockSpendLimits(card, limitIds)
  const limits = stackSpendLimits(inCurrency(locked, account.currency), new WindowClocks())
  const windows = limits.map(limit => windowOf(limit, atMs))
  const use = await tx.spendLimitUse(account.partnerId, windows)
  return { limits, useAt: ({ limit }) => use.get(limit.limitId) ?? NO_USE }
}

function inCurrency<T extends { readonly currency: Currency }>(limits: readonly T[], currency: Currency): readonly T[] {
  return limits.filter(limit => limit.currency === currency)
}

/** What the steps of a message change of limits. */
export async function limitUseOf(
  work: Work,
  locked: Locked,
  { purchase, inUse }: Counted,
  steps: readonly Step[],
): Promise<readonly RecordedUse[]> {
  const used = totals(inUse)
  const usesMore = steps.some(({ kind }) => kind === 'incremented' || kind === 'cleared')
  if (used.length === 0 && !usesMore) return []
  const nowMs = work.clock.now().epochMilliseconds
  const { limits, useAt } = await lockLimits(work, locked, limitIdsOf(used), nowMs)
  const timed = steps.map(step => ({ atMs: nowMs, ...step }))
  return recordedUseOf(limits, purchase, used, timed, useAt)
}

/**
 * What comes into use again when a return is undone.
 *
 * @param returned what the return and earlier undoings of it have changed
 */
export async function limitUseOfUndoing(
  work: Work,
  locked: Locked,
  returned: readonly RecordedUse[],
  minor: bigint,
): Promise<readonly RecordedUse[]> {
  const taken = takenAgain(returned, minor)
  if (taken.length === 0) return []
  const { limits } = await lockLimits(work, locked, limitIdsOf(taken), work.clock.now().epochMilliseconds)
  const alive = new Set(limits.map(({ limit }) => limit.limitId))
  return taken.filter(({ limitId }) => alive.has(limitId))
}

function limitIdsOf(uses: readonly RecordedUse[]): readonly bigint[] {
  return [...new Set(uses.map(({ limitId }) => limitId))]
}
