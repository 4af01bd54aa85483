import { refund } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import type { Amount } from '@openissuer/core/money/amount.ts'
import type { Work } from '../ports.ts'
import { assertPositive } from '../post-deposit.ts'
import { convertRefund } from './conversion.ts'
import {
  type Answer,
  accepted,
  findOriginal,
  type Message,
  type OnCard,
  type Original,
  processMessage,
} from './message.ts'
import { isOnCard } from './post-clearing.ts'

export type PostRefund = Message & {
  readonly original: Original | OnCard
  readonly transactionAmount: Amount
  /** the same in the account's currency as the network has converted it; null when it has not */
  readonly billingAmount: Amount | null
}

/**
 * Credits a card with what a merchant gives back, linked to what was cleared or, where it names no authorization, as it
 * is. Limits get nothing back, and a fee of the clearing stays.
 *
 * @throws DomainError `authorization-not-found`, `refund-exceeds-cleared`, `card-not-found`, `invalid-amount`,
 *   `unknown-currency`, `no-exchange-rate`, `duplicate-request`
 */
export function postRefund(work: Work, command: PostRefund): Promise<Answer> {
  const { partnerId, original, transactionAmount } = command
  assertPositive(transactionAmount)
  const find = findOriginal(work, partnerId, original)
  return processMessage(work, command, find, ['network-settlement'], async locked => {
    if (locked.life === null && !isOnCard(original)) throw new DomainError('authorization-not-found')
    const { billingAmount, conversionRate } = await convertRefund(work, command, locked)
    return {
      kind: 'refund',
      change: accepted(refund(locked.life?.authorization ?? null, billingAmount)),
      steps: [{ kind: 'refunded', minor: billingAmount.minor }],
      transactionAmount,
      billingAmount,
      effect: { conversionRate, merchant: isOnCard(original) ? original.merchant : null },
    }
  })
}
