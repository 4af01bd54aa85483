import { reverse } from '@openissuer/core/authorization/lifecycle.ts'
import { type Amount, zero } from '@openissuer/core/money/amount.ts'
import type { Work } from '../ports.ts'
import { assertPositive } from '../post-deposit.ts'
import { isAllThatIsLeft, rateOfAuthorization } from './conversion.ts'
import {
  type Answer,
  accepted,
  findOriginal,
  inBilling,
  type Locked,
  type Message,
  type Original,
  type Outcome,
  processMessage,
} from './message.ts'

export type ReverseAuthorization = Message & {
  readonly original: Original
  /** in the merchant's or the account's currency; null for all that is still held */
  readonly amount: Amount | null
}

/**
 * Releases a hold in part or in full and gives what it used back to the card's limits. A reversal may overtake its
 * original: it is recorded, and what comes later under the original's match key is declined, whatever part was reversed.
 *
 * @throws DomainError `authorization-not-found` when it names an id, `authorization-closed`, `reversal-exceeds-hold`,
 *   `invalid-amount`, `no-exchange-rate`, `card-not-found`, `duplicate-request`
 */
export function reverseAuthorization(work: Work, command: ReverseAuthorization): Promise<Answer> {
  const { partnerId, original } = command
  if (command.amount !== null) assertPositive(command.amount)
  return processMessage(work, command, findOriginal(work, partnerId, original), [], async locked => {
    if (locked.life === null) return overtaking(command, locked)
    const { amount } = command
    const billingAmount = amount === null || isAllThatIsLeft(amount, locked) ? null : inBilling(amount, locked)
    const change = accepted(reverse(locked.life, billingAmount))
    const released = { minor: -change.hold, currency: locked.account.currency }
    return {
      kind: 'reversal',
      change,
      steps: [{ kind: 'reversed', minor: released.minor }],
      transactionAmount: amount ?? released,
      billingAmount: released,
      effect: { conversionRate: amount === null ? null : rateOfAuthorization(amount, locked) },
    }
  })
}

function overtaking({ original, amount }: ReverseAuthorization, { account }: Locked): Outcome {
  if ('authorizationId' in original) throw new Error('an authorization that is named by its id has arrived')
  const billingAmount = zero(account.currency)
  return {
    kind: 'reversal',
    change: { authorization: null, hold: 0n, usage: [], movements: [], forced: false },
    transactionAmount: amount ?? billingAmount,
    billingAmount,
    effect: { originalKey: original.originalKey },
    reversedEarly: original.originalKey,
  }
}
