import { reverseRefund as takeBack } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, subtract } from '@openissuer/core/money/amount.ts'
import type { Work } from '../ports.ts'
import { assertPositive } from '../post-deposit.ts'
import { findEvent, type OriginalEvent } from './find-event.ts'
import { limitUseOfUndoing } from './limit-use.ts'
import { type Answer, accepted, type Message, processMessage } from './message.ts'

export type ReverseRefund = Message & {
  readonly refund: OriginalEvent
  /** in the account's currency; null for all that is left of the refund */
  readonly billingAmount: Amount | null
}

/**
 * Takes a refund back in part or in full. The card may have spent the money: what is missing takes its account below zero.
 *
 * @throws DomainError `refund-not-found`, `reversal-exceeds-refund`, `invalid-amount`, `unknown-currency`,
 *   `duplicate-request`
 */
export function reverseRefund(work: Work, command: ReverseRefund): Promise<Answer> {
  const { partnerId, billingAmount } = command
  if (billingAmount !== null) assertPositive(billingAmount)
  const find = findEvent(work, partnerId, command.refund, 'refund')
  return processMessage(work, command, find.place, ['network-settlement'], async locked => {
    const { account, life } = locked
    if (billingAmount !== null && billingAmount.currency !== account.currency) {
      throw new DomainError('unknown-currency', 'currency')
    }
    const refund = await find.event()
    const reversals = await work.tx.eventsAbout(partnerId, refund.eventId)
    const left = reversals.reduce((rest, event) => subtract(rest, event.billingAmount), refund.billingAmount)
    const available = subtract(account.balance, account.held).minor
    const { change, amount } = accepted(takeBack(life?.authorization ?? null, left, billingAmount, available))
    const returned = [refund, ...reversals].flatMap(event => event.effect?.limitUse ?? [])
    return {
      kind: 'refund-reversal',
      change,
      transactionAmount: amount,
      billingAmount: amount,
      originalEventId: refund.eventId,
      effect: {
        merchant: refund.effect?.merchant ?? null,
        limitUse: await limitUseOfUndoing(work, locked, returned, amount.minor),
      },
    }
  })
}
