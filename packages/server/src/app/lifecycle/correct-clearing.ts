import { purchaseOf } from '@openissuer/core/authorization/decide.ts'
import type { AuthorizationEvent } from '@openissuer/core/authorization/event.ts'
import { correctClearing as difference, type PostedClearing, usedBy } from '@openissuer/core/authorization/lifecycle.ts'
import { DomainError } from '@openissuer/core/errors.ts'
import { type Amount, add, subtract, zero } from '@openissuer/core/money/amount.ts'
import type { Work } from '../ports.ts'
import { AMOUNT_MINOR_MAX } from '../post-deposit.ts'
import { findEvent, type OriginalEvent } from './find-event.ts'
import type { Counted } from './limit-use.ts'
import { type Answer, accepted, type Message, processMessage } from './message.ts'

export type CorrectClearing = Message & {
  readonly clearing: OriginalEvent
  /** what the clearing should have been, in the account's currency; zero takes it back */
  readonly billingAmount: Amount
}

/**
 * Corrects the amount of a clearing by posting the difference, and the difference of its fee. The entries that were wrong
 * stay as they are.
 *
 * @throws DomainError `clearing-not-found`, `invalid-amount` also when there is no difference, `unknown-currency`,
 *   `correction-below-refunded`, `duplicate-request`
 */
export function correctClearing(work: Work, command: CorrectClearing): Promise<Answer> {
  const { partnerId, billingAmount } = command
  if (billingAmount.minor < 0n || billingAmount.minor > AMOUNT_MINOR_MAX) {
    throw new DomainError('invalid-amount', 'amount')
  }
  const find = findEvent(work, partnerId, command.clearing, 'clearing')
  return processMessage(work, command, find.place, ['network-settlement', 'fee-income'], async locked => {
    const { account, life } = locked
    if (billingAmount.currency !== account.currency) throw new DomainError('unknown-currency', 'currency')
    const clearing = await find.event()
    const corrections = await work.tx.eventsAbout(partnerId, clearing.eventId)
    const result = accepted(
      difference(
        life?.authorization ?? null,
        life?.used ?? usedBy(null, [clearing, ...corrections]),
        postedClearing(clearing, corrections),
        billingAmount,
        subtract(account.balance, account.held).minor,
        work.clock.now(),
      ),
    )
    return {
      kind: 'clearing-correction',
      change: result.change,
      steps: [{ kind: 'corrected', minor: result.difference.minor }],
      ...(life === null ? { counted: countedBy([clearing, ...corrections]) } : {}),
      transactionAmount: result.difference,
      billingAmount: result.difference,
      originalEventId: clearing.eventId,
      effect: { fee: result.fee, merchant: clearing.effect?.merchant ?? null },
    }
  })
}

/** What a clearing without an authorization has used; a correction looks at nothing else of the purchase. */
function countedBy(events: readonly [AuthorizationEvent, ...AuthorizationEvent[]]): Counted {
  const [{ eventId, effect, transactionAmount }] = events
  const merchant = effect?.merchant ?? null
  if (merchant === null) throw new Error(`clearing ${eventId} names neither an authorization nor a merchant`)
  return {
    purchase: purchaseOf({ merchant, transactionAmount, entryMode: null }),
    inUse: events.flatMap(event => event.effect?.limitUse ?? []),
  }
}

function postedClearing(clearing: AuthorizationEvent, corrections: readonly AuthorizationEvent[]): PostedClearing {
  const none = zero(clearing.billingAmount.currency)
  const events = [clearing, ...corrections]
  return {
    amount: events.reduce((sum, event) => add(sum, event.billingAmount), none),
    fee: events.reduce((sum, event) => add(sum, event.effect?.fee ?? none), none),
    feeBps: clearing.effect?.feeBps ?? 0,
  }
}
