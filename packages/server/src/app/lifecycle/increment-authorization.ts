import type { DecisionState } from '@openissuer/core/authorization/decide.ts'
import { type DecisionTime, decisionTime } from '@openissuer/core/authorization/decision-time.ts'
import { dayOf, increase } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { stackControls } from '@openissuer/core/limits/merchant-controls.ts'
import { type Amount, subtract } from '@openissuer/core/money/amount.ts'
import type { Work } from '../ports.ts'
import { assertPositive } from '../post-deposit.ts'
import { rateOfAuthorization } from './conversion.ts'
import { lockLimits } from './limit-use.ts'
import {
  type Answer,
  accepted,
  findOriginal,
  inBilling,
  type Locked,
  type Message,
  type Original,
  processMessage,
} from './message.ts'

export type IncrementAuthorization = Message & {
  readonly original: Original
  /** how much more, in the merchant's or the account's currency */
  readonly amount: Amount
}

/**
 * Asks for more on an open authorization. Its event says whether it was approved and why not; a declined one changes
 * nothing. The hold keeps the expiry of the authorization.
 *
 * @throws DomainError `authorization-not-found`, `authorization-closed`, `invalid-amount`, `no-exchange-rate`,
 *   `duplicate-request`
 */
export function incrementAuthorization(work: Work, command: IncrementAuthorization): Promise<Answer> {
  const { partnerId, original } = command
  assertPositive(command.amount)
  return processMessage(work, command, findOriginal(work, partnerId, original), [], async locked => {
    if (locked.life === null) throw new DomainError('authorization-not-found')
    const billingAmount = inBilling(command.amount, locked)
    const { state, time } = await decisionBasis(work, partnerId, locked)
    const { decision, change } = accepted(increase(locked.life, billingAmount, state, time))
    const approved = decision.outcome === 'approved'
    return {
      kind: 'increment',
      change,
      steps: approved ? [{ kind: 'incremented', minor: billingAmount.minor, atMs: time.ms }] : [],
      transactionAmount: command.amount,
      billingAmount,
      effect: {
        conversionRate: rateOfAuthorization(command.amount, locked),
        declineReason: approved ? null : decision.reason,
        approvalCode: approved ? work.random.digits(6) : null,
        trace: decision.trace,
      },
    }
  })
}

/**
 * What the engine would decide on, read under the same lock. Where a batch has counted in a later day than this clock
 * shows, that day's sums hold.
 */
async function decisionBasis(
  work: Work,
  partnerId: bigint,
  locked: Locked,
): Promise<{ state: DecisionState; time: DecisionTime }> {
  const { place, account } = locked
  const card = await work.tx.card(partnerId, place.cardId)
  if (card === undefined) throw new DomainError('card-not-found')
  const limit = await work.tx.limitOfCard(partnerId, card.token)
  const newest = await work.tx.newestUsage(partnerId, place.cardId)
  const now = work.clock.now()
  const lags = newest !== undefined && newest.day > dayOf(now)
  const time = decisionTime(lags ? Temporal.Instant.from(`${newest.day}T00:00:00Z`) : now)
  const today = dayOf(time.instant)
  const money = (minor: bigint | undefined): Amount => ({ minor: minor ?? 0n, currency: account.currency })
  const { limits, useAt } = await lockLimits(work, locked, [], time.ms)
  const state: DecisionState = {
    cardStatus: card.status,
    cardExpiry: card.expiry,
    controls: stackControls(await work.tx.controlsOfCard(card)),
    spendLimits: limits,
    spendLimitUse: useAt,
    limit: limit ?? null,
    usage: {
      dailyCount: newest?.day === today ? newest.dayCount : 0,
      dailyAmount: money(newest?.day === today ? newest.dayMinor : 0n),
      monthlyAmount: money(newest?.day.slice(0, 7) === today.slice(0, 7) ? newest.monthMinor : 0n),
      totalAmount: money(newest?.totalMinor),
    },
    available: subtract(account.balance, account.held),
  }
  return { state, time }
}
